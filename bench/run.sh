#!/bin/sh
# Training rates of nearsym beside PyTorch's: each round runs one after the other, so that both see the same machine.
# Prints a markdown table, then one JSON object per model; ratios are medians over the rounds of nearsym / PyTorch.
#
# A batch is 128 events of the dimuon networks and 256 images of the shower networks. pfn_padded is nearsym's pfn, which
# pads nothing, beside PyTorch's on padded rows.
#
#   bench/run.sh        NEARSYM=build/nearsym  PYTHON=python3  ROUNDS=5  THREADS=1  MODELS="general ..."
set -eu
here=$(cd "$(dirname "$0")" && pwd)
nearsym=${NEARSYM:-$here/../build/nearsym}
python=${PYTHON:-python3}
rounds=${ROUNDS:-5} threads=${THREADS:-1}
models=${MODELS:-general invariant hybrid fcn pfn pfn_padded}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # a peer runs as its own users run it
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

peer=yes
"$python" -c 'import torch' 2>/dev/null || peer=
[ "$peer" ] || echo "PyTorch is not there for $python: peers are skipped (set PYTHON to one that has it)" >&2

# field NAME FILE: a number of a JSON line
field() { sed -n "s/.*\"$1\": *\([-+.0-9eE]*\).*/\1/p" "$2"; }
# median COLUMN FILE
median() {
    cut -d' ' -f"$1" "$2" | sort -g | awk '{ v[NR] = $1 }
        END { m = (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2; printf m < 100 ? "%.3f" : "%.0f", m }'
}
# rates FILE: events or images per second and per CPU second
rates() { echo "$(field per_second "$1") $(field per_cpu_second "$1")"; }

# settle MODEL: sets what is measured of it
settle() {
    case $1 in
    fcn | pfn*) script=train_showers.py batch=256 steps=20 unit=image ;;
    *) script=train_dimuon.py batch=128 steps=50 unit=event ;;
    esac
}

for model in $models; do
    settle "$model"
    round=0
    while [ $round -lt "$rounds" ]; do
        round=$((round + 1))
        echo "$model, round $round of $rounds" >&2
        "$nearsym" bench train --model "${model%_padded}" --batch "$batch" --threads "$threads" --json >"$work/ours"
        if [ "$peer" ]; then
            OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads "$python" "$here/peers/$script" --models "$model" \
                --batch "$batch" --threads "$threads" --steps $steps --repeats 5 >"$work/theirs"
        else
            echo '{"per_second": 0, "per_cpu_second": 0}' >"$work/theirs"
        fi
        echo "$(rates "$work/ours") $(rates "$work/theirs")" |
            awk 'NF != 4 { print "a rate is missing in: " $0 >"/dev/stderr"; exit 1 }
                { print $1, $2, $3, $4, $3 ? $1 / $3 : 0, $4 ? $2 / $4 : 0 }' >>"$work/$model"
    done
done

# Markdown: a dash where there is no peer.
shown() { if [ "$peer" ]; then median "$1" "$2"; else printf -- '-'; fi; }
echo "| model | nearsym, events or images / s | / CPU s | PyTorch | / CPU s | ratio, wall | ratio, CPU |"
echo "|---|---|---|---|---|---|---|"
for model in $models; do
    f=$work/$model
    echo "| $model | $(median 1 "$f") | $(median 2 "$f") | $(shown 3 "$f") | $(shown 4 "$f") | $(shown 5 "$f") | $(shown 6 "$f") |"
done
echo
for model in $models; do
    f=$work/$model
    settle "$model"
    printf '{"bench": "train", "model": "%s", "batch": %d, "threads": %d, "unit": "%s", ' "$model" "$batch" "$threads" $unit
    printf '"per_second": %s, "per_cpu_second": %s, ' "$(median 1 "$f")" "$(median 2 "$f")"
    [ -z "$peer" ] || printf '"peer": "pytorch", "peer_per_second": %s, "peer_per_cpu_second": %s, ' \
        "$(median 3 "$f")" "$(median 4 "$f")"
    [ -z "$peer" ] || printf '"ratio_wall": %s, "ratio_cpu": %s, ' "$(median 5 "$f")" "$(median 6 "$f")"
    printf '"repeats": %d}\n' "$rounds"
done
