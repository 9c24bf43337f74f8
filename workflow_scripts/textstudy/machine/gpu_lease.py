"""GPUs for each job: a user's jobs on one machine share out the GPUs that they see, as a cluster's scheduler would.

Each GPU has a lock file, and the job that holds the lock has the GPU. The kernel frees a lock when its process ends,
however it ends.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from textstudy.errors import StudyError
from textstudy.machine.gpus import Gpu, idle_first, visible_gpus

_POLL_SECONDS = 1.0  # between two searches for a free GPU
_logger = logging.getLogger(__name__)


def gpus_wanted(settings: Mapping[str, Any], granted: int) -> int:
    """Return how many GPUs a training is to lease: those that its settings name, if its job was granted any.

    The steps of a cluster's job take turns with what it has, so the grant may be that of another step.
    """
    return settings.get("gpu", 1) if granted else 0


@contextmanager
def leased_gpu(wanted: int) -> Iterator[str | None]:
    """Hold as many GPUs as are `wanted`, which no other job of this user holds, and let this process see only these.

    They are of those that the environment leaves visible, so a user's choice and a scheduler's are kept. While too few
    are free, wait; if fewer are visible, take them all. Yield the ids, with commas between them; yield None and change
    nothing if no GPU is wanted (0) or none is visible.

    Raises:
        StudyError: the lock files cannot be written.
    """
    gpus = visible_gpus() if wanted else []
    if not gpus:
        yield None
        return
    with ExitStack() as stack:
        held = _lock(idle_first(gpus), min(wanted, len(gpus)), stack)
        names = ",".join(gpu.name for gpu in held)
        _logger.info("using %s", names)
        _show_only(held, stack)
        yield names


def _show_only(gpus: list[Gpu], stack: ExitStack) -> None:
    """Let this process see only these GPUs until `stack` closes."""
    variable, value = gpus[0].variable, ",".join(gpu.value for gpu in gpus)
    before = os.environ.get(variable)
    torch = sys.modules.get("torch")
    if before != value and torch is not None and torch.cuda.is_initialized():
        raise RuntimeError(f"CUDA is already running, so it ignores {variable}: lease a GPU before its first use")
    os.environ[variable] = value
    if before is None:
        stack.callback(os.environ.pop, variable, None)
    else:
        stack.callback(os.environ.__setitem__, variable, before)


def _lock(gpus: list[Gpu], count: int, stack: ExitStack) -> list[Gpu]:
    """Lock the first free GPUs until `stack` closes, and return them; wait while fewer than `count` are free."""
    waiting = False
    while True:
        # All or none: two jobs that each hold some and wait for more would wait for ever.
        with ExitStack() as attempt:
            held = list(islice((gpu for gpu in gpus if _is_locked(gpu, attempt)), count))
            if len(held) == count:
                stack.push(attempt.pop_all())
                return held
        if not waiting:
            _logger.info(
                "waiting for %s: other jobs hold all %d", "a GPU" if count == 1 else f"{count} GPUs", len(gpus)
            )
            waiting = True
        time.sleep(_POLL_SECONDS)


def _is_locked(gpu: Gpu, stack: ExitStack) -> bool:
    """Lock a GPU until `stack` closes, and return whether it was free."""
    # Not in the runtime folder of XDG, which differs between the logins of a user. Older drivers' ids of slices have
    # slashes.
    path = Path(tempfile.gettempdir(), f"textstudy-{os.getuid()}-{gpu.name.replace('/', '_')}.lock")
    try:
        # The mode: another user who may read the file could lock it. A soft lock would outlive a killed job.
        # A singleton: what a job leases within its lease is the GPU that it holds.
        stack.enter_context(FileLock(path, mode=0o600, blocking=False, fallback_to_soft=False, is_singleton=True))
    except Timeout:
        return False
    except OSError as error:
        raise StudyError(
            f"The lock file {path} of a GPU cannot be used ({error.strerror}): remove it, or set "
            f"{gpu.variable} to the GPU to use."
        ) from error
    return True
