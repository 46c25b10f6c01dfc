#!/bin/sh
# usage: test_usage.sh PROGRAM FOLDER
# Exit statuses, suggestions for misspelt words, and messages that name the file and the line.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# refused STATUS TEXT ARGUMENT...: fails so, says so on standard error, and prints nothing.
refused() {
    text=$2 wanted_status=$1
    shift 2
    expect "$wanted_status" "$@"
    silent out
    says err "$text"
}

# Help is no error, and shows the defaults.
for words in "" study "study list" "study show" "study run" "study report" "study compare" data "data convert" "data inspect" observables \
    bench "bench train" "bench predict" "bench showers" "data simulate" "data simulate showers" "data simulate dimuon"; do
    # shellcheck disable=SC2086 # words
    expect 0 $words --help
    says out "usage: nearsym"
    silent err
done
says out "(default 10000)"
expect 0 --help
if awk '/^  / { print $1 }' out | sort | uniq -d | grep .; then fail "a command is listed twice"; fi
expect 0 --version
says out "nearsym "

# help COMMAND is COMMAND --help.
for words in splot "efp list" "study run"; do
    # shellcheck disable=SC2086 # words
    expect 0 help $words
    mv out help
    # shellcheck disable=SC2086 # words
    expect 0 $words --help
    cmp help out || fail "help $words says something else than $words --help"
done
expect 2 help nothing
says err "there is no command 'nothing'"

# Wrong usage: 2, and the nearest word.
expect 2
refused 2 "did you mean 'study'?" stduy
refused 2 "did you mean run?" study rnu
refused 2 "say what to do: list, show, run, report, compare, runs, merge, keys or schema" study
refused 2 "did you mean inspect?" data inspcet
refused 2 "did you mean dimuon?" data simulate dimuno
refused 2 "did you mean --events?" data simulate dimuon --evnets 3 -o x.h5
refused 2 "did you mean --preset?" study run approximate-invariance --prset quick
refused 2 "--jobs is \"-1\", must be a whole number from 0" study run approximate-invariance --jobs -1
refused 2 "--json takes no value" study run approximate-invariance --json=1
refused 2 "--out needs a value" study run approximate-invariance --out
refused 2 "takes the name of a study" study run
refused 2 "no output is given" data simulate dimuon

# What cannot be done: 1, and the nearest name.
refused 1 "did you mean 'approximate-invariance'?" study run aproximate-invariance --out none
refused 1 "did you mean 'quick'?" study show approximate-invariance --preset quik
refused 1 "did you mean 'epochs'?" study show approximate-invariance --set train.epohcs=3
refused 1 "train.epochs is 'many', must be a whole number" study show approximate-invariance --set train.epochs=many
refused 1 "nowhere is not an output folder of a study" study report nowhere

# A card's fault is told with file and line before anything is made.
# faulty SED-SCRIPT TEXT: the tiny card, changed, is refused so; the line is where TEXT's key stands.
cp "$data/published.yaml" .
faulty() {
    sed "$1" "$data/tiny.yaml" >card.yaml
    line=$(diff "$data/tiny.yaml" card.yaml | sed -n 's/^\([0-9]*\).*/\1/p' | head -n 1)
    refused 1 "card.yaml:$line: $2" study run card.yaml --out none
}
faulty 's/batch: 32/batchh: 32/' "unknown key 'batchh' in train; did you mean 'batch'?"
faulty 's/^detector:/detecter:/' "unknown key 'detecter' in the card; did you mean 'detector'?"
faulty 's/  smear:/  smaer:/' "unknown key 'smaer' in detector; did you mean 'smear'?"
faulty 's/detector.smear.shared/detector.smaer.shared/' "unknown key 'smaer' in detector; did you mean 'smear'?"
faulty 's/^split:/smear: {shared: true}/; /  test: 0.25/d' "'smear' is now 'detector.smear'"
faulty 's/kind: fcn/kind: fnc/' "models.invariant.kind is 'fnc'"
faulty 's/learning_rate: .*/learning_rate: -0.1/' "train.learning_rate is -0.1, must be"
faulty 's/model: \[invariant\]/model: [invariannt]/' "there is no 'invariannt' under 'models'; did you mean 'invariant'?"
sed 's/reference: .*/reference: missing.yaml/' "$data/tiny.yaml" >card.yaml
refused 1 "missing.yaml" study run card.yaml --out none
sed 's/metric:/metrik:/' "$data/published.yaml" >wrong.yaml
sed 's/reference: .*/reference: wrong.yaml/' "$data/tiny.yaml" >card.yaml
refused 1 "wrong.yaml:4: unknown key 'metrik'" study run card.yaml --out none
printf 'study: [\n' >card.yaml
refused 1 "card.yaml:" study show card.yaml
printf 'study: x\npresets: [a]\n' >card.yaml
refused 1 "card.yaml:2: presets must be a map" study show card.yaml --preset a

