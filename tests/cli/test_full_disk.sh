#!/bin/sh
# usage: test_full_disk.sh PROGRAM FOLDER
# A disk that is full, a file that may not grow, a folder that cannot be written, a kill: the old file stays or none is
# there, nothing else is left behind, and the same command makes the file once there is room.
# shellcheck shell=dash source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
study=$data/tiny.yaml

expect 0 data simulate muons -n 1500 -o muons.h5
expect 0 train "$study" --model invariant --set recipe=plain -o model.h5
expect 0 data simulate dimuon -n 4000 -o dimuon.h5
mkdir whole limited

# make NAME FOLDER: a file or a study by its name, in a folder; its status is that of the program. With by=exec the
# program takes the shell's place.
make() {
    case $1 in
    study) set -- "$1" "$2" study run "$study" --preset quick --jobs 2 --out "$2/study" ;;
    efps.h5) set -- "$1" "$2" efp compute muons.h5 --graphs 'd<=3' -j 2 -o "$2/$1" ;;
    columns.*) set -- "$1" "$2" observables muons.h5 --names sum_pt,iso_0.4,efp_k1_b1_3-3-0 -o "$2/$1" ;;
    scores.*) set -- "$1" "$2" predict model.h5 dimuon.h5 -o "$2/$1" ;;
    model.h5) set -- "$1" "$2" train "$study" --model invariant --set recipe=plain -o "$2/$1" ;;
    simulated.h5) set -- "$1" "$2" data simulate dimuon -n 4000 -o "$2/$1" ;;
    *) set -- "$1" "$2" data convert muons.h5 -o "$2/$1" ;;
    esac
    shift 2
    ${by:-} "$program" "$@" >out 2>err </dev/null
}

# same NAME FOLDER: it is there as it is in the folder `whole`.
same() {
    if [ "$1" = study ]; then
        same_numbers whole/study "$2/study"
        [ -s "$2/study/report.html" ] || fail "$2/study has no report"
    else
        cmp "whole/$1" "$2/$1" || fail "$2/$1 has other bytes"
    fi
}

no_parts() {
    find "$1" -name '.part*' -o -name '*.lock' -o -name '*.part' ! -name efps.h5.part >left
    [ ! -s left ] || fail "left behind: $(cat left)"
}

# refused NAME FOLDER REASON: what was just made failed as it should.
refused() {
    [ $got -eq 1 ] || fail "$1: exit status $got, wanted 1"
    says err "cannot be written: $3"
    says err "$2/"
    if grep -qE 'Sanitizer|runtime error:' err; then fail "$1: a sanitizer's finding"; fi
    [ "$1" = study ] || [ ! -e "$2/$1" ] || fail "$2/$1 is there, of a failed command"
    no_parts "$2"
}

files="simulated.h5 events.h5 events.npz events.jsonl efps.h5 columns.h5 columns.csv columns.csv.gz scores.h5 scores.npz model.h5"
for name in $files study; do
    make "$name" whole || fail "$name cannot be made"
done

# A file that may not grow beyond so many blocks of 512 bytes.
for name in $files study; do
    for blocks in 1 16 60; do
        if [ "$name" = study ]; then rm -rf limited/study; fi
        (ulimit -f $blocks && make "$name" limited)
        got=$?
        [ $got -ne 0 ] || { same "$name" limited && rm -rf "limited/$name" && break; }
        [ $got -eq 1 ] || fail "$name: exit status $got at $blocks blocks, wanted 1"
        says err "File too large"
        [ "$name" = study ] || [ ! -e "limited/$name" ] || fail "limited/$name is there, of a failed command"
        no_parts limited
    done
    make "$name" limited || fail "$name cannot be made once there is room"
    same "$name" limited
done

# A folder that cannot be written, and what stood there stays.
mkdir closed
echo old >closed/events.npz
chmod a-w closed
if ! touch closed/new 2>err; then
    make events.npz closed
    got=$?
    [ $got -eq 1 ] || fail "exit status $got in a folder that cannot be written"
    says err "closed/events.npz: cannot be written: Permission denied"
    [ "$(cat closed/events.npz)" = old ] || fail "the old file is gone"
fi
chmod u+w closed

# Killed at any moment: the old file or the whole new one, and what the killed process left goes with the next run.
mkdir killed
for name in events.h5 efps.h5 columns.h5 study; do
    for moment in 0.03 0.1 0.25; do
        [ "$name" = study ] || echo old >"killed/$name"
        (by=exec && make "$name" killed) &
        process=$!
        sleep $moment
        kill -KILL $process 2>/dev/null
        wait $process 2>/dev/null
        [ "$name" = study ] || [ "$(head -c 3 "killed/$name")" = old ] || same "$name" killed
    done
    make "$name" killed || fail "$name cannot be made after a kill"
    same "$name" killed
    no_parts killed
done

# A disk of its own, where the user may mount one.
mkdir disk
if ! mount -t tmpfs -o size=64k none disk 2>err; then
    echo "no full disk was tried: $(cat err)"
    exit 0
fi
trap 'umount disk' EXIT
for name in $files study; do
    for size in 16k 128k; do
        mount -o remount,size=$size disk || fail "no disk of $size"
        make "$name" disk
        got=$?
        if [ $got -eq 0 ]; then same "$name" disk; else refused "$name" disk "No space left on device"; fi
        rm -rf "disk/$name"
        if [ "$name" != efps.h5 ]; then rm -rf disk/*; fi
    done
    mount -o remount,size=32m disk || fail "the disk does not grow"
    make "$name" disk || fail "$name cannot be made once there is room"
    same "$name" disk
    rm -rf disk/*
done
mount -o remount,ro disk || fail "the disk cannot be made read-only"
for name in events.h5 efps.h5 study; do
    make "$name" disk
    got=$?
    [ $got -eq 1 ] || fail "$name: exit status $got on a read-only disk, wanted 1"
    says err "Read-only file system"
done
