#!/bin/sh
# usage: test_classes.sh PROGRAM FOLDER
# Three classes from end to end: every kind of network, scores that give the study's numbers again, copies that get one
# answer by the penalty, and what is refused.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# Objects whose pt and places, and columns whose means, tell the classes; two rows are copies of one event.
awk 'BEGIN {
    srand(5)
    for (i = 0; i < 900; i++) {
        k = int(i / 2) % 3
        objects = ""
        for (j = 0; j < 3; j++)
            objects = objects (j ? "," : "") sprintf("{\"pt\":%.6f,\"d_eta\":%.6f,\"d_phi\":%.6f}", \
                (1 + 0.5 * k) * (1 + 2 * rand()), 0.8 * (2 * rand() - 1), 0.8 * (2 * rand() - 1) * (k == 1 ? 0.5 : 1))
        printf "{\"label\":%d,\"weight\":%.3f,\"event_id\":%d,\"a\":%.6f,\"b\":%.6f,\"objects\":[%s]}\n", k, \
            0.5 + rand(), int(i / 2), rand() + rand() + 0.8 * (k == 1), rand() + rand() + 0.8 * (k == 2), objects
    }
}' >toy.jsonl

cat >toy.yaml <<'END'
study: three classes
data: {file: toy.jsonl}
labels: {classes: [light, c, b]}
detector: {cells: [6, 6], range: [-1, 1]}
copies: {group: event_id}
split: {test: 0.3, validation: 0.2, stratify: true}
train: {epochs: 12, batch: 32, learning_rate: 0.01, weighted: true, scale: true}
models:
  fcn: {kind: fcn, event: columns, columns: [a, b], hidden: [12]}
  pfn: {kind: pfn, particles: objects, particle_map: [12], latent: 6, hidden: [12]}
  efn: {kind: efn, particles: objects, particle_map: [12], latent: 6, hidden: [12]}
  hybrid: {kind: hybrid, particles: objects, event: columns, gate: columns, columns: [a, b], particle_map: [12],
           event_map: [6], gate_map: [6], latent: 6, hidden: [12]}
  cnn: {kind: cnn, event: image, filters: [6], convolutions: 1, hidden: [12]}
experiments:
  kinds: {keep: true, grid: {model: [fcn, pfn, efn, hybrid, cnn]}, compare: {model: fcn}}
tables:
  - {name: classes, metric: auc_of_class, rows: [model], columns: class}
  - {name: confusion, metric: confusion, rows: [model, class], columns: called}
figures:
  - {name: curves, kind: roc, metric: roc_of_class, series: class, panels: model}
END

expect 0 study run toy.yaml --out study --jobs 1
says out "  model   class     called light"
says study/tables/classes.md "class light | class c | class b |"
grep -q '"metric": "auc_of_class_difference"' study/results.json || fail "there are no differences of classes"
[ "$(ls study/scores | wc -l)" -eq 5 ] || fail "there are not five files of scores"

# number RESULT METRIC MODEL [CLASS [COORDINATE CLASS]]: the mean that results.json has.
number() {
    awk -v metric="$2" -v model="$3" -v class="${4:-}" -v other="${5:-}" -v name="${6:-}" '
        function text(line) { sub(/^[^:]*: "?/, "", line); sub(/"?,?$/, "", line); return line }
        /^  \{/ { m = c = o = k = "" }
        /^   "model"/ { m = text($0) }
        /^   "class"/ { c = text($0) }
        other != "" && index($0, "   \"" other "\"") == 1 { o = text($0) }
        /^   "metric"/ { k = text($0) }
        /^   "mean"/ && k == metric && m == model && c == class && o == name { print text($0) }' "$1/results.json"
}

# near A B: they are one number to 1e-12.
near() {
    awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; exit !(a != "" && b != "" && d < 1e-12 && d > -1e-12) }' ||
        fail "$3: $1 is not $2"
}

# of KEY I [J]: what nsym evaluate --json says of a class, or of two.
of() {
    tr -d '\n ' <out | sed -e "s/.*\"$1\":\(\[\[\|\[\)//" | awk -F'],' -v i="$2" -v j="${3:-}" '{
        if (j == "") { split($1, list, /[],]/); print list[i] }
        else { gsub(/\[/, "", $i); split($i, list, /[],]/); print list[j] }
    }'
}

