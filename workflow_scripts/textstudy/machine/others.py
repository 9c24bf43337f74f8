"""How many processors other programs use."""

from time import perf_counter, process_time

import psutil


class OtherPrograms:
    """Measures how many processors are busy with work that is not ours.

    A load average looks back over a minute, so it still holds our own steps that have just ended. This does not.
    """

    def __init__(self) -> None:
        self._last = self._read()

    def lap(self, own_seconds: float = 0.0) -> float:
        """Return the mean number of processors that others kept busy since the last lap; at least 0.

        Args:
            own_seconds: processor time, in the same stretch, of our processes other than this one.
        """
        before, self._last = self._last, self._read()
        wall, busy, own = (now - then for now, then in zip(self._last, before, strict=True))
        return max(0.0, busy - own - own_seconds) / max(wall, 1e-9)

    @staticmethod
    def _read() -> tuple[float, float, float]:
        """Return the clock, the busy time of all processors, and our own processor time, in seconds."""
        times = psutil.cpu_times()._asdict()
        # The time of guests is part of `user` and `nice`; `steal`, which other virtual machines took, is not ours.
        idle = sum(times.get(name, 0.0) for name in ("idle", "iowait", "guest", "guest_nice"))
        return perf_counter(), sum(times.values()) - idle, process_time()
