"""A Slurm of one node on this machine, in a folder of its own, without accounting. Nothing outside is touched."""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
PRETENDED_GPUS = ("/dev/null", "/dev/zero")
WAIT = 30  # seconds for a daemon to answer
# Memory is watched by polling and GPUs are device files, so that neither control groups nor a GPU are needed.
CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SchedulerType=sched/backfill
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/completed.txt
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
GresTypes=gpu
KillWait=5
MinJobAge=86400
SlurmdParameters=config_overrides
ReturnToService=1
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} Gres=gpu:2
PartitionName=main Nodes={host} Default=YES MaxTime=UNLIMITED
PartitionName=gpu Nodes={host} MaxTime=UNLIMITED
"""


class CannotStart(Exception):
    """Slurm is not here, or this machine does not let it start."""


@dataclass
class Cluster:
    """A running Slurm.

    Attributes:
        folder: its configuration, its state and its logs.
        processes: its daemons.
    """

    folder: Path
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Slurm's commands talk to this cluster."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        return {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": path}

    def command(self, *words: str) -> str:
        """Return what a command of Slurm prints."""
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise CannotStart(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def queue(self) -> str:
        """Return what waits and runs, one job a line."""
        done = subprocess.run(["squeue", "-h"], env=self.environment, capture_output=True, text=True, timeout=WAIT)
        return done.stdout

    def stop(self) -> None:
        """End what runs on the cluster and then the cluster itself."""
        subprocess.run(["scancel", "--user", getuser()], env=self.environment, capture_output=True, timeout=WAIT)
        end = time.monotonic() + WAIT
        while self.processes and time.monotonic() < end and self.queue():
            time.sleep(0.2)
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(WAIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def start_cluster(folder: Path, cpus: int, memory_mb: int) -> Cluster:
    """Start a cluster of one node with two pretended GPUs, and wait until the node takes jobs.

    Raises:
        CannotStart: Slurm is not installed, or does not start here.
    """
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        raise CannotStart(f"not installed: {', '.join(missing)}")
    cluster = Cluster(folder)
    try:
        write_configuration(folder, cpus, memory_mb)
        start_daemons(cluster)
        wait_until_idle(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def write_configuration(folder: Path, cpus: int, memory_mb: int) -> None:
    """Write slurm.conf, gres.conf and a key for munge."""
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir(parents=True)
    controller_port, node_port = free_ports(2)
    facts = {"controller_port": controller_port, "node_port": node_port, "cpus": cpus, "memory_mb": memory_mb}
    host = socket.gethostname().partition(".")[0]
    text = CONFIGURATION.format(folder=folder, host=host, user=getuser(), **facts)
    (folder / "slurm.conf").write_text(text)
    (folder / "gres.conf").write_text("".join(f"Name=gpu File={device}\n" for device in PRETENDED_GPUS))
    # Snakemake's plugin hides SLURM_CONF from the srun inside of a job.
    srun = folder / "bin" / "srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF="{folder}/slurm.conf" exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)


def start_daemons(cluster: Cluster) -> None:
    """Start munged, slurmctld and slurmd as children of this process."""
    folder = cluster.folder
    files = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid", "seed-file": "munge.seed"}
    munge = [f"--{option}={folder / name}" for option, name in files.items()]
    calls = (
        ["munged", "--foreground", "--force", "--num-threads=2", *munge],
        ["slurmctld", "-D", "-i"],
        ["slurmd", "-D"],
    )
    for call in calls:
        with (folder / f"{call[0]}.out").open("w") as output:
            process = subprocess.Popen(call, env=cluster.environment, stdout=output, stderr=subprocess.STDOUT)
        cluster.processes.append(process)
        wait_for(lambda: (folder / "munge.socket").exists(), cluster, "munged opens no socket")


def wait_until_idle(cluster: Cluster) -> None:
    """Wait until the node takes jobs."""

    def idle() -> bool:
        done = subprocess.run(["sinfo", "-h", "-o", "%T"], env=cluster.environment, capture_output=True, text=True)
        return set(done.stdout.split()) == {"idle"}

    wait_for(idle, cluster, "the node does not become idle")


def wait_for(happened, cluster: Cluster, otherwise: str) -> None:
    """Wait for a condition.

    Raises:
        CannotStart: it did not come in time, or a daemon ended.
    """
    end = time.monotonic() + WAIT
    while not happened():
        if time.monotonic() > end or any(process.poll() is not None for process in cluster.processes):
            logs = (path.read_text(errors="replace")[-500:] for path in sorted(cluster.folder.glob("*d.out")))
            raise CannotStart("\n".join([otherwise, *logs]))
        time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
