#!/usr/bin/env bash
# Runs examples/cluster/campaign.sbatch on a Slurm of one node that it starts itself, requeues the
# job once, and compares the results with those of the tool alone. Needs root and the Debian
# packages slurm-wlm and munge; --install installs them. Not among the tests of ctest.
#   tests/campaign/slurm.sh [--install] [BUILD_FOLDER]
set -euo pipefail

source_folder=$(cd "$(dirname "$0")/../.." && pwd)
if [[ ${1:-} == --install ]]; then
  shift
  apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
fi
build=$(cd "${1:-$source_folder/build}" && pwd)
for program in slurmctld slurmd munged sbatch mpirun; do
  command -v "$program" >/dev/null || { echo "error: no $program; give --install" >&2; exit 2; }
done
[[ -x $build/bin/neucasl-mpi ]] || { echo "error: no $build/bin/neucasl-mpi" >&2; exit 2; }

work=$(mktemp -d)
started=()
finish() {
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT

host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host
AuthType=auth/munge
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
JobRequeue=1
MpiDefault=none
ReturnToService=2
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
CONF
mkdir -p "$work/state" "$work/spool" "$work/munge"
export SLURM_CONF=$work/slurm.conf

# munged refuses folders that others may write to.
chmod 700 "$work/munge"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 400 "$work/munge/key"
if ! pgrep -x munged >/dev/null; then
  mkdir -p /run/munge && chmod 755 /run/munge
  munged --foreground --force --key-file="$work/munge/key" --socket=/run/munge/munge.socket.2 \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" \
    --seed-file="$work/munge/seed" 2>/dev/null &
  started+=($!)
  for _ in $(seq 50); do [[ -S /run/munge/munge.socket.2 ]] && break; sleep 0.1; done
fi
slurmctld -D >/dev/null 2>&1 &
started+=($!)
slurmd -D >/dev/null 2>&1 &
started+=($!)
for _ in $(seq 100); do sinfo -h -o %t 2>/dev/null | grep -q idle && break; sleep 0.2; done
sinfo

campaign=$source_folder/examples/finfet_variation/campaign.xml
"$build/bin/neucasl" reliability "$campaign" --out "$work/alone" --quiet >/dev/null
export NEUCASL_MPI=$build/bin/neucasl-mpi OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
job=$(sbatch --parsable --ntasks=2 --output="$work/job.out" \
  "$source_folder/examples/cluster/campaign.sbatch" "$campaign" "$work/cluster")
# In the middle of its work the job goes back into the queue.
for _ in $(seq 100); do [[ -s $work/cluster/samples.log ]] && break; sleep 0.1; done
sleep 0.5
scontrol requeue "$job" || echo "the job had ended before it could be requeued"
for _ in $(seq 300); do
  [[ -s $work/cluster/results.json ]] && break
  # After a requeue Slurm holds a job back for a while.
  scontrol update jobid="$job" starttime=now >/dev/null 2>&1 || true
  sleep 1
done
cat "$work/job.out"
for file in samples.log results.json report.html; do
  cmp "$work/alone/$file" "$work/cluster/$file"
done
echo "the results on Slurm are those of the tool alone"