# Every network tells the classes, and its scores give the study's numbers again.
for model in fcn pfn efn hybrid cnn; do
    expect 0 evaluate study/scores/kinds-$model-1-*.h5 --json
    auc=$(sed -e 's/.*"auc": //' -e 's/,.*//' out)
    awk -v auc="$auc" 'BEGIN { exit !(auc > 0.7) }' || fail "the AUC of $model is $auc"
    near "$auc" "$(number study auc_final $model)" "AUC of $model"
    near "$(of auc_of_class 3)" "$(number study auc_of_class $model b)" "AUC of $model for b"
    near "$(of confusion 1 2)" "$(number study confusion $model light called c)" "confusion of $model"
    near "$(of auc_between 2 1)" "$(number study auc_between $model c against light)" "AUC of $model for c against light"
    says out '"names": ["light", "c", "b"]'
done
expect 0 evaluate study/scores/kinds-fcn-1-*.h5
says out "events              135 of 3 classes"
says out "light                    45  "
says out "share called            light         c         b"

# Probabilities add up to 1; the csv's columns are read as one of three values.
expect 0 data convert study/scores/kinds-pfn-1-*.h5 -o pfn.csv
says pfn.csv "output[0],output[1],output[2],logit[0],logit[1],logit[2]"
awk -F, 'NR > 1 { for (i = 1; i <= 3; i++) sum += $(NF - 2 - i); if (sum < 0.999999999 || sum > 1.000000001) exit 1; sum = 0 }' \
    pfn.csv || fail "probabilities do not add up to 1"
expect 0 evaluate pfn.csv --json
near "$(sed -e 's/.*"auc": //' -e 's/,.*//' out)" "$(number study auc_final pfn)" "AUC of the csv"
says out '"names": ["class 0", "class 1", "class 2"]'

# A model alone: the same card, whose model predicts with the names of its classes. The penalty makes copies alike.
cat >alone.yaml <<'END'
data: {file: toy.jsonl}
labels: {classes: [light, c, b]}
copies: {group: event_id}
split: {validation: 0.2}
train: {epochs: 12, batch: 32, learning_rate: 0.01, scale: true}
models: {m: {kind: fcn, event: columns, columns: [a, b], hidden: [12]}}
END
for invariance in 0 5; do
    expect 0 train alone.yaml -o "$invariance.h5" --set train.invariance=$invariance
    says out ", the mean over the classes"
    says out "AUC against             light         c         b"
    expect 0 predict "$invariance.h5" toy.jsonl -o "$invariance.csv"
    awk -F, 'NR > 1 { for (k = 0; k < 3; k++) { p = $(NF - 3 - k); if (NR % 2) { d = p - last[k]; sum += d * d }; last[k] = p } }
        END { print sum / (NR / 2) }' "$invariance.csv" >"$invariance.spread"
done
awk -v a="$(cat 0.spread)" -v b="$(cat 5.spread)" 'BEGIN { exit !(b > 0 && b < 0.5 * a) }' ||
    fail "the penalty leaves a spread of $(cat 5.spread), without it $(cat 0.spread)"
expect 0 train alone.yaml -o json.h5 --json
says out '"names": ['
expect 0 predict 0.h5 toy.jsonl -o all.h5
expect 0 evaluate all.h5
says out "light                   300  "
says err "trained this model"

refused() { # refused TEXT ARGUMENT...
    text=$1
    shift
    expect 1 "$@"
    says err "$text"
}
refused "toy.jsonl: row 5: label is 2, must be 0 or 1; for more than two classes name them, such as labels.classes: [light, c, b]" \
    train alone.yaml --set 'labels={}' -o none.h5
refused "label is 2, must be 0 or 1" train alone.yaml --set 'labels.classes=[background, signal]' -o none.h5
refused "none of 270 training events is of class 3; all 4 classes are needed" \
    train alone.yaml --set 'labels.classes=[light, c, b, t]' -o none.h5
refused "column 'logit' has 3 values per event, a score must be one" ado all.h5 0.csv
printf 'label,logit[0],logit[1],logit[2]\n0,1,0,0\n3,0,1,0\n1,0,1,0\n' >labels.csv
refused "labels.csv: row 2: label is 3, must be 0 to 2, a class that logit has" evaluate labels.csv
printf 'label,logit[0],logit[1],logit[2]\n0,1,0,0\n1,0,1,0\n' >two.csv
refused "two.csv: the weights of class 2 add up to 0" evaluate two.csv
printf 'label,logit[0],logit[1],logit[2]\n0,1,0,0\n1,0,nan,0\n' >nan.csv
refused "nan.csv: row 2: logit is NaN" evaluate nan.csv
