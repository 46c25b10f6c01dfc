#!/bin/sh
# usage: tests/cli/share_kills.sh PROGRAM FOLDER [KILLS=50]
# Kills processes that share an output folder at random moments: of three at once one, or in every fifth round all. Those
# that are left, or else one more, must end with the numbers of a process alone, and leave nothing but results. A run is
# trained again only where its process was killed. Longer than a test of `make check` may be.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
kills=${3:-50}
NSYM_CLAIM_SECONDS=3
export NSYM_CLAIM_SECONDS

share() {
    "$program" study run "$data/tiny.yaml" --set train.epochs=60 --jobs 1 --out many </dev/null >"out.$1" 2>"err.$1" &
}

expect 0 study run "$data/tiny.yaml" --set train.epochs=60 --jobs 1 --out one
killed=0 again=0 warned=0
for round in $(seq "$kills"); do
    rm -rf many err.* out.*
    share 1 && p1=$!
    share 2 && p2=$!
    share 3 && p3=$!
    sleep "$(awk -v seed="$round" 'BEGIN { srand(seed); print 2.5 * rand() }')"
    victims=$p1
    [ $((round % 5)) -ne 0 ] || victims="$p1 $p2 $p3"
    # shellcheck disable=SC2086 # numbers
    kill -KILL $victims 2>/dev/null && killed=$((killed + 1))
    wait $p1
    first=$?
    wait $p2
    second=$?
    wait $p3
    third=$?
    if [ "$victims" = "$p1" ]; then
        [ $second -eq 0 ] && [ $third -eq 0 ] || fail "round $round: exit statuses $first, $second and $third"
    fi
    expect 0 study run "$data/tiny.yaml" --set train.epochs=60 --jobs 1 --out many
    [ "$victims" != "$p1" ] || says err "24 of 24 runs are done already"
    same_numbers one many
    [ -z "$(find many -name '.part*' -o -name '*.runs' -o -name claims -o -name ledger)" ] ||
        fail "round $round: $(find many -name '.part*' -o -name '*.runs' -o -name claims -o -name ledger)"
    trained=$(cat err.* err | grep -c '^\[[0-9]*/[0-9]*\] .*: auc')
    [ "$trained" -le 24 ] || again=$((again + trained - 24))
    ! grep -q 'are an incomplete record' err.* err || warned=$((warned + 1))
done
echo "$killed of $kills rounds killed somebody at work; all ended with the numbers of one process"
echo "$again runs were trained and told of twice; $warned rounds told of a torn record"
