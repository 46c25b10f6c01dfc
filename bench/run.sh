#!/bin/sh
# Rates of nearsym beside those of PyTorch, numpy, OpenCV and EnergyFlow on the same work: in each round one runs after
# the other, so that both see the same machine. Writes one table, as markdown to OUT.md and as JSON lines to OUT.json,
# and prints both.
# What is measured, and how to read it: docs/performance.md.
#
#   bench/run.sh        TASKS="train predict toys efp"  MODELS="general fcn ..."  (rows below; all of them)
#                       ROUNDS=5  REPEATS=3  SECONDS_EACH=0.5  THREADS=1  OUT=bench-results
#                       NEARSYM=build/nearsym  PYTHON=python3
#                       ENERGYFLOW=FOLDER: src/ of EnergyFlow's repository, where Python has it not installed
set -eu

# The rows, one a line: task, row, what nearsym measures and on how many events at once (0: as it likes), then the peer,
# its script and what that measures. A row of a new task needs a line here and its command in `ours` and `theirs`.
rows() {
    cat <<'END'
train   general           general          128  pytorch networks.py general
train   general_loader    general          128  pytorch networks.py general_loader
train   invariant         invariant        128  pytorch networks.py invariant
train   invariant_loader  invariant        128  pytorch networks.py invariant_loader
train   hybrid            hybrid           128  pytorch networks.py hybrid
train   hybrid_loader     hybrid           128  pytorch networks.py hybrid_loader
train   fcn               fcn              256  pytorch networks.py fcn
train   fcn_list          fcn_list        2048  pytorch networks.py fcn_list
train   pfn               pfn              256  pytorch networks.py pfn
train   pfn_padded        pfn              256  pytorch networks.py pfn_padded
train   cnn               cnn              128  pytorch networks.py cnn
train   cnn_nhwc          cnn              128  pytorch networks.py cnn_nhwc
predict general           general         4096  pytorch networks.py general
predict invariant         invariant       4096  pytorch networks.py invariant
predict hybrid            hybrid          4096  pytorch networks.py hybrid
predict fcn               fcn             4096  pytorch networks.py fcn
predict fcn_list          fcn_list        4096  pytorch networks.py fcn_list
predict pfn               pfn             4096  pytorch networks.py pfn
predict pfn_padded        pfn             4096  pytorch networks.py pfn_padded
predict cnn               cnn              128  pytorch networks.py cnn
predict cnn_nhwc          cnn              128  pytorch networks.py cnn_nhwc
predict cnn_jit           cnn              128  pytorch networks.py cnn_jit
toys    showers           showers            0  numpy   showers.py  showers
toys    showers_tuned     showers            0  numpy   showers.py  showers_tuned
toys    image_rotations   image_rotations    0  opencv  showers.py  image_rotations
efp     efp_20            20                 0  energyflow efp.py   20
efp     efp_50            50                 0  energyflow efp.py   50
efp     efp_100           100                0  energyflow efp.py   100
END
}

