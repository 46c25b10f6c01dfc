#!/bin/sh
# usage: campaign.sh PROGRAM FOLDER [dry]
# The published studies at full size, one after the other, each in FOLDER/NAME: what is done is kept, and the same command
# goes on, also in a job array or under MPI (docs/cluster.md). $JOBS: trainings at once (one per CPU), $STUDIES: other
# studies, $PRESET: another preset, $LAUNCH: what starts the program, such as "srun". dry: only tells what they take.
set -u
program=$1 folder=$2 mode=${3:-run} failed=0 sum=0 stopped=0
trap 'stopped=1' INT TERM # the study that is at work ends with what is done, and no other begins
tell() { "$program" study run "$name" --preset "${PRESET:-paper}" --jobs "${JOBS:-0}" --out "$folder/$name" --dry-run --json 2>/dev/null; }
[ "$mode" != dry ] || printf '%-28s %8s %8s %10s\n' study runs done 'CPU hours'
for name in ${STUDIES:-approximate-invariance encouraged-invariance muon-isolation-data muon-isolation-simulation}; do
    if [ "$mode" = dry ]; then
        cost=$(tell) || { echo "campaign: what $name takes could not be measured" >&2; failed=1; [ $stopped = 0 ] && continue; exit 130; }
        # shellcheck disable=SC2046 # words: runs, done, hours
        set -- $(echo "$cost" | awk -F'[:,]' '/^ "(runs|done|cpu_seconds)":/ { print $2 }')
        hours=$(awk -v s="$3" 'BEGIN { printf "%.1f", s / 3600 }')
        sum=$(awk -v a="$sum" -v s="$3" 'BEGIN { print a + s / 3600 }')
        printf '%-28s %8s %8s %10s\n' "$name" "$1" "$2" "$hours"
    else
        echo "campaign: $name" >&2
        # shellcheck disable=SC2086 # $LAUNCH is words
        ${LAUNCH:-} "$program" study run "$name" --preset "${PRESET:-paper}" --jobs "${JOBS:-0}" --out "$folder/$name" || {
            [ $stopped = 0 ] || exit 130
            failed=1
        }
    fi
done
[ "$mode" != dry ] || printf '%-28s %8s %8s %10.1f\n' all '' '' "$sum"
exit $failed
