"""A rate that a simulation measures, beside what is expected of it."""

from collections.abc import Iterable
from typing import NamedTuple


class Rate(NamedTuple):
    """How often something happened in a simulation, and the least and the most that is expected."""

    what: str
    least: float
    most: float
    measured: float

    @property
    def held(self) -> bool:
        """Whether the rate is as expected."""
        return self.least <= self.measured <= self.most


def show(rates: Iterable[Rate]) -> int:
    """Print each rate as soon as it is known; return the number of those that are not as expected."""
    failed = 0
    for rate in rates:
        failed += not rate.held
        mark = "ok  " if rate.held else "FAIL"
        expected = f"expected {rate.least:4.0%} to {rate.most:4.0%}"
        print(f"{mark} {rate.measured:6.1%}  {expected}  {rate.what}", flush=True)
    return failed
