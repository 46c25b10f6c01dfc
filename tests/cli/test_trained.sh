#!/bin/sh
# usage: test_trained.sh PROGRAM FOLDER
# A model that is asked about the events that trained it: predict and evaluate say so, and of new events they do not.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# recognised NUMBER: of 800 events so many trained the model, give or take 40.
recognised() {
    sed -n 's/^nearsym: warning: about \([0-9]*\) of 800 events trained this model.*/\1/p' err >about
    [ "$(wc -l <about)" -eq 1 ] || fail "there is no warning"
    [ "$(cat about)" -ge $(($1 - 40)) ] && [ "$(cat about)" -le $(($1 + 40)) ] || fail "about $(cat about) events, not $1"
}

new() {
    if grep -q "trained this model" err; then fail "a warning of new events"; fi
}

# The default seeds of a study and of a sample are the same: 800 of the study's 1000 events train, copies or not.
expect 0 study run own-showers --set members=1 --set train.epochs=1 --set data.events=1000 --set split.reserve=800 --set measure.events=2 \
    --set 'detector.cells=[16, 16]' --set models.fcn.padded=256 --jobs 2 --out shower
expect 0 data simulate showers -n 800 --level cells --grid 16x16 -o same.h5
expect 0 data simulate showers -n 800 --level cells --grid 16x16 --seed 2 -o new.h5
for model in shower/models/methods-pfn-none-*.h5 shower/models/methods-fcn-copies-*.h5; do
    expect 0 predict "$model" same.h5 -o scores.h5
    silent out
    recognised 640
    expect 0 evaluate scores.h5
    recognised 640
    expect 0 evaluate scores.h5 --json
    recognised 640
    [ "$(wc -l <out)" -eq 1 ] || fail "--json prints more than an object"
    expect 0 predict "$model" new.h5 -o scores.h5
    new
    expect 0 evaluate scores.h5
    new
done

# The same events as another file, and half of them.
expect 0 data convert same.h5 -o same.npz
expect 0 predict shower/models/methods-pfn-none-*.h5 same.npz -o scores.csv
recognised 640
expect 0 data convert new.h5 same.h5 -o both.h5
expect 0 predict shower/models/methods-pfn-none-*.h5 both.h5
grep -q "of 1600 events trained this model" err || fail "half of the events are not recognised"

# A model of columns: 45 % of the pairs are drawn from, as many with repeats, so that 28 % train.
expect 0 data simulate muon_pairs --events 1000 --seed 5 --signal 0.8 -o pairs.h5
expect 0 observables pairs.h5 --names iso_pileup_0.4 -o isolation.csv
sed -e '1s/iso_pileup_0.4/iso1/; 1s/npu/dxy1/' isolation.csv >own.csv
expect 0 study run own-muon-pairs --set data.file=own.csv --set members=1 --set train.epochs=1 --set splot.bootstraps=0 --out pairs
expect 0 predict pairs/models/networks-network-*.h5 own.csv
grep -Eq "about (2|3)[0-9]{2} of 1000 events trained this model" err || fail "events of a table are not recognised"
head -n 401 own.csv | sed -e '1s/truth/label/' >fewer.csv
expect 0 predict pairs/models/networks-network-*.h5 fewer.csv
grep -Eq "about (9|1[0-4])[0-9]+ of 400 events trained this model" err || fail "some events of a table are not recognised"