here=$(cd "$(dirname "$0")" && pwd)
nearsym=${NEARSYM:-$here/../build/nearsym}
python=${PYTHON:-python3}
rounds=${ROUNDS:-5} repeats=${REPEATS:-3} seconds=${SECONDS_EACH:-0.5} threads=${THREADS:-1} out=${OUT:-bench-results}
tasks=${TASKS:-$(rows | awk '{ print $1 }' | uniq)}
models=${MODELS:-$(rows | awk '{ print $2 }')}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A peer runs at its best: OpenBLAS finds its own kernels and blocks, PyTorch takes the widest vectors there are (and, in
# `theirs`, glibc keeps the memory of one step for the next).
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
if grep -q avx512f /proc/cpuinfo 2>/dev/null; then export ATEN_CPU_CAPABILITY=avx512; fi
export OMP_NUM_THREADS="$threads" OPENBLAS_NUM_THREADS="$threads" MKL_NUM_THREADS="$threads"

# among WORD WORDS...: is it one of them?
among() {
    word=$1
    shift
    case " $* " in *" $word "*) ;; *) return 1 ;; esac
}
# module PEER: what Python imports for it
module() { case $1 in pytorch) echo torch ;; opencv) echo cv2 ;; *) echo "$1" ;; esac }
# version PEER: nothing where Python lacks it
version() {
    if [ "$1" = energyflow ] && [ "${ENERGYFLOW:-}" ]; then echo "of $ENERGYFLOW"; return; fi
    "$python" -c "import $(module "$1") as m; print(m.__version__)" 2>/dev/null || :
}
# field NAME FILE: a number of a JSON line; 0 where it has none
field() {
    number=$(sed -n "s/.*\"$1\": *\([-+.0-9eE]*\).*/\1/p" "$2")
    echo "${number:-0}"
}
# text NAME: of our JSON line
text() { sed -n "s/.*\"$1\": *\"\([a-z_]*\)\".*/\1/p" "$work/ours"; }
# median COLUMN
median() {
    awk -v column="$1" '{ print $column }' "$work/rounds" | sort -g | awk '{ v[NR] = $1 }
        END { m = (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2; printf m < 100 ? "%.3f" : "%.0f", m }'
}

# Of the row at hand: one JSON line each.
ours() {
    case $task in
    train | predict)
        "$nearsym" bench "$task" --model "$model" --batch "$batch" --threads "$threads" --repeats "$repeats" \
            --seconds "$seconds" --json
        ;;
    toys) "$nearsym" bench showers --repeats "$repeats" --seconds "$seconds" --json | grep "\"$model\"" ;;
    efp) "$nearsym" bench efp -m "$model" --threads "$threads" --repeats "$repeats" --seconds "$seconds" --json ;;
    esac
}
theirs() {
    case $task in
    train | predict) set -- --bench "$task" --models "$twin" --batch "$batch" --threads "$threads" ;;
    toys) set -- --tasks "$twin" ;;
    efp) set -- --source "${ENERGYFLOW:-}" --constituents "$twin" ;;
    esac
    MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=4294967296 \
        "$python" "$here/peers/$script" "$@" --repeats "$repeats" --seconds "$seconds"
}

# A PyTorch without an optimised BLAS is no match: its product of matrices should come near ours.
doubt() {
    awk -v peer="$peer" -v rate="$(field gflops "$work/ours")" -v fraction="$(field fraction "$work/ours")" \
        -v sgemm="$(field sgemm_gflops "$work/theirs")" 'BEGIN {
            if (sgemm == 0 || fraction == 0 || sgemm > 0.5 * rate / fraction) exit
            printf "%s multiplies matrices at %.0f GFLOP/s, nearsym at %.0f: has it an OpenBLAS?\n", peer, sgemm,
                rate / fraction >"/dev/stderr" }'
}

# Our rate, that per CPU second, the fraction and GFLOP/s, the peer's rate and that per CPU second, both ratios.
measure() {
    ours >"$work/ours"
    : >"$work/theirs"
    if [ "$known" ]; then
        theirs >"$work/theirs"
        doubt
    fi
    for name in per_second per_cpu_second fraction gflops; do field $name "$work/ours"; done >"$work/numbers"
    for name in per_second per_cpu_second; do field $name "$work/theirs"; done >>"$work/numbers"
    paste -s -d ' ' "$work/numbers" | awk -v known="$known" '$1 <= 0 || $2 <= 0 || (known != "" && ($5 <= 0 || $6 <= 0)) {
            print "a rate is missing in: " $0 >"/dev/stderr"; exit 1 }
        { print $0, known == "" ? 0 : $1 / $5, known == "" ? 0 : $2 / $6 }' >>"$work/rounds"
}

