#!/bin/sh
# usage: card_keys.sh NEARSYM < docs/card.md > new
# Writes the page again, below every line <!-- keys: SECTION --> the table that `nearsym study keys SECTION --markdown` prints.
set -eu
awk -v nearsym="$1" '
    /^<!-- keys: / { if (skip && blank) print ""; print; print ""; fflush(); system(nearsym " study keys " $3 " --markdown"); skip = 1; blank = 0; next }
    skip && (/^\|/ || /^$/) { blank = /^$/; next }
    skip { if (blank) print ""; skip = 0 }
    { print }
'
