#!/bin/sh
# usage: test_campaign.sh PROGRAM FOLDER
# Several studies in one list: what they take, stopping and going on without a run done twice, and one that fails.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

campaign=$NSYM_STUDIES/../scripts/campaign.sh
NSYM_STUDIES=$PWD/studies STUDIES="one two" JOBS=2
export NSYM_STUDIES STUDIES JOBS
for name in $STUDIES; do
    mkdir -p "studies/$name"
    sed -e "s/^study: tiny/study: $name/" -e 's/^  epochs: 3$/  epochs: 12/' -e 's/^presets:$/presets:\n  paper: {members: 2}/' \
        "$data/tiny.yaml" >"studies/$name/study.yaml"
    cp "$data/published.yaml" "studies/$name/"
done

# row NAME RUNS DONE: a line of the table in the file out.
row() {
    grep -qE "^$1 +$2 +$3 +[0-9.]+\$" out || fail "no row \"$1 $2 $3\""
}

# What they take; nothing is made.
sh "$campaign" "$program" new/campaign dry >out 2>err || fail "what the campaign takes"
row one 24 0
row two 24 0
grep -qE '^all +[0-9.]+$' out || fail "no sum"
[ ! -e new ] || fail "the dry campaign made its folder"

# stop_after N SIGNAL PROCESS: sends the signal as soon as N runs are told in the file err.
stop_after() {
    : >err
    env --default-signal=INT setsid sh "$campaign" "$program" new/campaign >out 2>err &
    process=$!
    for _ in $(seq 3000); do
        [ "$(grep -c '^\[' err)" -lt "$1" ] || break
        sleep 0.01
    done
    kill -s "$2" -- "$3$process"
    wait $process
    [ $? -eq 130 ] || fail "the campaign does not end by SIG$2"
    says err "The same command continues"
    cat err >>all
}

# A kill of the script alone ends the program, too, and no further study begins; so does Ctrl-C, which both get.
stop_after 1 TERM ""
[ ! -e new/campaign/two ] || fail "a study was begun after SIGTERM"
stop_after 1 INT -
[ ! -e new/campaign/two ] || fail "a study was begun after Ctrl-C"
[ "$(grep -c '^\[' all)" -lt 24 ] || fail "the campaign was not stopped in the middle of its first study"

# It goes on by the same command, does no run twice, and gives the numbers of a study run by itself.
sh "$campaign" "$program" new/campaign >out 2>err || fail "the campaign does not go on"
cat err >>all
[ "$(grep -c '^\[' all)" -eq 48 ] || fail "$(grep -c '^\[' all) runs were done, not 48"
expect 0 study run one --preset paper --out alone
same_numbers alone new/campaign/one
sh "$campaign" "$program" new/campaign dry >out 2>err || fail "that nothing is left"
row one 24 24
row two 24 24

# One that fails does not keep the next from being done; its reason is told.
export STUDIES="none two"
for mode in run dry; do
    sh "$campaign" "$program" new/campaign $mode >out 2>err && fail "a failed study ends well ($mode)"
    says err "there is no study or card 'none'"
done
row two 24 24
sh "$campaign" "$program" new/campaign other >out 2>err && fail "an unknown mode is taken"
says err 'other is not "dry"'
