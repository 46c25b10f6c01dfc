#!/bin/sh
# usage: test_rerun.sh PROGRAM FOLDER
# A report stands alone: the line that it prints runs the study again, from anywhere, and gives the same numbers; it names
# the files with their checksums, the settings, and holds the whole card.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

mkdir "bin" "it's mine" && ln -s "$program" bin/nearsym || fail "no folders"
cd "it's mine" || exit 1
awk 'BEGIN {
    srand(3)
    print "label,x"
    for (i = 0; i < 400; i++) printf "%d,%.9g\n", i % 2, rand() + 0.3 * (i % 2)
}' >"a \$HOME \"b\".csv"
cat >"my card.yaml" <<'END_OF_CARD'
study: own
seed: 4
data: {file: ""}
split: {test: 0.25}
train: {epochs: 5, batch: 32, learning_rate: 1.0e-3, scale: true}
models:
  net: {kind: fcn, event: columns, columns: [x], hidden: [8]}
experiments:
  e: {members: 2, grid: {model: [net]}}
presets:
  short: {train.epochs: 2}
END_OF_CARD
# shellcheck disable=SC2016
expect 0 study run "my card.yaml" --preset short --set 'data.file=a $HOME "b".csv' --set "title=It's <one> \\ two" --out "the \`out\`"
cp -r "the \`out\`" ../first && rm -r "the \`out\`" && cd .. || fail "no copy"

line=$(sed -n 's/^ "rerun": "\(.*\)",$/\1/p' first/results.json | sed 's/\\\(["\\]\)/\1/g')
(cd / && PATH="$folder/bin:$PATH" sh -c "$line") >out 2>err || fail "the line does not run: $line"
same_numbers first "it's mine/the \`out\`"
cmp first/study.resolved.yaml "it's mine/the \`out\`/study.resolved.yaml" || fail "the line lays other settings"

# What the page says of it: the line, settings, files with their checksums, the card.
html=first/report.html
shown=$(printf '%s\n' "$line" | sed "s/&/\\&amp;/g; s/</\\&lt;/g; s/>/\\&gt;/g; s/\"/\\&quot;/g; s/'/\\&#39;/g")
says $html "$shown"
says $html "<dt>seed</dt><dd>4</dd>"
says $html "<dt>members</dt><dd>2</dd>"
says $html "<dt>training</dt><dd>2 runs, "
says $html 'data.file=a $HOME &quot;b&quot;.csv'
says $html "title=It&#39;s &lt;one&gt;"
says $html "<h1>It&#39;s &lt;one&gt; \\ two</h1>"
# gzip ends with the CRC-32 and the length of what it packs, each in four bytes, the lowest first.
for file in "my card.yaml" "a \$HOME \"b\".csv"; do
    crc=$(gzip -c "it's mine/$file" | tail -c 8 | od -An -tx1 | awk '{ print $4 $3 $2 $1 }')
    bytes=$(wc -c <"it's mine/$file")
    says $html "<td class=\"n\">$bytes</td><td class=\"n\"><code>$crc</code></td>"
done
while read -r key; do says $html "$key"; done <<'END_OF_LINES'
<summary>Input files, settings and the complete card</summary>
learning_rate: 1.0e-3
END_OF_LINES
