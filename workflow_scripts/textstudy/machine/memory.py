"""Peak memory of the running process."""

import re
import resource
import sys
from pathlib import Path


def peak_memory_mb() -> float:
    """Return the highest resident memory of this process so far, in MB (10^6 bytes)."""
    status = Path("/proc/self/status")
    # On Linux, getrusage includes the parent's peak from before fork and exec; VmHWM is of this process alone.
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if match:
        return int(match[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def release_memory() -> None:
    """Give back to the system what Arrow holds of tables that are no longer used."""
    from pyarrow import default_memory_pool

    default_memory_pool().release_unused()
