#!/bin/sh
# usage: NSYM_MPIEXEC=MPIEXEC test_cluster.sh PROGRAM FOLDER
# A study on several processes gives the numbers of one. Skipped (77) where the program has no MPI.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 doctor
if grep -q '^MPI *none' out || ! command -v "${NSYM_MPIEXEC:-}" >/dev/null; then
    echo "skipped: nearsym was built without MPI, or there is no mpiexec"
    exit 77
fi
grep -q '^MPI *MPICH' out && mpich=1 || mpich=0
ASAN_OPTIONS=detect_leaks=0 # MPI's own
OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export ASAN_OPTIONS OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM OMPI_MCA_rmaps_base_oversubscribe

# together STATUS ARGUMENT...: as expect, by three processes.
together() {
    wanted=$1
    shift
    "$NSYM_MPIEXEC" -n 3 "$program" "$@" >out 2>err </dev/null
    got=$?
    [ $got -eq "$wanted" ] || fail "three of nearsym $*: exit status $got, wanted $wanted"
    if grep -qE 'Sanitizer|runtime error:' err; then fail "three of nearsym $*: a sanitizer's finding"; fi
}

# The numbers and the files are those of one process; rank 0 alone speaks, and nobody does a run twice.
expect 0 study run "$data/tiny.yaml" --jobs 1 --out one
for jobs in 1 2; do
    together 0 study run "$data/tiny.yaml" --jobs $jobs --out three-$jobs
    [ "$(grep -c '^report: ' out)" -eq 1 ] || fail "the report was announced more than once"
    [ "$(grep -c '^\[[0-9]*/24\]' err)" -eq 24 ] || fail "not every run was told once"
    [ "$jobs" -lt 2 ] || [ "$(nproc)" -gt 5 ] || says err "3 processes of one machine do 6 trainings at once"
    same_numbers one three-$jobs
    for kind in scores models samples; do
        ls one/$kind >first.list
        ls three-$jobs/$kind >second.list
        cmp first.list second.list || fail "other files in $kind"
    done
    [ -z "$(find three-$jobs -name '*.part*')" ] || fail "a half-written file is left behind"
done

# What is done stays done, and one process goes on with what several began.
together 0 study run "$data/tiny.yaml" --jobs 1 --out three-1 --json
says err "24 of 24 runs are done already"
cmp out three-1/results.json || fail "--json prints something else than results.json"
together 0 study run "$data/tiny.yaml" --set members=1 --jobs 1 --out begun
expect 0 study run "$data/tiny.yaml" --out begun
same_numbers one begun

# Test events under a variation, which every process makes for itself.
vary='variations={worse: {detector.smear.resolution: 1.5x}}'
expect 0 study run "$data/tiny.yaml" --set "$vary" --set members=1 --jobs 1 --out varied
together 0 study run "$data/tiny.yaml" --set "$vary" --set members=1 --jobs 1 --out three-varied
same_numbers varied three-varied
says varied/results.json '"auc_shift"'

# Runs that were measured after every epoch serve points that need not be, on every rank.
together 0 study run "$data/tiny.yaml" --set train.every_epoch=true --set members=1 --jobs 1 --out fuller
together 0 study run "$data/tiny.yaml" --jobs 1 --out fuller
says err "12 of 24 runs are done already"

# A search by halving: all processes climb its rungs together.
search='experiments={s: {members: 2, set: {split.folds: 2}, grid: {model: [invariant, hybrid]}, search: {method: halving, tries: 9, space: {train.learning_rate: {from: 1.0e-4, to: 0.1, scale: log}}}}}'
expect 0 study run "$data/tiny.yaml" --set "$search" --set train.epochs=9 --jobs 1 --out halved
together 0 study run "$data/tiny.yaml" --set "$search" --set train.epochs=9 --jobs 2 --out three-halved
same_numbers halved three-halved
cmp halved/chosen.yaml three-halved/chosen.yaml || fail "three processes chose something else"
says err "rung 3 of 3: 4 of 12 tries continue"

# Processes whose numbers would differ in the last digits do not share a study.
"$NSYM_MPIEXEC" -n 1 env NSYM_CPU=plain "$program" study run "$data/tiny.yaml" --out mixed : \
    -n 1 env NSYM_CPU=avx2 "$program" study run "$data/tiny.yaml" --out mixed >out 2>err </dev/null && fail "mixed paths"
says err NSYM_CPU

# A rank that hangs is noticed, and all end; another process goes on from there.
NSYM_CLAIM_SECONDS=4 "$NSYM_MPIEXEC" -n 3 "$program" study run "$data/tiny.yaml" --set train.epochs=400 --jobs 1 --out lost >out 2>err </dev/null &
launcher=$!
for _ in $(seq 3000); do
    [ "$(find lost/claims -name 'rank-*' -size +0 2>/dev/null | wc -l)" -eq 3 ] && break
    sleep 0.01
done
rank=$(sed 's/.*process //' lost/claims/rank-*-2)
kill -STOP "$rank"
wait $launcher && fail "the others did not end"
kill -KILL "$rank" 2>/dev/null
says err "rank 2 ("
says err ", process $rank) has given no sign of life for 2 s"
expect 0 study run "$data/tiny.yaml" --set train.epochs=400 --jobs 2 --out lost
[ ! -e lost/claims ] || fail "claims are left behind"

# A fault in the card is told once.
together 1 study run "$data/tiny.yaml" --set train.epochs=many --out wrong
[ "$(grep -c 'train.epochs' err)" -eq 1 ] || fail "the fault was not told once"

# A launcher that is not this MPI's starts processes that know nothing of each other.
if [ $mpich = 1 ]; then
    OMPI_COMM_WORLD_SIZE=3
    export OMPI_COMM_WORLD_SIZE
    expect 1 study run "$data/tiny.yaml" --out alone
    says err "3 processes were started, and MPI sees 1"
    [ ! -e alone ] || fail "a lone process of three began the study"
fi
