"""How long a stretch of work takes, and how much energy."""

from time import perf_counter
from typing import TYPE_CHECKING

from textstudy.machine.energy import EnergyMeter, Joules

if TYPE_CHECKING:
    import torch


class Stopwatch:
    """Measures seconds and joules since it was made, or since its last lap."""

    def __init__(self, device: "torch.device | None" = None) -> None:
        self._start, self._meter = perf_counter(), EnergyMeter(device)

    def lap(self) -> tuple[float, Joules]:
        """Return (seconds, joules by counter) of the present lap, and begin the next."""
        now = perf_counter()
        seconds, self._start = now - self._start, now
        return seconds, self._meter.lap()
