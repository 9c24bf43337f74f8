"""How long a stretch of work takes: seconds of the clock and of the processors, and energy."""

import os
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from textstudy.machine.energy import EnergyMeter, Joules
from textstudy.machine.load import cpu_seconds, load_average

if TYPE_CHECKING:
    import torch


class Lap(NamedTuple):
    """One stretch of work.

    Attributes:
        seconds: of the clock. It grows where other programs hold the processors.
        cpu_seconds: that the processors worked for this process, all threads together.
        joules: by counter.
    """

    seconds: float
    cpu_seconds: float
    joules: Joules


class Stopwatch:
    """Measures since it was made, or since its last lap."""

    def __init__(self, device: "torch.device | None" = None) -> None:
        self._start, self._cpu, self._meter = perf_counter(), cpu_seconds(), EnergyMeter(device)
        self._load = load_average()

    def lap(self) -> Lap:
        """Return the present lap, and begin the next."""
        now, cpu = perf_counter(), cpu_seconds()
        lap = Lap(now - self._start, cpu - self._cpu, self._meter.lap())
        self._start, self._cpu = now, cpu
        return lap

    def load(self) -> dict[str, Any]:
        """Return the load average when the stopwatch was made and now, and the number of processors."""
        return {"start": self._load, "end": load_average(), "cores": os.cpu_count()}
