#!/bin/sh
# usage: campaign.sh PROGRAM FOLDER [dry]
# The published studies at full size, one after the other, each in FOLDER/NAME: what is done is kept, and the same command
# goes on, also in a job array or under MPI (docs/cluster.md). $JOBS: trainings at once (one per CPU), $STUDIES: other
# studies, $PRESET: another preset, $LAUNCH: what starts the program, such as "srun". dry: only tells what they take.
set -u
program=$1 folder=$2 mode=${3:-run} failed=0 sum=0 stopped='' child=''

# Ctrl-C reaches the program by itself, a kill of this script does not. The program takes any number of SIGTERMs for one.
stop() {
    stopped=yes
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap stop INT TERM

# run COMMAND...: its status. A trap waits for a command in the foreground to end, so it is in the background.
run() {
    "$@" &
    child=$!
    [ -z "$stopped" ] || stop
    while wait "$child"; status=$?; kill -0 "$child" 2>/dev/null; do :; done
    child=''
    return "$status"
}

study() { # study OPTION...
    # shellcheck disable=SC2086 # $LAUNCH is words
    run ${launch:-} "$program" study run "$name" --preset "${PRESET:-paper}" --jobs "${JOBS:-0}" --out "$folder/$name" "$@"
}

tell() {
    study --dry-run --json >"$work/cost" 2>"$work/why" || { cat "$work/why" >&2; return 1; }
    # shellcheck disable=SC2046 # words: runs, done, hours
    set -- $(awk -F'[:,]' '/^ "(runs|done)":/ { print $2 } /^ "cpu_seconds":/ { print $2 / 3600 }' "$work/cost")
    sum=$(awk -v a="$sum" -v b="$3" 'BEGIN { print a + b }')
    printf '%-28s %8s %8s %10.1f\n' "$name" "$1" "$2" "$3"
}

case $mode in
run) launch=${LAUNCH:-} && mkdir -p "$folder" || exit 1 ;;
dry) launch='' work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1
    printf '%-28s %8s %8s %10s\n' study runs done 'CPU hours' ;;
*) echo "campaign: $mode is not \"dry\"" >&2; exit 2 ;;
esac
for name in ${STUDIES:-approximate-invariance encouraged-invariance muon-isolation-data muon-isolation-simulation}; do
    if [ "$mode" = dry ]; then
        tell || failed=1
    else
        echo "campaign: $name" >&2
        study || failed=1
    fi
    [ -z "$stopped" ] || exit 130
done
[ "$mode" != dry ] || [ $failed = 1 ] || printf '%-28s %8s %8s %10.1f\n' all '' '' "$sum"
exit $failed
