"""Work that several processes share."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Result = TypeVar("Result")

_inherited: list[Callable[[Any], Any]] = []


def map_in_processes(work: Callable[[int], Result], items: Sequence[int], processes: int) -> Iterator[Result]:
    """Yield `work(item)` for each item, in order; the results do not depend on the number of processes.

    The processes inherit what `work` refers to, so a large corpus is not copied to them.
    """
    if min(processes, len(items)) < 2 or sys.platform != "linux":
        yield from map(work, items)
        return
    # Elsewhere forking is unsafe, and a spawned process would run the whole script of the rule again.
    with multiprocessing.get_context("fork").Pool(processes, _inherit, [work]) as pool:
        yield from pool.imap(_call_inherited, items)


def _inherit(work: Callable[[Any], Any]) -> None:
    _inherited[:] = [work]


def _call_inherited(item: int) -> Any:
    return _inherited[0](item)
