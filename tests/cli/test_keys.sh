#!/bin/sh
# The keys of a card: as text, as the tables of docs/card.md, as a schema.
. "$(dirname "$0")/common.sh"
source=$(cd "$(dirname "$0")/../.." && pwd)

expect 0 study keys copies
grep -q '^copies.where$' out || fail "study keys copies does not list copies.where"
grep -q 'values: `none`, `before`, `after`' out || fail "the words of copies.where are not there"
expect 0 study keys
for key in seed data.file train.epochs models.NAME.kind experiments.NAME.grid experiments.NAME.search.tries searches.NAME.steps; do
    grep -qx "$key" out || fail "study keys does not list $key"
done
expect 1 study keys coppies
grep -q "did you mean 'copies'?" err || fail "an unknown section is not told"

# The page has every section's table, and each as the program prints it.
"$source/scripts/card_keys.sh" "$program" <"$source/docs/card.md" >card.md
cmp -s card.md "$source/docs/card.md" || fail "docs/card.md: scripts/card_keys.sh makes other tables"
expect 0 study keys --markdown
grep '^| `' out | while IFS= read -r row; do
    grep -qxF "$row" card.md || fail "docs/card.md lacks: $row"
done || exit 1

expect 0 study schema
grep -q 'https://json-schema.org/draft/2020-12/schema' out || fail "study schema names no draft"
