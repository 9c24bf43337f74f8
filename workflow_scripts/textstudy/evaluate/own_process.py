"""A call in a process of its own, so that its memory can be told and nothing of the call before it is left."""

import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from textstudy.errors import StudyError

Result = TypeVar("Result")

ISOLATED = sys.platform == "linux"  # elsewhere forking is unsafe, and a spawned process would import everything again

_inherited: list[Callable[[], Any]] = []


def call_alone(work: Callable[[], Result], name: str) -> Result:
    """Return `work()`, done in a forked process that ends with it; in this process where it cannot be `ISOLATED`.

    The process inherits all that is imported, so it begins in milliseconds. This process must not have computed with
    torch or used the GPU before.

    Args:
        name: what is measured, for the message of an error.

    Raises:
        StudyError: the process was killed.
    """
    if not ISOLATED:
        return work()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_inherit, initargs=[work]) as pool:
        try:
            return pool.submit(_call_inherited).result()
        except BrokenProcessPool as error:
            raise StudyError(
                f"the process that predicts with {name} was killed, as when memory runs out: free memory, or give the "
                "rule measure_costs more with --set-resources measure_costs:mem_mb=12000."
            ) from error


def _inherit(work: Callable[[], Any]) -> None:
    _inherited[:] = [work]


def _call_inherited() -> Any:
    return _inherited[0]()