# What is there, and what a run would take.
expect 0 study list --html
says out "<h2>Rotational symmetry broken by pixels"
says out "nearsym study run encouraged-invariance --preset quick --out DIR"
expect 0 study list
says out "approximate-invariance"
silent err
expect 0 study show approximate-invariance --preset quick --set train.epochs=7 --set 'models.general.hidden=[8, 8]'
silent err
sed -n '/^train:/,/^[a-z]*:$/p' out >train
says train "  epochs: 7"
says out "    hidden: [8, 8]"
says out "  events: 10000"
mv out shown.yaml
expect 0 study show shown.yaml
cmp out shown.yaml || fail "a card that was shown is shown otherwise"

# A measurement of a network for images, which is refused where the copies do not fit.
expect 0 bench train --model pfn --repeats 1 --seconds 0.01 --json
says out '"unit": "image"'
silent err
refused 1 "must divide the batch of 12" bench train --model fcn --batch 12
refused 2 "there is no model 'gnn'" bench train --model gnn
expect 0 bench train --model efn --repeats 1 --seconds 0.01 --json
says out '"model": "efn", "batch": 256'
expect 0 bench predict --model cnn --batch 8 --repeats 1 --seconds 0.01 --json
says out '{"bench": "predict", "model": "cnn", "batch": 8, "threads": 1, "unit": "image", "per_second": '
refused 2 "--threads must be 1 to 1024" bench train --threads 0

# A measurement of toy events: two rates.
expect 0 bench showers --repeats 1 --seconds 0.01 --json
says out '{"bench": "showers", "threads": 1, "unit": "event", "per_second": '
says out '{"bench": "image_rotations", "threads": 1, "unit": "event", "per_second": '
silent err
refused 1 "seconds is 0, must be > 0" bench showers --seconds 0
refused 2 "--repeats must be 1 to 99" bench showers --repeats 0
refused 2 "did you mean showers?" bench shower

# An output that cannot be written is a failure.
if [ -e /dev/full ]; then
    for words in "study list" "study show approximate-invariance" "data simulate dimuon --help"; do
        # shellcheck disable=SC2086 # words
        "$program" $words >/dev/full 2>err && fail "nearsym $words: a full disk is no failure"
        says err "standard output"
    done
fi
refused 1 "cannot make the folder" study run "$data/tiny.yaml" --out /dev/null/out

# On a terminal errors are coloured, and NO_COLOR turns that off; elsewhere they never are.
unset NO_COLOR
if script -qec "test -t 2" /dev/null >/dev/null 2>&1; then
    script -qec "TERM=xterm '$program' train nothing.yaml" /dev/null >out 2>err
    grep -q "$(printf '\033')\[31mnearsym:" out || fail "an error on a terminal has no colour"
    script -qec "NO_COLOR=1 TERM=xterm '$program' train nothing.yaml" /dev/null >out 2>err
    grep -q "$(printf '\033')" out && fail "NO_COLOR does not turn colours off"
fi
expect 1 train nothing.yaml
grep -q "$(printf '\033')" err && fail "an error in a file has colours"
exit 0