# cell COLUMN CONDITION: of the markdown table; a dash where there is nothing
cell() { if [ "$2" ]; then median "$1"; else printf -- '-'; fi; }
# The row's line of the table, and its object.
show() {
    counted=$(awk '$3 > 0 { print "yes"; exit }' "$work/rounds")
    size=-
    [ "$batch" = 0 ] || size=$batch
    echo "| $task | $row | $size | $(median 1) | $(median 2) | $(cell 3 "$counted") |" \
        "$peer | $(cell 5 "$known") | $(cell 6 "$known") | $(cell 7 "$known") | $(cell 8 "$known") |" >>"$out.md"
    {
        printf '{"bench": "%s", "row": "%s", "model": "%s", ' "$(text bench)" "$row" "$model"
        [ "$batch" = 0 ] || printf '"batch": %d, ' "$batch"
        printf '"threads": %d, "unit": "%s", ' "$(field threads "$work/ours")" "$(text unit)"
        printf '"per_second": %s, "per_cpu_second": %s, ' "$(median 1)" "$(median 2)"
        [ -z "$counted" ] || printf '"fraction": %s, "gflops": %s, ' "$(median 3)" "$(median 4)"
        [ -z "$known" ] || printf '"peer": "%s", "peer_version": "%s", "peer_model": "%s", ' "$peer" "$known" "$twin"
        [ -z "$known" ] || printf '"peer_per_second": %s, "peer_per_cpu_second": %s, ' "$(median 5)" "$(median 6)"
        [ -z "$known" ] || printf '"ratio_wall": %s, "ratio_cpu": %s, ' "$(median 7)" "$(median 8)"
        printf '"rounds": %d}\n' "$rounds"
    } >>"$out.json"
}

for name in $models; do
    # shellcheck disable=SC2046 # words
    among "$name" $(rows | awk '{ print $2 }') || { echo "MODELS: there is no row $name" >&2; exit 2; }
done
for name in $tasks; do
    # shellcheck disable=SC2046 # words
    among "$name" $(rows | awk '{ print $1 }') || { echo "TASKS: there is no task $name" >&2; exit 2; }
done
rows | while read -r line; do
    # shellcheck disable=SC2086 # words
    set -- $line
    # shellcheck disable=SC2086 # words
    if among "$1" $tasks && among "$2" $models; then echo "$line"; fi
done >"$work/rows"
[ -s "$work/rows" ] || { echo "no row of TASKS=\"$tasks\" is in MODELS=\"$models\"" >&2; exit 2; }
command -v "$nearsym" >/dev/null || { echo "there is no $nearsym: build it (make) or set NEARSYM" >&2; exit 2; }

# Which peers are there?
peers=
awk '{ print $5 }' "$work/rows" | sort -u >"$work/peers"
while read -r peer <&3; do
    known=$(version "$peer")
    echo "$known" >"$work/version.$peer"
    if [ "$known" ]; then
        peers="$peers, $peer $known"
    else
        peers="$peers, no $peer"
        echo "$python has no $(module "$peer"): nearsym is measured alone there, without $peer beside it." \
            "Set PYTHON to one that has it." >&2
    fi
done 3<"$work/peers"

cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
{
    echo "${cpu:-unknown CPU}, $threads thread(s), $(date +%Y-%m-%d)$peers. Medians of $rounds round(s); events or images" \
        "per second; fraction: of sgemm's rate (efp: of the FMA peak); ratio: nearsym / peer."
    echo
    echo "| task | row | batch | nearsym, / s | / CPU s | fraction | peer | / s | / CPU s | ratio, wall | ratio, CPU |"
    echo "|---|---|---|---|---|---|---|---|---|---|---|"
} >"$out.md"
: >"$out.json"

while read -r task row model batch peer script twin <&3; do
    known=$(cat "$work/version.$peer")
    : >"$work/rounds"
    round=0
    while [ $round -lt "$rounds" ]; do
        round=$((round + 1))
        echo "$task $row, round $round of $rounds" >&2
        measure
    done
    show
done 3<"$work/rows"

cat "$out.md"
echo
cat "$out.json"
echo "written: $out.md, $out.json" >&2
