#!/bin/sh
# usage: test_csv.sh PROGRAM FOLDER
# Tables as people have them: what convert and inspect say of them, and the options that say otherwise.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

printf 'pt;kind\n1,5;W\n2,5;QCD\n' >words.csv
expect 0 data convert words.csv -o words.h5
says err "words.csv: line 1 names 2 columns; cells are separated by ';'; decimal commas"
says err 'words.csv: column "kind" is kept as numbers: 0 is "QCD", 1 is "W"'
expect 0 data inspect words.csv
says err "decimal commas"
says out "words"
expect 0 data convert words.h5 -o back.csv
printf 'pt,kind\n1.5,W\n2.5,QCD\n' | cmp - back.csv || fail "words do not come back from HDF5"

# Words of particles, too, and they go where their feature is left out.
printf 'm,kind_0,pt_0,kind_1,pt_1\n1,b,3,c,2\n2,s,4,,\n' >jets.csv
expect 0 data convert jets.csv -o jets.h5
expect 0 data convert jets.h5 -o jets2.csv
printf 'kind_0,pt_0,kind_1,pt_1,m\nb,3,c,2,1\ns,4,,,2\n' | cmp - jets2.csv || fail "words of particles in HDF5"
expect 0 data convert jets.h5 --drop kind -o drop.h5
expect 0 data convert drop.h5 --rename pt=kind -o drop.csv
printf 'kind_0,kind_1,m\n3,2,1\n4,,2\n' | cmp - drop.csv || fail "words of a feature that is left out"

expect 0 data convert words.csv --drop kind -o pt.csv
printf 'pt\n1.5\n2.5\n' | cmp - pt.csv || fail "--drop kind"
expect 1 data convert words.csv --drop pt,kind -o none.h5
says err "words.csv: no particles and no columns are left of it"
[ ! -e none.h5 ] || fail "a file of nothing is there"
expect 0 data convert words.csv --only kind -o kind.csv
expect 0 data inspect kind.csv
if grep -q percentiles out; then fail "percentiles of words"; fi
expect 1 data convert words.csv --only mass -o none.csv
says err 'words.csv: there is no column or feature "mass"'

# Words of two files are numbered together; --label makes numbers of them.
printf 'label,x\nb,1\ns,2\n' >first.csv
printf 'label,x\ns,3\nq,4\n' >second.csv
expect 0 data convert first.csv second.csv -o both.csv
printf 'label,x,input\nb,1,0\ns,2,0\ns,3,1\nq,4,1\n' | cmp - both.csv || fail "words of two files"
says err "label 1: 2 events, whose weights add up to 2"
says err "label 2: 1 events, whose weights add up to 1"
expect 0 data convert first.csv second.csv --label 1,0 -o both.csv
printf 'label,x,input\n1,1,0\n1,2,0\n0,3,1\n0,4,1\n' | cmp - both.csv || fail "--label in place of words"
says err "label 0: 2 events, whose weights add up to 2"
printf 'label\n2\n0\n1\n1\n' >labels.csv
expect 0 data convert first.csv second.csv --label labels.csv -o both.csv
printf 'label,x,input\n2,1,0\n0,2,0\n1,3,1\n1,4,1\n' | cmp - both.csv || fail "--label FILE in place of words"

# What is decided is told where it may be wrong; an option says otherwise.
printf '0,1,2\n7,8,9\n' >numbers.csv
expect 0 data convert numbers.csv -o names.csv
says err "warning: numbers.csv: line 1 names 3 columns"
expect 0 data convert numbers.csv --header no -o rows.csv
printf 'c0,c1,c2\n0,1,2\n7,8,9\n' | cmp - rows.csv || fail "--header no"
printf 'a|b\n%% text\n1|2\n' >bars.csv
expect 0 data convert bars.csv --delimiter '|' --comment % -o bars.h5
printf 'a\tb\n1\t2\n' >tabs.csv
expect 0 data convert tabs.csv --delimiter tab --comment none --header 1 --encoding utf-8 -o tabs.h5
expect 1 data convert bars.csv --header first -o none.csv
says err 'bars.csv: the header is "first", must be yes, no, or the number of a line from 1'
expect 1 data convert words.h5 --delimiter ';' -o none.csv
says err "words.h5: is HDF5, but the option delimiter is for csv files"
expect 1 data inspect words.h5 --header no
says err "words.h5: is HDF5, but the option header is for csv files"

