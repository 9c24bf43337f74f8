"""One GPU, one job: local jobs share out the machine's GPUs among themselves, as a cluster's scheduler would.

Each device has a file, and whoever holds the lock on that file has the device. The kernel frees the locks of a process
that ends, however it ends, so nothing is left to clean up.
"""

import logging
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

from textstudy.errors import StudyError

_LOGGER = logging.getLogger(__name__)
_VISIBLE = "CUDA_VISIBLE_DEVICES"
_POLL_SECONDS = 1.0  # between two looks for a device that has become free


@contextmanager
def leased_gpu(count: int) -> Iterator[list[str]]:
    """Hold `count` GPUs that no other leaseholder of this user has; yield their ids, and show CUDA only these.

    It waits until so many are free. Nothing is changed, and an empty list yielded, where none is asked for, where the
    machine has none, and where the choice has been made already: by CUDA_VISIBLE_DEVICES or by Slurm.

    Raises:
        StudyError: more are asked for than there are, or this system has no file locks.
    """
    decided = _VISIBLE in os.environ or "SLURM_JOB_ID" in os.environ
    devices = [] if count < 1 or decided else list_gpus()
    if not devices:
        yield []
        return
    if count > len(devices):
        raise StudyError(
            f"{count} GPUs are asked for, this machine has {len(devices)}: lower the rule's resource `gpu`."
        )
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        raise RuntimeError(f"CUDA is running already and would not see a change of {_VISIBLE}: lease before its use")
    with ExitStack() as locks:
        leased = _take(devices, count, locks)
        _LOGGER.info("using %s", ", ".join(leased))
        os.environ[_VISIBLE] = ",".join(leased)
        try:
            yield leased
        finally:
            os.environ.pop(_VISIBLE, None)


def list_gpus() -> list[str]:
    """Return the ids of the machine's NVIDIA GPUs, those that nobody computes on first; none without their driver.

    CUDA stays untouched: once it is running it no longer heeds CUDA_VISIBLE_DEVICES.
    """
    devices = _nvidia_smi("--query-gpu=uuid")
    busy = set(_nvidia_smi("--query-compute-apps=gpu_uuid")) if len(devices) > 1 else set()  # by other users, say
    return sorted(devices, key=lambda device: device in busy)


def _nvidia_smi(query: str) -> list[str]:
    command = ["nvidia-smi", query, "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    except FileNotFoundError:
        return []
    except (OSError, subprocess.SubprocessError) as error:
        _LOGGER.warning("nvidia-smi does not answer, and nothing is known about GPUs: %s", error)
        return []
    lines = (line.strip() for line in answer.stdout.splitlines())
    return [line for line in lines if line.startswith("GPU-")]  # "No devices were found" is an answer, too


def _take(devices: list[str], count: int, locks: ExitStack) -> list[str]:
    """Lock `count` of the devices until `locks` closes.

    Only the first in the queue takes devices, one by one as they become free. So nobody waits for a device of somebody
    who waits for his, and who needs two is not overtaken for ever by those who need one.
    """
    folder, leased, waiting = _lock_folder(), [], False
    with ExitStack() as queue:
        if not _lock(folder / "queue", queue, wait=False):
            _LOGGER.info("waiting for %d of %d GPUs, behind another job that waits", count, len(devices))
            _lock(folder / "queue", queue, wait=True)
        while True:
            for device in devices:
                if len(leased) < count and device not in leased and _lock(folder / device, locks, wait=False):
                    leased.append(device)
            if len(leased) == count:
                return leased
            if not waiting:
                _LOGGER.info("waiting for %d of %d GPUs: other jobs hold them", count - len(leased), len(devices))
                waiting = True
            time.sleep(_POLL_SECONDS)


def _lock(path: Path, locks: ExitStack, *, wait: bool) -> bool:
    """Lock the file until `locks` closes; return whether it could be locked."""
    fcntl = _file_locks()
    with ExitStack() as lock:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        lock.callback(os.close, file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        lock.callback(fcntl.flock, file, fcntl.LOCK_UN)  # closing alone frees nothing a forked child has open, too
        locks.push(lock.pop_all())
    return True


def _lock_folder() -> Path:
    """Return the folder of the locks: this user's, and the same for every login, which XDG_RUNTIME_DIR is not."""
    _file_locks()
    folder = Path(tempfile.gettempdir()) / f"textstudy-gpus-{os.getuid()}"
    remedy = f"remove it, or set {_VISIBLE} to the GPUs to use"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StudyError(f"GPUs cannot be shared out through {folder} ({error.strerror}): {remedy}.") from error
    found = folder.lstat()  # the parent is everybody's: a link there may lead anywhere
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise StudyError(f"GPUs cannot be shared out through {folder}, which is not this user's folder: {remedy}.")
    return folder


def _file_locks() -> ModuleType:
    try:
        import fcntl
    except ImportError as error:
        raise StudyError(f"GPUs cannot be shared out on {sys.platform}: set {_VISIBLE} to those to use.") from error
    return fcntl
