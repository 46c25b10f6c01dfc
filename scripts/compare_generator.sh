#!/bin/sh
# The built-in dimuon generator beside another generator's events: draws OUT.png with mass, pT, eta and pair rapidity of both
# processes, as ratios under the spectra.
#
#   scripts/compare_generator.sh Z.lhe.gz PHOTON.lhe.gz OUT      NEARSYM=build/nearsym  EVENTS=1000000
set -eu
nearsym=${NEARSYM:-build/nearsym} events=${EVENTS:-1000000}
[ $# = 3 ] || { echo "usage: $0 Z.lhe.gz PHOTON.lhe.gz OUT" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# histograms CSV OUT: bin centre and density of mass, pT, eta of the mu+, rapidity of the pair; one block each
histograms() {
    awk -F, '
        function bin(k, x, low, width, n,   i) { i = int((x - low) / width); if (x >= low && i < n) count[k, i]++ }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        {
            plus = $at["pdg_0"] < 0 ? "_0" : "_1"; minus = plus == "_0" ? "_1" : "_0"; total++
            px = $at["px" plus]; py = $at["py" plus]; pz = $at["pz" plus]; e = $at["energy" plus]
            qx = $at["px" minus]; qy = $at["py" minus]; qz = $at["pz" minus]; f = $at["energy" minus]
            bin(0, sqrt((e + f)^2 - (px + qx)^2 - (py + qy)^2 - (pz + qz)^2), 70, 1, 60)
            bin(1, sqrt(px^2 + py^2), 10, 1, 60)
            bin(2, 0.5 * log((e + pz) / (e - pz)), -2.5, 0.1, 50)
            bin(3, 0.5 * log((e + f + pz + qz) / (e + f - pz - qz)), -2.5, 0.1, 50)
        }
        END {
            split("70 10 -2.5 -2.5", low, " "); split("1 1 0.1 0.1", width, " "); split("60 60 50 50", n, " ")
            for (k = 0; k < 4; k++) {
                for (i = 0; i < n[k + 1]; i++)
                    print low[k + 1] + (i + 0.5) * width[k + 1], count[k, i] / total / width[k + 1], \
                        sqrt(count[k, i]) / total / width[k + 1]
                print "\n"
            }
        }' "$1" >"$2"
}

for process in z photon; do
    [ $process = z ] && theirs=$1 || theirs=$2
    "$nearsym" data simulate dimuon --process $process --events "$events" --seed 1 -o "$work/ours.h5" 2>/dev/null
    "$nearsym" data convert "$work/ours.h5" --select final -o "$work/ours.csv" 2>/dev/null
    "$nearsym" data convert "$theirs" --select final -o "$work/theirs.csv" 2>/dev/null
    histograms "$work/ours.csv" "$work/$process.ours"
    histograms "$work/theirs.csv" "$work/$process.theirs"
done

gnuplot <<END
set terminal pngcairo size 1500,940 font "DejaVu Sans,13"
set output "$3.png"
set multiplot
titles = "Z → μμ|γ* → μμ"
labels = "m_{μμ} [GeV]|muon p_{T} [GeV]|η(μ^{+})|y_{μμ}"
name(list, i) = system(sprintf("echo '%s' | cut -d'|' -f%d", list, i))
set tics nomirror; set key top right samplen 1 spacing 1.1
do for [p=0:1] { do for [k=0:3] {
  process = p == 0 ? "z" : "photon"
  ours = "$work/".process.".ours"; theirs = "$work/".process.".theirs"
  left = 0.055 + 0.245 * k; bottom = 0.55 - 0.5 * p
  set lmargin at screen left; set rmargin at screen left + 0.185
  set bmargin at screen bottom + 0.14; set tmargin at screen bottom + 0.40
  if (k == 0) { set logscale y } else { unset logscale y }
  set format x ""; set format y (k == 0 ? "10^{%T}" : "%g"); unset xlabel; set ylabel (k == 0 ? "fraction per unit" : "")
  if (k == 0) { set key } else { unset key }
  set title name(titles, p + 1) offset 0,-0.5; set yrange [*:*]
  plot theirs index k using 1:2:3 with yerrorbars pt 7 ps 0.35 lc rgb "#222222" title "MadGraph", \
       ours index k using 1:2 with histeps lw 1.5 lc rgb "#d55e00" title "nearsym"
  unset title; unset logscale y
  set tmargin at screen bottom + 0.12; set bmargin at screen bottom + 0.03
  set format x "%g"; set format y "%g"; set xlabel name(labels, k + 1) offset 0,0.4; set ylabel (k == 0 ? "ratio" : "")
  set yrange [0.8:1.2]; set ytics 0.1
  plot 1 lc rgb "#999999" notitle, "< paste ".ours." ".theirs." 2>/dev/null" index k using 1:(\$5 > 0 ? \$2 / \$5 : 1/0):(\$5 > 0 ? \$6 / \$5 : 1/0) \
       with yerrorbars pt 7 ps 0.3 lc rgb "#d55e00" notitle
  set ytics autofreq
} }
END
echo "$3.png"
