#!/bin/sh
# usage: test_find_package.sh BUILD_DIR CMAKE CC
# A program finds an installed nearsym by CMake's find_package.
set -eu
build=$1 cmake=$2 cc=$3 here=$(cd "$(dirname "$0")" && pwd)
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$cmake" --install "$build" --prefix "$prefix/installed" >/dev/null
mkdir "$prefix/source"
cp "$here/program.c" "$prefix/source"
cat >"$prefix/source/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.18)
project(program LANGUAGES C)
find_package(nearsym 0.1 REQUIRED)
add_executable(program program.c)
target_link_libraries(program PRIVATE nearsym::nearsym)
END
"$cmake" -S "$prefix/source" -B "$prefix/build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$prefix/installed" >/dev/null
"$cmake" --build "$prefix/build" >/dev/null
"$prefix/build/program"
