#!/bin/sh
# usage: test_lhe.sh PROGRAM FOLDER
# LHE files keep what a shower needs, say what another format loses, and when they are cut off.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

event() {
    cat <<EOF
<event npLO=' -1 ' npNLO=' $1 '>
 3 1 1.5 91.2 0.0075 0.118
 23 2 0 0 0 0 0 0 0 91.2 91.2 0 9
 13 1 1 1 0 0 0 0 45.6 45.6 0 0 9
 -13 1 1 1 0 0 0 0 -45.6 45.6 0 0 9
#aMCatNLO 1 6 $1
<mgrwt>
<rscale> $1 0.9E+02</rscale>
</mgrwt>
</event>
EOF
}
{
    cat <<EOF
<LesHouchesEvents version="3.0">
<header>
<MGGenerationInfo>
#  Number of Events        :       3
</MGGenerationInfo>
</header>
<init>
 2212 2212 6500 6500 0 0 247000 247000 -4 1
 1.5 0.01 1.5 1
</init>
EOF
    event 0
    event 1
    event 2
} >cut.lhe
{ cat cut.lhe && echo "</LesHouchesEvents>"; } >events.lhe

expect 0 data convert events.lhe -o copy.lhe.gz
if grep -q warning err; then fail "a warning of a whole file"; fi
gzip -dc copy.lhe.gz >copy.lhe
for words in "npNLO='2'" "#aMCatNLO 1 6 1" "<rscale> 0 0.9E+02</rscale>" "#  Number of Events        :       3"; do
    says copy.lhe "$words"
done
expect 0 data convert copy.lhe -o again.lhe
cmp copy.lhe again.lhe || fail "LHE changes on its way through LHE"

# Particles that are chosen, and formats without a place for it, lose what speaks of particles, and say so.
expect 0 data convert events.lhe --select final -o final.lhe
says err "warning: events.lhe: #aMCatNLO and <mgrwt> of 3 events are not kept, because they describe all particles"
if grep -q rscale final.lhe; then fail "final.lhe speaks of particles that are gone"; fi
says final.lhe "npNLO='2'"
expect 0 data convert events.lhe --select final -o final.h5
says err "events.lhe: #aMCatNLO and <mgrwt> of 3 events are not kept, because they describe all particles"
if grep -q warning err; then fail "what .h5 does not hold anyway is a warning"; fi
expect 0 data convert events.lhe -o events.h5
says err "events.h5: #aMCatNLO and <mgrwt> of 3 events are not kept, which only a .lhe file can hold"
expect 0 data convert events.lhe --only weight,npNLO -o weights.csv
if grep -q warning err; then fail "a warning of what was not asked for"; fi
expect 0 data convert events.h5 -o back.lhe
says back.lhe "npNLO='2'"

# A file that is cut between events.
expect 0 data convert cut.lhe -o cut.h5
says err "warning: cut.lhe: ends after 3 events without </LesHouchesEvents>: it may be cut off"
head -n 20 cut.lhe >short.lhe
expect 0 data inspect short.lhe
says err "warning: short.lhe: has 1 event, but its header announces 3: the file is cut off, or a part of another"
[ "$(grep -c announces err)" = 1 ] || fail "a warning is told twice"
expect 0 data convert events.lhe -n 1 -o one.lhe
if grep -q warning err; then fail "a warning of events that were not asked for"; fi
