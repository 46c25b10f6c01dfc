#!/bin/sh
# Training rates of nearsym beside PyTorch's, and rates of toy events beside numpy's and OpenCV's: each round runs one
# after the other, so that both see the same machine. Prints a markdown table, then one JSON object per model; ratios
# are medians over the rounds of nearsym / peer.
#
# A batch is 128 events of the dimuon networks and 256 images of the shower networks. pfn_padded is nearsym's pfn, which
# pads nothing, beside PyTorch's on padded rows; showers_tuned is nearsym's showers beside numpy as experts write it.
#
#   bench/run.sh        NEARSYM=build/nearsym  PYTHON=python3  ROUNDS=5  THREADS=1  MODELS="general ..."
set -eu
here=$(cd "$(dirname "$0")" && pwd)
nearsym=${NEARSYM:-$here/../build/nearsym}
python=${PYTHON:-python3}
rounds=${ROUNDS:-5} threads=${THREADS:-1}
models=${MODELS:-general invariant hybrid fcn pfn pfn_padded showers showers_tuned image_rotations}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # a peer runs as its own users run it
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# have MODULE...: can Python import them?
have() { for module in "$@"; do "$python" -c "import $module" 2>/dev/null || return 1; done; }
# field NAME FILE: a number of a JSON line
field() { sed -n "s/.*\"$1\": *\([-+.0-9eE]*\).*/\1/p" "$2"; }
# median COLUMN FILE
median() {
    cut -d' ' -f"$1" "$2" | sort -g | awk '{ v[NR] = $1 }
        END { m = (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2; printf m < 100 ? "%.3f" : "%.0f", m }'
}
# rates FILE: events or images per second and per CPU second
rates() { echo "$(field per_second "$1") $(field per_cpu_second "$1")"; }

# settle MODEL: sets what is measured of it, and the peer; none where Python lacks it
settle() {
    bench=train batch=256 steps=20 unit=image peer=pytorch needs=torch script=train_showers.py
    case $1 in
    showers*) bench=showers batch=0 unit=event peer=numpy needs=numpy ;;
    image_rotations) bench=image_rotations batch=0 unit=event peer=opencv needs='numpy cv2' ;;
    fcn | pfn*) ;;
    *) batch=128 steps=50 unit=event script=train_dimuon.py ;;
    esac
    # shellcheck disable=SC2086 # words
    have $needs || peer=
}

# ours MODEL, theirs MODEL: one JSON line
ours() {
    if [ $bench = train ]; then
        "$nearsym" bench train --model "${1%_padded}" --batch "$batch" --threads "$threads" --json
    else
        "$nearsym" bench showers --seconds 0.3 --json | grep "\"$bench\""
    fi
}
theirs() {
    if [ -z "$peer" ]; then
        echo '{"per_second": 0, "per_cpu_second": 0}'
    elif [ $bench = train ]; then
        "$python" "$here/peers/$script" --models "$1" --batch "$batch" --threads "$threads" --steps $steps --repeats 5
    else
        "$python" "$here/peers/showers.py" --tasks "$1" --seconds 0.3
    fi
}

# Markdown: a dash where there is no peer.
shown() { if [ "$peer" ]; then median "$1" "$2"; else printf -- '-'; fi; }
# show MODEL: adds its row to the table, and its object
show() {
    f=$work/$1
    {
        echo "| $1 | $(median 1 "$f") | $(median 2 "$f") |" \
            "$(shown 3 "$f") | $(shown 4 "$f") | $(shown 5 "$f") | $(shown 6 "$f") |"
    } >>"$work/table"
    {
        printf '{"bench": "%s", "model": "%s", ' $bench "$1"
        [ "$batch" = 0 ] || printf '"batch": %d, ' "$batch"
        printf '"threads": %d, "unit": "%s", ' "$threads" $unit
        printf '"per_second": %s, "per_cpu_second": %s, ' "$(median 1 "$f")" "$(median 2 "$f")"
        [ -z "$peer" ] || printf '"peer": "%s", "peer_per_second": %s, "peer_per_cpu_second": %s, ' \
            "$peer" "$(median 3 "$f")" "$(median 4 "$f")"
        [ -z "$peer" ] || printf '"ratio_wall": %s, "ratio_cpu": %s, ' "$(median 5 "$f")" "$(median 6 "$f")"
        printf '"repeats": %d}\n' "$rounds"
    } >>"$work/objects"
}

export OMP_NUM_THREADS="$threads" OPENBLAS_NUM_THREADS="$threads"
for model in $models; do
    settle "$model"
    [ "$peer" ] || echo "$python has no $needs: $model has no peer (set PYTHON to one that has)" >&2
    round=0
    while [ $round -lt "$rounds" ]; do
        round=$((round + 1))
        echo "$model, round $round of $rounds" >&2
        ours "$model" >"$work/ours"
        theirs "$model" >"$work/theirs"
        echo "$(rates "$work/ours") $(rates "$work/theirs")" |
            awk 'NF != 4 { print "a rate is missing in: " $0 >"/dev/stderr"; exit 1 }
                { print $1, $2, $3, $4, $3 ? $1 / $3 : 0, $4 ? $2 / $4 : 0 }' >>"$work/$model"
    done
    show "$model"
done

echo "| model | nearsym, events or images / s | / CPU s | peer | / CPU s | ratio, wall | ratio, CPU |"
echo "|---|---|---|---|---|---|---|"
cat "$work/table"
echo
cat "$work/objects"
