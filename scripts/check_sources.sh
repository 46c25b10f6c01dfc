#!/bin/sh
# usage: check_sources.sh [ROOT]
# Checks the house rules of all C sources below ROOT (default: the present folder) and fails, naming file and line, where one
# is broken: see check_sources.awk.
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-.}"
folders=
for folder in include src cli tests bench python; do [ -d $folder ] && folders="$folders $folder"; done
# shellcheck disable=SC2046,SC2086 # no blanks in our file names
exec awk -f "$tools/check_sources.awk" "$tools/floors" $(find $folders -name '*.[ch]' | LC_ALL=C sort)
