"""How busy the machine is, and how much processor time this process has used."""

import os


def load_average() -> float | None:
    """Return how many processes ran or waited for a processor, on average over the last minute; None if unknown."""
    try:
        return os.getloadavg()[0]
    except OSError:
        return None


def cpu_seconds() -> float:
    """Return the processor time of this process so far, all its threads, and of its processes that have ended."""
    return sum(os.times()[:4])
