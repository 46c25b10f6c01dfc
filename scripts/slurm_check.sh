#!/bin/sh
# usage: slurm_check.sh PROGRAM FOLDER
# A study as a Slurm array of four tasks on one folder, by a real slurmctld and slurmd on this machine, without systemd:
# the results are those of one process, every run is trained once, and a task that is killed harms nobody. Then by MPI,
# where a rank that is killed ends the others in time. Installs nothing; says what is missing. Needs to be root, as slurmd
# does.
set -eu
program=$(readlink -f "$1")
mkdir -p "$2"
folder=$(readlink -f "$2")
here=$(cd "$(dirname "$0")/.." && pwd)
card=$here/tests/cli/data/tiny.yaml
missing=
for tool in slurmctld slurmd sbatch scancel squeue munged munge; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
    echo "missing:$missing. On Debian: apt-get install slurm-wlm munge" >&2
    exit 1
fi
[ "$(id -u)" -eq 0 ] || { echo "slurmd needs root: run this as root, in a container for example" >&2; exit 1; }
PATH=$PATH:/usr/sbin
rm -rf "$folder" && mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
cd "$folder"
NSYM_STUDIES=$here/studies
SLURM_CONF=$folder/slurm.conf
NSYM_CLAIM_SECONDS=6
export NSYM_STUDIES SLURM_CONF NSYM_CLAIM_SECONDS

# ---- A munged of our own, a controller and a node ----
dd if=/dev/urandom of=munge/key bs=1024 count=1 2>/dev/null
chmod 0700 munge && chmod 0400 munge/key
munged --force --foreground --key-file="$folder/munge/key" --socket="$folder/munge/socket" --num-threads=2 \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" 2>munge.err &
munged=$!
host=$(hostname -s)
cpus=$(nproc)
cat >slurm.conf <<END
ClusterName=check
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE OverSubscribe=FORCE:8 State=UP
END
slurmctld -D >slurmctld.out 2>&1 &
slurmctld=$!
slurmd -D >slurmd.out 2>&1 &
slurmd=$!
trap 'kill -KILL $slurmd $slurmctld $munged 2>/dev/null' EXIT

fail() {
    echo "FAILED: $*" >&2
    tail -n 5 slurmctld.out slurmd.out slurmctld.log slurmd.log munge.err ./*.err >&2 2>/dev/null || true
    exit 1
}

for _ in $(seq 300); do
    sinfo -h -o %T 2>/dev/null | grep -qE 'idle|mixed' && break
    sleep 0.1
done
sinfo -h -o %T 2>/dev/null | grep -qE 'idle|mixed' || fail "Slurm does not start in 30 s"

# submit OUT: an array of four tasks on a folder; its number is left in job.
submit() {
    cat >"$1.sh" <<END
#!/bin/sh
#SBATCH --array=1-4
#SBATCH --ntasks=1
#SBATCH --output=$folder/$1.%a.out
#SBATCH --error=$folder/$1.%a.err
exec "$program" study run "$card" --set train.epochs=200 --jobs 1 --out "$folder/$1"
END
    job=$(sbatch --parsable "$1.sh")
}

# finished: waits until no task of the job is left, for at most five minutes.
finished() {
    for _ in $(seq 3000); do
        [ -n "$(squeue -h -j "$job" 2>/dev/null)" ] || return 0
        sleep 0.1
    done
    fail "job $job does not end in five minutes"
}

numbers() {
    sed -e '/^ "seconds":/d' -e '/^ "card":/d' -e '/^ "rerun":/d' -e '/^ "provenance": {/,/^ }/d' "$1/results.json"
}

same() {
    numbers one >first.json
    numbers "$1" >second.json
    cmp first.json second.json || fail "$1 has other numbers than one process"
}

"$program" study run "$card" --set train.epochs=200 --jobs 1 --out one >one.out 2>one.err || fail "one process alone"

submit array
finished
same array
[ "$(cat array.*.err | grep -c ': auc')" -eq 24 ] || fail "not every run of the array was trained once"
[ "$(cat array.*.out | grep -c '^report: ')" -eq 4 ] || fail "not all tasks ended well"
echo "array of four tasks: the numbers of one process; $(for k in 1 2 3 4; do grep -c ': auc' array.$k.err || true; done | paste -sd+) runs"

submit killed
for _ in $(seq 600); do
    [ "$(grep -c ': auc' killed.1.err 2>/dev/null || true)" -gt 0 ] 2>/dev/null && break
    sleep 0.1
done
scancel --signal=KILL --full "${job}_1"
finished
same killed
[ "$(cat killed.*.out | grep -c '^report: ')" -eq 3 ] || fail "the other three tasks did not end well"
echo "one of four tasks killed: the numbers of one process"

# ---- MPI, without --kill-on-bad-exit ----
if ! "$program" doctor | grep -q '^MPI *MPICH'; then
    echo "MPI is left out: the program was built without MPICH"
    exit 0
fi
cat >mpi.sh <<END
#!/bin/sh
#SBATCH --ntasks=3
#SBATCH --overcommit
#SBATCH --output=$folder/mpi.out
#SBATCH --error=$folder/mpi.err
exec srun --mpi=pmi2 --kill-on-bad-exit=0 --overcommit "$program" study run "$card" --set train.epochs=200000 --jobs 1 --out "$folder/mpi"
END
job=$(sbatch --parsable mpi.sh)
for _ in $(seq 600); do
    [ "$(find mpi/claims -name 'rank-*' 2>/dev/null | wc -l)" -eq 3 ] && break
    sleep 0.1
done
[ "$(find mpi/claims -name 'rank-*' 2>/dev/null | wc -l)" -eq 3 ] || fail "three ranks do not start: $(cat mpi.err)"
sleep 1
kill -KILL "$(sed 's/.*process //' mpi/claims/rank-*-2)"
finished
grep -q 'rank 2 (.*) has given no sign of life' mpi.err || fail "nobody noticed that rank 2 was killed: $(cat mpi.err)"
echo "a rank that was killed: $(grep -o 'rank 2 (.*) has given no sign of life for [0-9.]* s' mpi.err)"
