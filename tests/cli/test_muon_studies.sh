#!/bin/sh
# usage: test_muon_studies.sh PROGRAM FOLDER
# The studies of muon isolation run from end to end in a form that takes seconds, on built-in events, and report what they promise.
published=${NSYM_DATA:-}/cms/Zmumu_Run2011A.csv # where the large data are
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# has FOLDER METRIC...: the study's results have each metric.
has() {
    where=$1
    shift
    for metric; do
        grep -q "\"metric\": \"$metric\"" "$where/results.json" || fail "no result in $where is called $metric"
    done
}

# complete FOLDER: the report is whole and has every table and figure that the card names, with numbers in them, but for those of searches
# for settings, which are not run.
complete() {
    grep -q '</html>' "$1/report.html" || fail "$1/report.html is missing or cut short"
    for section in tables figures; do
        for name in $(awk -v section="$section:" '/^[a-z]/ { inside = $1 == section } inside && $1 == "-" && $2 == "name:" { print $3 }' \
            "$1/study.resolved.yaml"); do
            if [ "$name" = chosen ] || [ "$name" = tried ]; then
                if grep -q "id=\"table-$name\"" "$1/report.html"; then fail "$1 shows a table of what it did not run"; fi
                continue
            fi
            grep -q "id=\"${section%s}-$name\"" "$1/report.html" || fail "$1/report.html has no $name among its $section"
            [ $section = figures ] || [ "$(wc -l <"$1/tables/$name.csv")" -ge 2 ] || fail "the table $name of $1 has no row"
        done
    done
    [ -z "$(find "$1" -name '*.part*')" ] || fail "a half-written file is left behind in $1"
}

# small MODEL...: settings that make their networks small.
small() {
    for model; do settings="$settings --set models.$model.hidden=[8]"; done
}

# Simulated muons: cones, images, sets, polynomials, three searches.
settings=
small iso_1 iso_2 iso_10 iso_10_sum simple_efps efps
for model in cnn efn pfn; do settings="$settings --set models.$model.epochs=1"; done
for model in efn pfn; do settings="$settings --set models.$model.width=8"; done
for search in safe full; do
    settings="$settings --set searches.$search.graphs=n<=2,d<=2 --set searches.$search.kappa=[1] --set searches.$search.beta=[1]"
    settings="$settings --set searches.$search.steps=1 --set searches.$search.pairs=2000"
done
# shellcheck disable=SC2086 # settings are words
expect 0 study run muon-isolation-simulation --preset quick --set data.events=3000 --set members=1 --set train.epochs=2 $settings \
    --set models.cnn.filters=[4] --set models.cnn.hidden=[8] --set 'searches.cones.candidates=[iso_0.1, iso_0.4]' \
    --set searches.cones.steps=1 --jobs 2 --out simulation
says out "report: simulation/report.html"
complete simulation
has simulation auc_final ado_pfn parameters signal_efficiency roc ado_iso_10 validation_auc validation_ado
[ "$(wc -l <simulation/search-cones/forward-1.csv)" -eq 3 ] || fail "the cones' ranking has not two candidates"
[ -s simulation/search-safe/ranking-1.csv ] || fail "the safe polynomials have no ranking"

# Data of two mixtures: labels by charge and mass, judged by the mass, beside the truth of the built-in events.
settings=
small iso_1 iso_9 ado_efp quadratic_efp safe_efps efps cones
# shellcheck disable=SC2086
expect 0 study run muon-isolation-data --preset quick --set data.events=4000 --set split.test=0.3 --set members=1 --set train.epochs=2 \
    $settings --set models.pfn.width=8 --set models.pfn.epochs=1 --set experiments.closure.members=1 \
    --set searches.ado.graphs='n<=2,d<=2' --set searches.ado.kappa=[1] --set searches.ado.beta=[1] --set searches.ado.pairs=2000 \
    --set experiments.cones.grid.number='["1", "9"]' --set splot.bootstraps=5 --jobs 2 --out data
says out "report: data/report.html"
complete data
has data splot_auc splot_efficiency splot_dependence splot_auc_error splot_efficiency_error true_auc true_efficiency ado_pfn
[ "$(wc -l <data/search-quadratic/forward-1.csv)" -eq 4 ] || fail "the quadratic polynomials' ranking has not three candidates"

