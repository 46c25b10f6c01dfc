#!/bin/sh
# usage: fuzz.sh BUILD_DIR SECONDS
# Runs every fuzzer for so long, each from its seeds in tests/fuzz/corpus/<parser>/ and from what it found interesting before,
# which it keeps in BUILD_DIR/corpus/. An input that breaks a parser is left in BUILD_DIR.
set -eu
build=$1 seconds=$2 failed=0
for fuzzer in "$build"/tests/fuzz/fuzz_*; do
    [ -f "$fuzzer" ] && [ -x "$fuzzer" ] || continue
    name=$(basename "$fuzzer") parser=${fuzzer##*/fuzz_}
    found=$build/corpus/$parser seeds=tests/fuzz/corpus/$parser log=$build/$name.log
    mkdir -p "$found"
    [ -d "$seeds" ] || seeds=
    echo "$name: $seconds s"
    # shellcheck disable=SC2086 # no seeds, no word
    if "$fuzzer" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/$name-" "$found" $seeds >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "$name: nothing found in $runs runs ($(find "$found" -type f | wc -l) inputs kept)"
    else
        tail -n 40 "$log"
        echo "$name: FAILED; the whole story is in $log"
        failed=1
    fi
done
exit $failed
