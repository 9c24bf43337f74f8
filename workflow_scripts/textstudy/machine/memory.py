"""Peak memory of the running process."""

import ctypes
import re
import resource
import sys
from pathlib import Path

_TRIM, _MOST_MAPPED = -1, -4  # M_TRIM_THRESHOLD and M_MMAP_MAX of <malloc.h>


def peak_memory_mb() -> float:
    """Return the highest resident memory of this process so far, in MB (10^6 bytes)."""
    status = Path("/proc/self/status")
    # On Linux, getrusage includes the parent's peak from before fork and exec; VmHWM is of this process alone.
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if match:
        return int(match[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, where the C library is glibc; elsewhere nothing changes.

    A training frees and asks for the same hundreds of megabytes in each step. By default glibc gives large blocks back
    to the system, which then hands out pages filled with zeros, one at a time: a fifth of a step's time on a CPU.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is not None:
        set_option(_MOST_MAPPED, 0)  # all blocks come from the heap ...
        set_option(_TRIM, -1)  # ... which never shrinks


def release_memory() -> None:
    """Give back to the system what Arrow holds of tables that are no longer used."""
    from pyarrow import default_memory_pool

    default_memory_pool().release_unused()
