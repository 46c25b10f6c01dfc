# shellcheck shell=sh disable=SC2034
# What every test of the program begins with: . common.sh PROGRAM FOLDER. The folder is made anew, and tests work in it.
set -u
program=$1 folder=$2
data=$(cd "$(dirname "$0")" && pwd)/data
NSYM_STUDIES=$(cd "$(dirname "$0")/../../studies" && pwd)
export NSYM_STUDIES
unset NSYM_DATA NSYM_TRUSTED
rm -rf "$folder" "$folder.cache" && mkdir -p "$folder" && cd "$folder" || exit 1
XDG_CACHE_HOME=$PWD.cache # of files that were checked
export XDG_CACHE_HOME

fail() {
    echo "FAILED: $*"
    [ ! -s out ] || { echo "-- standard output:"; head -n 20 out; }
    [ ! -s err ] || { echo "-- standard error:"; tail -n 40 err; }
    exit 1
}

# expect STATUS ARGUMENT...: runs the program; its output is left in the files out and err.
expect() {
    wanted=$1
    shift
    "$program" "$@" >out 2>err </dev/null
    got=$?
    [ $got -eq "$wanted" ] || fail "nearsym $*: exit status $got, wanted $wanted"
    if grep -qE 'Sanitizer|runtime error:' err; then fail "nearsym $*: a sanitizer's finding"; fi
}

# says FILE TEXT: a line of the file has the text in it.
says() {
    grep -qF -e "$2" "$1" || fail "no line with \"$2\" in $1"
}

silent() {
    [ ! -s "$1" ] || fail "$1 is not empty"
}

# A study's numbers: results.json without the time that it took.
numbers() {
    sed -e '/^ "seconds":/d' -e '/^ "card":/d' -e '/^ "preset":/d' -e '/^ "rerun":/d' \
        -e '/^ "provenance": {/,/^ }/d' "$1/results.json"
}

# same_numbers FOLDER FOLDER
same_numbers() {
    numbers "$1" >first.json
    numbers "$2" >second.json
    [ -s first.json ] || fail "$1 has no numbers"
    cmp first.json second.json || fail "the numbers of $1 and $2 differ"
}
