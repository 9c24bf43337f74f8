"""Whether each step takes time in proportion to the length of a text, whatever the text is: `make check-hostile`.

Each step reads texts of each family at growing lengths, in a process of its own that is stopped at a limit. The table
has the seconds of the longest text, and by what power of the length the time grew (1: in proportion).
"""

import argparse
import gc
import math
import os
import resource
import sys
import traceback
from collections.abc import Callable, Sequence
from time import process_time

from hostile_texts import FAMILIES, PARTS, STEPS

LENGTHS = (65_536, 131_072, 262_144, 1_048_576)
ORDINARY = "ordinary"
MOST = 40  # times the seconds of ordinary text
STEEPEST = 1.3  # power of the length
SLOW, TICK = 0.1, 0.004  # seconds from which the growth means something, and that the system can tell apart


def measure(
    step: Callable[[str], object], families: Sequence[str], lengths: Sequence[int], limit: int
) -> dict[str, list[float]]:
    """Return for each family the seconds for each length: infinity where it is stopped, NaN where the step fails."""
    seconds: dict[str, list[float]] = {}
    while len(seconds) < len(families):  # once, and once more for each family that is stopped
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _read_in_child(step, families[len(seconds) :], lengths, limit, writing)
        os.close(writing)
        with os.fdopen(reading) as lines:
            for family, found in zip(families[len(seconds) :], lines, strict=False):
                seconds[family] = [float(each) for each in found.split()]
        os.waitpid(child, 0)
        if len(seconds) < len(families):
            seconds[families[len(seconds)]] = [math.inf] * len(lengths)
    return seconds


def _read_in_child(
    step: Callable[[str], object], families: Sequence[str], lengths: Sequence[int], limit: int, writing: int
) -> None:
    """Write a line of seconds for each family, until the system ends this process because one takes too long."""
    gc.freeze()  # what the parent left is not looked through again
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for family in families:
        found = []
        for length in lengths:
            text = FAMILIES[family](length)
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(process_time()) + limit, resource.RLIM_INFINITY))
            started = process_time()
            try:
                step(text)
                found.append(process_time() - started)
            except Exception:
                traceback.print_exc(limit=-1)
                found.append(math.nan)
        os.write(writing, f"{' '.join(map(str, found))}\n".encode())
    os._exit(0)


def growth(lengths: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the power of the length by which the time grows from the first length to the last; NaN if it is short."""
    early, late = max(seconds[0], TICK), seconds[-1]
    return math.log(late / early) / math.log(lengths[-1] / lengths[0]) if late >= SLOW else math.nan


def is_too_slow(seconds: float, ordinary: float, power: float = math.nan) -> bool:
    """Return whether a step takes too long for a text, or fails, from what it takes for ordinary text as long."""
    return not seconds <= MOST * max(ordinary, SLOW) or (power > STEEPEST and seconds > 2 * ordinary)


def main() -> int:
    """Print the table and return 1 if a line of it is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", nargs="+", default=list(STEPS), choices=STEPS | PARTS, metavar="STEP")
    parser.add_argument("--families", nargs="+", default=list(FAMILIES), choices=FAMILIES, metavar="FAMILY")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="characters")
    parser.add_argument("--limit", type=int, default=30, help="seconds for one text")
    parser.add_argument("--worst", type=int, default=3, help="lines for each step, besides all that are too slow")
    arguments = parser.parse_args()
    families, lengths, slow = list(dict.fromkeys([ORDINARY, *arguments.families])), arguments.lengths, 0
    print(f"{'step':34} {'family':34} {'seconds':>8} {'ordinary':>8} {'power':>6}")
    for name in arguments.steps:
        step = (STEPS | PARTS)[name]
        step(FAMILIES[ORDINARY](1000))  # what it loads, it loads once
        measured = measure(step, families, lengths, arguments.limit)
        ordinary = measured[ORDINARY][-1]
        for place, family in enumerate(sorted(families, key=lambda each: -measured[each][-1])):
            seconds = measured[family][-1]
            power = growth(lengths, measured[family])
            bad = is_too_slow(seconds, ordinary, power)
            slow += bad
            if bad or place < arguments.worst:
                mark = "  too slow" if bad else ""
                print(f"{name:34} {family:34} {seconds:8.2f} {ordinary:8.2f} {power:6.2f}{mark}", flush=True)
    print(f"{len(arguments.steps)} steps, {len(families)} families, {slow} too slow")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
