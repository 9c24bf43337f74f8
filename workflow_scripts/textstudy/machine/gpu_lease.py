"""One GPU for each job: a user's jobs on one machine share out the GPUs that they see, as a cluster's scheduler would.

Each GPU has a lock file, and the job that holds the lock has the GPU. The kernel frees a lock when its process ends,
however it ends.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from textstudy.errors import StudyError
from textstudy.machine.gpus import Gpu, idle_first, visible_gpus

_POLL_SECONDS = 1.0  # between two searches for a free GPU
_logger = logging.getLogger(__name__)


@contextmanager
def leased_gpu(wanted: int) -> Iterator[str | None]:
    """Hold a GPU that no other job of this user holds; yield its id and let this process see only this one.

    It is one of those that the environment leaves visible, so a user's choice and a scheduler's are kept. If all are
    held, wait for one. Yield None and change nothing if no GPU is wanted (0) or none is visible.

    Raises:
        StudyError: the lock files cannot be written.
    """
    gpus = visible_gpus() if wanted else []
    if not gpus:
        yield None
        return
    with ExitStack() as stack:
        gpu = _lock_one(idle_first(gpus), stack)
        _logger.info("using %s", gpu.name)
        _show_only(gpu, stack)
        yield gpu.name


def _show_only(gpu: Gpu, stack: ExitStack) -> None:
    """Let this process see only one GPU until `stack` closes."""
    before = os.environ.get(gpu.variable)
    torch = sys.modules.get("torch")
    if before != gpu.value and torch is not None and torch.cuda.is_initialized():
        raise RuntimeError(f"CUDA is already running, so it ignores {gpu.variable}: lease a GPU before its first use")
    os.environ[gpu.variable] = gpu.value
    if before is None:
        stack.callback(os.environ.pop, gpu.variable, None)
    else:
        stack.callback(os.environ.__setitem__, gpu.variable, before)


def _lock_one(gpus: list[Gpu], stack: ExitStack) -> Gpu:
    """Lock the first free GPU until `stack` closes, and return it; wait if none is free."""
    waiting = False
    while True:
        for gpu in gpus:
            # Not in the runtime folder of XDG, which differs between the logins of a user. Older drivers' ids of slices
            # have slashes.
            path = Path(tempfile.gettempdir(), f"textstudy-{os.getuid()}-{gpu.name.replace('/', '_')}.lock")
            try:
                # The mode: another user who may read the file could lock it. A soft lock would outlive a killed job.
                # A singleton: what a job leases within its lease is the GPU that it holds.
                lock = FileLock(path, mode=0o600, blocking=False, fallback_to_soft=False, is_singleton=True)
                stack.enter_context(lock)
                return gpu
            except Timeout:
                continue
            except OSError as error:
                raise StudyError(
                    f"The lock file {path} of a GPU cannot be used ({error.strerror}): remove it, or set "
                    f"{gpu.variable} to the GPU to use."
                ) from error
        if not waiting:
            _logger.info("waiting for a GPU: other jobs hold all %d", len(gpus))
            waiting = True
        time.sleep(_POLL_SECONDS)
