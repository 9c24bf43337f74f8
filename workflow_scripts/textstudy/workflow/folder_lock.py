"""One run at a time in a folder, over all its stages.

Snakemake's own locks do not ensure that: they go when any call of Snakemake in the folder ends. This lock is freed by
the kernel when the run and all its scripts have ended, however they ended.
"""

import fcntl
import json
import os
import shutil
import socket
from datetime import datetime
from functools import cache
from pathlib import Path

import psutil
from snakemake.logging import logger
from snakemake.shell import shell

from textstudy.errors import StudyError


@cache  # a run takes the lock once and keeps it until it ends
def hold_folder(folder: Path) -> int:
    """Lock a folder for this process and the scripts that it will start, and return the open lock file.

    Raises:
        StudyError: another run, or a script that a killed run left behind, is active there.
    """
    path = folder / ".snakemake" / "textstudy.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StudyError(refusal(folder, path)) from None
    except OSError as error:
        logger.warning(f"{path} cannot be locked here ({error.strerror}): start no second run in this folder.")
    holder = {"process": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
    os.ftruncate(lock, 0)
    os.write(lock, json.dumps(holder).encode())
    shell._process_args["pass_fds"] = [lock]  # scripts hold the lock too: if the run is killed, they may live on
    return lock


def refusal(folder: Path, path: Path) -> str:
    """Return who holds the lock of a folder, and what to do."""
    try:
        holder = json.loads(path.read_bytes())
    except ValueError:  # the other run is just about to write it
        return f"another run has just begun in {folder}: wait until it has ended."
    run = f"process {holder['process']} on {holder['host']}, since {holder['since']}"
    if holder["host"] == socket.gethostname() and not psutil.pid_exists(holder["process"]):
        others = (process for process in psutil.process_iter() if process.pid != os.getpid())
        scripts = " ".join(str(process.pid) for process in others if opens(process, path))
        return (
            f"a run in {folder} was killed ({run}), but its scripts still work: wait until they have ended, or end "
            f"them with `kill {scripts}`."
        )
    return f"another run is active in {folder} ({run}): wait until it has ended, or end it first."


def opens(process: psutil.Process, path: Path) -> bool:
    """Return whether a process has a file open, as far as this user may know."""
    try:
        return any(Path(file.path) == path for file in process.open_files())
    except psutil.Error:
        return False


def clear_stale_locks(folder: Path) -> None:
    """Remove Snakemake's own locks, which a killed run leaves behind; this process must hold the folder."""
    locks = folder / ".snakemake" / "locks"
    if any(locks.glob("*.lock")):
        shutil.rmtree(locks)
        logger.info(f"A run in {folder} was killed. The locks that it left are cleared.")
