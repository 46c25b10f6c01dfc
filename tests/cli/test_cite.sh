#!/bin/sh
# usage: test_cite.sh PROGRAM FOLDER
# nearsym cite prints BibTeX of nearsym and of a study's paper; results say what their card cites.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

expect 0 cite
says out "@software{nearsym,"
says out "{$("$program" --version | cut -d ' ' -f 2)}"
if grep -q '^@article' out; then fail "nearsym's own entry comes with a paper"; fi

# Every study that cites a paper has its entry, which says what the card and CITATION.cff say.
for card in "$NSYM_STUDIES"/*/study.yaml; do
    study=$(basename "$(dirname "$card")")
    expect 0 cite "$study"
    says out "@software{nearsym,"
    if ! grep -q '^citation:' "$card"; then
        says out "% The card names no paper."
        continue
    fi
    says out "@article{"
    [ "$(tr -cd '{' <out | wc -c)" -eq "$(tr -cd '}' <out | wc -c)" ] || fail "the braces of $study do not match"
    grep -o 'doi *= {[^}]*}\|eprint *= {[^}]*}' out | sed 's/.*{\(.*\)}/\1/' >numbers
    [ -s numbers ] || fail "the entry of $study has neither DOI nor arXiv number"
    while read -r number; do says "$NSYM_STUDIES/../CITATION.cff" "$number"; done <numbers || exit 1
    title=$(sed -n 's/^ *title *= {{\(Learning.*\)}},/\1/p' out)
    grep '^citation:' "$card" | grep -qiF "*$title*" || fail "the card of $study gives the paper another title"
    grep '^citation:' "$card" | grep -qFf numbers || fail "the card of $study gives the paper another number"
done

# Cards of one's own: their citation, or a file beside them.
mkdir own && cp "$data/published.yaml" own
{
    cat "$data/tiny.yaml"
    echo 'citation: "Somebody, *On it*, 2026"'
} >own/card.yaml
grep -q '^citation' "$data/tiny.yaml" && fail "tiny.yaml cites something"
expect 0 cite own/card.yaml
says out "% The card says: Somebody, *On it*, 2026"
echo "@book{mine}" >own/cite.bib
expect 0 cite own/card.yaml
says out "@book{mine}"

# Results and their page say it.
expect 0 study run own/card.yaml --out with
says with/results.json '"citation": "Somebody, *On it*, 2026"'
says with/report.html 'Somebody, <em>On it</em>, 2026'
expect 0 study run "$data/tiny.yaml" --out without
says without/results.json '"citation": ""'
says without/report.html "This card names no paper. <code>nearsym cite</code>"

expect 1 cite encouraged-invarianc
says err "did you mean 'encouraged-invariance'?"
expect 2 cite one two
