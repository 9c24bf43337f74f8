"""Laps: each begins where the one before ended."""

import time

from textstudy.machine.stopwatch import Stopwatch


def test_laps_add_up_to_the_time_that_passed():
    start = time.perf_counter()
    stopwatch = Stopwatch()
    time.sleep(0.02)
    first, second = stopwatch.lap(), stopwatch.lap()
    passed = time.perf_counter() - start
    assert first.seconds >= 0.02 > second.seconds >= 0
    assert first.seconds + second.seconds <= passed
    assert set(first.joules) <= {"processor", "gpu"}


def test_waiting_costs_time_and_no_processor_and_work_costs_both():
    stopwatch = Stopwatch()
    time.sleep(0.2)
    waited = stopwatch.lap()
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass
    worked = stopwatch.lap()
    assert waited.cpu_seconds < 0.1 < 0.2 <= waited.seconds
    assert worked.cpu_seconds >= 0.15 and worked.seconds >= 0.15
    load = stopwatch.load()
    assert load["start"] >= 0 and load["end"] >= 0 and load["cores"] >= 1
