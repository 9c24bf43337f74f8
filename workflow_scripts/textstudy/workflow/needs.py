"""What a step asks a cluster for: more for larger inputs, and more again each time that it is tried once more."""

import os
from collections.abc import Callable, Iterable
from typing import Any


def memory(
    base: int,
    per_mb: float,
    limit_gb: Callable[[Any], float | None] = lambda wildcards: None,
    processes: Callable[[Any], int] = lambda wildcards: 1,
) -> Callable:
    """Return a resource function: memory in MB.

    Args:
        base: what the step needs before it reads anything, in MB.
        per_mb: MB for each MB of its inputs.
        limit_gb: from the wildcards, what the study says that the step gets in GB (10^9 bytes), if anything.
        processes: from the wildcards, how many of them each need that much.
    """

    def mem_mb(wildcards: Any, input: Iterable[str], attempt: int) -> int:
        limit = limit_gb(wildcards)
        return attempt * int(1000 * limit if limit else processes(wildcards) * (base + per_mb * size_mb(input)))

    return mem_mb


def minutes(base: int, per_mb: float, of: str | None = None) -> Callable:
    """Return a resource function: run time in minutes.

    Args:
        base: minutes for the smallest inputs.
        per_mb: minutes for each MB.
        of: the input that decides, by its name; all of them if the rule has none of this name.
    """

    def runtime(wildcards: Any, input: Any, attempt: int) -> int:
        deciding = input.get(of, input) if of else input
        return attempt * int(base + per_mb * size_mb([deciding] if isinstance(deciding, str) else deciding))

    return runtime


def size_mb(files: Iterable[str]) -> float:
    """Return the size of those files that are there: in a group of steps, some are still to be made."""
    return sum(os.path.getsize(file) for file in map(str, files) if os.path.isfile(file)) / 1e6
