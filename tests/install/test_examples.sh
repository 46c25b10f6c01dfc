#!/bin/sh
# usage: test_examples.sh BUILD_DIR CMAKE CC
# The example programs build against an installation and run; a network trained on arrays answers as `nearsym predict`.
set -eu
build=$1 cmake=$2 cc=$3 examples=$(cd "$(dirname "$0")/../../examples" && pwd)
command -v pkg-config >/dev/null || exit 77
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$cmake" --install "$build" --prefix "$prefix/installed" >/dev/null
PKG_CONFIG_PATH=$(dirname "$(find "$prefix/installed" -name nearsym.pc)")
library=$(dirname "$(find "$prefix/installed" -name libnearsym.so)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH="$library"
cd "$prefix"
for program in train_arrays polynomials splot; do
    # shellcheck disable=SC2046
    "$cc" -std=c17 -Wall -Werror "$examples/$program.c" $(pkg-config --cflags --libs nearsym) -o "$program"
done

./train_arrays model.h5 jets.npz >logits
"$prefix/installed/bin/nearsym" predict model.h5 jets.npz -o scores.csv 2>/dev/null
awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "logit") k = i; next } { printf "%.9g\n", $k }' scores.csv >predicted
cmp logits predicted
test "$(wc -l <logits)" -eq 2000
# jets of class 1 stand at every second place and have the larger logits
awk '{ sum[NR % 2] += $1 } END { exit !(sum[0] > sum[1]) }' logits

./polynomials >values
grep -q '^(1,0,0) *1$' values          # a point: sum of z
grep -Eq '^\(2,1,0\) +[0-9.e-]+$' values

./splot >told
grep -q '^signal 1[34][0-9][0-9][0-9] of 20000 pairs$' told
