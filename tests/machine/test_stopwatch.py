"""Laps: each begins where the one before ended."""

import time

from textstudy.machine.stopwatch import Stopwatch


def test_laps_add_up_to_the_time_that_passed():
    start = time.perf_counter()
    stopwatch = Stopwatch()
    time.sleep(0.02)
    first, joules = stopwatch.lap()
    second, _ = stopwatch.lap()
    passed = time.perf_counter() - start
    assert first >= 0.02 > second >= 0
    assert first + second <= passed
    assert set(joules) <= {"processor", "gpu"}
