#!/bin/sh
# usage: lint.sh BUILD_DIR
# Layout (clang-format), house rules (check_sources.sh) and likely mistakes (clang-tidy, by BUILD_DIR/compile_commands.json), types of
# the Python package (mypy), and the interface of the shared library beside that of the last release (abi.sh).
set -eu
build=$1
cd "$(dirname "$0")/.."
failed=0
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror || failed=1
scripts/check_sources.sh || failed=1
git ls-files 'src/*.c' 'cli/*.c' 'python/*.c' | xargs -n 4 -P "$(nproc)" clang-tidy -p "$build" --quiet 2>/dev/null || failed=1
/usr/bin/mypy --no-error-summary || failed=1
scripts/abi.sh || failed=1
[ $failed = 0 ] && echo "lint: nothing to complain of"
exit $failed
