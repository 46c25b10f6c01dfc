#!/bin/sh
# Small houses, each with one fault, must be refused with a word on that fault; the faultless one passes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

house() { # a faultless one
    rm -rf "$root/house"
    mkdir -p "$root/house/include/nearsym" "$root/house/cli"
    cd "$root/house"
    mkdir -p src/base src/data src/stats src/nn src/physics src/study tests/data
    echo '#include <nearsym/api.h>' >include/nearsym/status.h
    : >include/nearsym/api.h
    printf '%s\n' '#include <nearsym/status.h>' '#include <stdio.h>' >src/base/fail.h
    printf '%s\n' '#include "base/fail.h"' '/* printf( exit(' '   abort( */' 'f("exit(1)", my_exit(2)); // abort()' >src/data/events.c
    : >src/data/events.h
    printf '%s\n' '#include "data/events.h"' '#include "base/fail.h"' >src/stats/roc.c
    printf '%s\n' '#include "stats.h"' '#include <nearsym/status.h>' >cli/main.c
    : >cli/stats.h
    echo '#include "base/fail.h"' >tests/data/test_events.c
}

check() { "$here/../../scripts/check_sources.sh" "$root/house" >"$root/said" 2>&1; }

refused() { # refused WORDS: the house as it stands must be refused with them
    if check; then
        echo "not refused: $1"
        exit 1
    fi
    grep -qF -- "$1" "$root/said" || {
        echo "refused, but not with '$1':"
        cat "$root/said"
        exit 1
    }
    house
}

house
check || { cat "$root/said"; exit 1; }

echo '#include "study/card.h"' >src/data/events.c && : >src/study/card.h
refused 'src/data/events.c:1: climbs from floor 3 (data) to floor'

echo '#include <nearsym/model.h>' >src/data/events.c && : >include/nearsym/model.h
refused 'climbs from floor 3 (data) to floor 4 (nn)'

echo '#include <nearsym/model.h>' >include/nearsym/events.h && : >include/nearsym/model.h
refused 'include/nearsym/events.h:1: climbs'

: >src/stats/roc.h && echo '#include "stats/roc.h"' >src/data/split.c
refused 'a circle of includes: folder '

printf '%s\n' '#include "b.h"' >src/nn/a.h && printf '%s\n' '#include "nn/c.h"' >src/nn/b.h && echo '# include "nn/a.h"' >src/nn/c.h
refused 'a circle of includes: src/nn/'

echo '#include "base/fail.h"' >cli/cmd_train.c
refused 'cli/cmd_train.c:1: there is no cli/base/fail.h'

echo '#include "../src/base/fail.h"' >cli/cmd_train.c
refused 'cli/cmd_train.c:1: there is no'

echo '#include "base/fail.h"' >include/nearsym/random.h
refused 'a public header includes only public headers'

: >include/nearsym/novel.h
refused 'stands on no floor'

mkdir src/attic && : >src/attic/a.c
refused 'the folder attic has no floor'

echo '#include "data/gone.h"' >src/nn/a.c
refused 'there is no src/data/gone.h'

for call in 'printf("x")' 'exit(1)' 'abort ()' 'puts("x")' 'assert(x)'; do
    printf '/* one\n two */ if (x) %s;\n' "$call" >src/nn/a.c
    refused 'src/nn/a.c:2: the library never prints and never exits'
done
echo 'fputs(x, stderr);' >src/nn/a.c
refused 'stderr'

awk 'BEGIN { for (i = 0; i < 651; i++) print "x" }' >src/nn/long.c
refused 'at most 650 lines'
