"""One GPU for each job: the local jobs of a user share out the machine's GPUs, as the scheduler of a cluster would.

Each GPU has a lock file, and the job that holds the lock has the GPU. The kernel frees a lock when its process ends,
however it ends.
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from textstudy.errors import StudyError

_VISIBLE = "CUDA_VISIBLE_DEVICES"
_POLL_SECONDS = 1.0  # between two searches for a free GPU
_logger = logging.getLogger(__name__)


@contextmanager
def leased_gpu(wanted: int) -> Iterator[str | None]:
    """Hold a GPU that no other job of this user holds; yield its id and let CUDA see only this one.

    If no GPU is free, wait for one. Yield None and change nothing if no GPU is wanted (0), the machine has none, or
    CUDA_VISIBLE_DEVICES or Slurm has already chosen.

    Raises:
        StudyError: the lock files cannot be written.
    """
    already_chosen = _VISIBLE in os.environ or "SLURM_JOB_ID" in os.environ
    gpus = [] if not wanted or already_chosen else list_gpus()
    if not gpus:
        yield None
        return
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        raise RuntimeError(f"CUDA is already running, so it ignores {_VISIBLE}: lease a GPU before its first use")
    with ExitStack() as stack:
        gpu = _lock_one(gpus, stack)
        _logger.info("using %s", gpu)
        os.environ[_VISIBLE] = gpu
        stack.callback(os.environ.pop, _VISIBLE, None)
        yield gpu


def list_gpus() -> list[str]:
    """Return the ids of the machine's NVIDIA GPUs, idle ones first; none if there is no driver.

    CUDA is not used, because it ignores CUDA_VISIBLE_DEVICES once it is running.
    """
    gpus = _ask_nvidia_smi("--query-gpu=uuid")
    busy = set(_ask_nvidia_smi("--query-compute-apps=gpu_uuid")) if len(gpus) > 1 else set()  # perhaps by other users
    return sorted(gpus, key=lambda gpu: gpu in busy)


def _ask_nvidia_smi(query: str) -> list[str]:
    command = ["nvidia-smi", query, "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    except FileNotFoundError:
        return []
    except (OSError, subprocess.SubprocessError) as error:
        _logger.warning("nvidia-smi fails, so no GPU is used: %s", error)
        return []
    lines = (line.strip() for line in answer.stdout.splitlines())
    return [line for line in lines if line.startswith("GPU-")]  # it may also print "No devices were found"


def _lock_one(gpus: list[str], stack: ExitStack) -> str:
    """Lock the first free GPU until `stack` closes, and return it; wait if none is free."""
    # Not in the runtime folder of XDG, which differs between the logins of a user.
    locks = {gpu: Path(tempfile.gettempdir(), f"textstudy-{os.getuid()}-{gpu}.lock") for gpu in gpus}
    waiting = False
    while True:
        for gpu, path in locks.items():
            try:
                # The mode: another user who may read the file could lock it. A soft lock would outlive a killed job.
                stack.enter_context(FileLock(path, mode=0o600, blocking=False, fallback_to_soft=False))
                return gpu
            except Timeout:
                continue
            except OSError as error:
                raise StudyError(
                    f"The lock file {path} of a GPU cannot be used ({error.strerror}): remove it, or set {_VISIBLE} to "
                    "the GPU to use."
                ) from error
        if not waiting:
            _logger.info("waiting for a GPU: other jobs hold all %d", len(gpus))
            waiting = True
        time.sleep(_POLL_SECONDS)