# Lines above the header, an index without a name, other endings.
printf 'Run 2011A;of Excel\npt;m\n1,5;2\n3;4\n5;6\n' >title.csv
expect 1 data convert title.csv -o none.csv
says err 'title.csv: line 2: column "Run 2011A" is "pt", must be a number'
says err "--drop 'Run 2011A' leaves it out; --header 2 if that line names the columns"
expect 0 data convert title.csv --header 2 -o title.h5
printf 'pt,n\n1,2\n3,4\n5,6\nTotal,3\n' >total.csv
expect 1 data convert total.csv -o none.csv
says err 'column "pt" is "Total", must be a number; --drop pt leaves it out'
! grep -q "if that line" err || fail "a row of numbers is offered as the header"
printf '<!DOCTYPE html><html></html>' >page.csv
expect 1 data convert page.csv -o none.csv
says err "page.csv: is a web page, perhaps from a failed download"
printf ',pt\n0,1\n1,2\n' >index.csv
expect 0 data convert index.csv --drop c0 -o index.h5
! grep -q "has no name" err || fail "what is left out is told of"
expect 0 data convert index.csv -o index.h5
says err "index.csv: column 1 has no name and is called c0, as the index of pandas; --drop c0 leaves it out"
printf 'pt\tm\n1\t2\n' >tabs.tsv
expect 0 data convert tabs.tsv -o tabs.h5
cp tabs.tsv tabs.txt
expect 0 data inspect tabs.txt
expect 1 data convert tabs.tsv -o tabs.txt
says err "tabs.txt: its ending is not that of a format"
echo '[{"pt": 1}]' >list.json
expect 1 data inspect list.json
says err 'orient="records", lines=True'

# Empty places at an event's end hold no particle; zeros are places where nothing tells so.
printf 'pt_0,eta_0,pt_1,eta_1,pt_2,eta_2\n3,0,2,1,,\n1,0,0,0,0,0\n5,1,0,0,2,1\n' >jets.csv
expect 0 data convert jets.csv -o jets.jsonl
says err "jets.csv: 3 of 9 particle slots are empty or hold zeros, and are left out"
says err "3 events, 6 particles of 2 features"
tail -n 1 jets.jsonl | grep -q '"pt":0' || fail "an empty place before a particle is lost"
printf 'q_0,q_1\n1,0\n0,0\n' >charges.csv
expect 0 data convert charges.csv -o charges.h5
says err "2 events, 4 particles of 1 features"

# Packed files end at their end or at an error, and a bomb is refused.
awk 'BEGIN { print "x"; for (i = 0; i < 200000; i++) print 1 }' | gzip -9 >ones.csv.gz
expect 1 data convert ones.csv.gz --max-unpacked 100K -o none.h5
says err "ones.csv.gz: "
says err "--max-unpacked 500G"
[ -e none.h5 ] && fail "a file is left of a bomb"
expect 0 data convert ones.csv.gz --max-unpacked 1M -o ones.h5
{ gzip -c back.csv; head -c 512 /dev/zero; printf 'pt,kind\n3,W\n' | gzip -c; } >padded.csv.gz
expect 1 data convert padded.csv.gz -o none.h5
says err 'padded.csv.gz: line 4: column "pt" is "pt", must be a number'
{ gzip -c back.csv; echo garbage; } >garbage.csv.gz
expect 1 data convert garbage.csv.gz -o none.h5
says err "garbage.csv.gz: "
says err "follow the gzip data at byte"
expect 1 data convert back.csv -o back.csv.xz
says err "nearsym does not write csv packed as .xz; write back.csv.gz"
