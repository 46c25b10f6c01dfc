#!/bin/bash
# usage: test_guides.sh PROGRAM FOLDER
# The man page and the completion of bash and zsh say what --help says.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
bin=$(dirname "$(realpath "$program")")
export PATH="$bin:$PATH"

# The man page has every command with its options, and groff has no complaint.
expect 0 help --man
cp out nearsym.1
for command in "study run" train "data simulate showers" "fit mass" doctor; do says nearsym.1 ".SS nearsym $command"; done
says nearsym.1 '\fB\-\-preset\fR \fINAME\fR'
says nearsym.1 "(default 10000)"
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww nearsym.1 >page 2>err || fail "groff does not take the man page"
    silent err
fi

expect 0 help --bash
cp out completion.bash
# complete WORD...: what bash offers for the last word, a line each.
complete_words() {
    COMP_WORDS=(nearsym "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _nearsym
    printf '%s\n' "${COMPREPLY[@]}" >out
}
complete -r nearsym 2>/dev/null
. ./completion.bash || fail "bash does not read its completion"
complete -p nearsym >out || fail "bash has no completion of nearsym"
# offers WORD OF...: the word is among what is offered behind these, and offers_not
offers() {
    complete_words "${@:2}"
    grep -qxFe "$1" out || fail "behind '${*:2}' bash does not offer $1"
}
offers_not() {
    complete_words "${@:2}"
    if grep -qxFe "$1" out; then fail "behind '${*:2}' bash offers $1"; fi
}
for command in $("$program" --help | awk '/^  / { print $1 }'); do offers "$command" ""; done
offers study st
offers_not train st
offers run study ""
offers run help study r
offers showers data simulate ""
offers --preset study run --pr
offers --help study list --
offers_not --preset study list --
offers own-sample study run own
offers own-sample study run --preset quick own
offers own-sample train ""
offers_not own-sample predict ""
offers quick study run own-sample --preset ""
offers train.epochs= study run own-sample --set train.e
offers train.epochs= study run own-sample --set = train.e
offers train.epochs= study run own-sample --set =
offers detector.smear.resolution= train --set detector.smear.
offers likelihood fit mass --method ""
offers_not own-sample study run --jobs ""

# Every command line option that --help names is offered.
"$program" study run --help | grep -o -e '--[a-z-]* ' | sort -u | while read -r option; do offers "$option" study run --; done || exit 1

expect 0 help --zsh
head -n 1 out | grep -qx '#compdef nearsym' || fail "zsh's completion has no #compdef"
if ! command -v zsh >/dev/null; then
    echo "zsh is not installed: its completion is not run"
    exit 0
fi
mkdir -p functions
cp out functions/_nearsym
cat >zshrc.zsh <<'END'
fpath=($PWD/functions $fpath)
autoload -Uz compinit
compinit -u -D
autoload -Uz +X _nearsym
# What the function adds, in place of showing it.
compadd() { while [[ $1 == -* && $1 != -a ]]; do [[ $1 == -S ]] && shift; shift; done; [[ $1 == -a ]] && print -l -- "${(P@)2}" }
_describe() { print -l -- "${(P@)2}" }
_files() { print files }
offer() { words=(nearsym "$@"); CURRENT=$#words; _nearsym }
offer "" # defines what follows
END
zsh_offers() {
    zsh -f -c '. ./zshrc.zsh >/dev/null; offer "$@"' zsh "${@:2}" >out 2>err </dev/null
    silent err
    says out "$1"
}
zsh_offers "study:run a published study" ""
zsh_offers "own-sample:A labelled sample" study run ""
zsh_offers "--preset:lay a preset" study run --
zsh_offers "train.epochs=" study run own-sample --set ""
zsh_offers "files" predict ""