# Pairs of a table as a user has them: names are changed, the mass is computed, a network and a cut are judged.
expect 0 data simulate muon_pairs --events 2500 --signal 0.8 --seed 5 -o pairs.h5
expect 0 observables pairs.h5 --names iso_pileup_0.4 -o isolation.csv
sed -e '1s/iso_pileup_0.4/iso1/; 1s/npu/dxy1/; 1s/mass/was/; 1s/mu2_/b_/g; 1s/mu_/a_/g' isolation.csv >table.csv
expect 0 data convert table.csv -o own.h5 \
    --rename a_pt=mu_pt,a_eta=mu_eta,a_phi=mu_phi,a_charge=mu_charge,b_pt=mu2_pt,b_eta=mu2_eta,b_phi=mu2_phi,b_charge=mu2_charge
expect 0 study run own-muon-pairs --set data.file=own.h5 --set members=2 --set train.epochs=4 --set splot.bootstraps=20 --jobs 2 --out own
says out "AUC and signal efficiency without labels"
complete own
has own splot_auc splot_auc_error splot_efficiency splot_dependence true_auc
expect 1 study run own-muon-pairs --set data.file=own.h5 --set 'labels.mass=[200, 300]' --set 'labels.signal_region=[210, 220]' --out none
says err "own.h5: none of 2500 events has a mass in 200..300 GeV"
[ ! -e none/report.html ] || fail "a study without events has a report"

# What is the same for all muons has no density to weigh by: it is left out, and the user is told.
expect 0 data convert own.h5 -o varied.csv --rename was=mass
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "mu_eta") k = i } NR > 1 { $k = 0.5 } 1' varied.csv >flat.csv
expect 0 study run own-muon-pairs --set data.file=flat.csv --set members=1 --set train.epochs=1 --set splot.bootstraps=0 --out flat
says err "warning: weights.kde: mu_eta is the same in all events, so only mu_pt is used for their weights"
[ "$(grep -c "same in all events" err)" -eq 1 ] || fail "the user is told twice"

# Cells are those of one grid: 1024 of them may be 32 x 32 or 64 x 16.
cat >cells.yaml <<'END'
data: {generate: muons, events: 400, cells: [32, 32]}
split: {test: 0.3, validation: 0.1, stratify: true}
train: {epochs: 1, batch: 64, every_epoch: false}
models:
  cnn: {kind: cnn, event: image, filters: [4], convolutions: 1, hidden: [4]}
  network: {event: columns, columns: [mu_pt], hidden: [4]}
experiments: {one: {keep: true, grid: {model: [cnn, network]}}}
END
expect 0 data simulate muons -n 200 -o cells.h5
expect 0 study run cells.yaml --out square
expect 0 predict square/models/*cnn*.h5 cells.h5 -o scores.h5
expect 0 study run cells.yaml --set 'data={generate: muons, events: 400}' --set muons.level=particles \
    --set 'detector={cells: [64, 16], range: [-0.45, 0.45]}' --out oblong
expect 1 predict oblong/models/*cnn*.h5 cells.h5 -o scores.h5
says err "cells.h5: the cells belong to a grid of 32x32, but the model was trained on a grid of 64x16"
expect 0 predict oblong/models/*network*.h5 cells.h5 -o scores.h5
expect 1 study run cells.yaml --set data.cells='[64, 16]' --out none
says err "the cells belong to a grid of 32x32, but data.cells has 64x16"
expect 1 study run cells.yaml --set data.file=cells.h5 --set data.cells='[64, 16]' --out none
says err "cells.h5: the cells belong to a grid of 32x32, but data.cells has 64x16"

# Collisions that CMS published, where they are at hand: half of the pairs and more are selected, the fit finds the Z, and isolation tells something.
[ -r "$published" ] || exit 0
expect 0 data convert "$published" -o cms.h5 \
    --rename pt1=mu_pt,eta1=mu_eta,phi1=mu_phi,Q1=mu_charge,pt2=mu2_pt,eta2=mu2_eta,phi2=mu2_phi,Q2=mu2_charge
expect 0 study run own-muon-pairs --set data.file=cms.h5 --set members=1 --set splot.bootstraps=20 --out cms
complete cms
if grep -q '"metric": "true_auc"' cms/results.json; then fail "collisions have a truth"; fi
expect 0 fit mass cms/samples/*.h5 --weight none
says out "8237 events between 70 and 110 GeV, 0 outside"
awk '$1 == "s" && $2 > 0.9 && $2 < 0.95 { found = 1 } END { exit !found }' out || fail "the share of the Z"
expect 0 splot cms/samples/*.h5 --score iso1 --weight none --bootstraps 0 --toys 0
awk '$1 == "AUC" && $2 > 0.37 && $2 < 0.45 { found = 1 } END { exit !found }' out || fail "the AUC of the isolation, which falls"
