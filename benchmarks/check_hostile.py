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
SLOW = 0.002  # seconds from which the growth means something
SHORTEST = 0.0003  # seconds that can be measured
STEEPEST = 1.5  # power of the length
ORDINARY = "ordinary"
MOST = 40  # times the seconds of ordinary text


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
    """Return the power of the length by which the time grows from the first length to the last."""
    early, late = max(seconds[0], SHORTEST), seconds[-1]
    return math.log(late / early) / math.log(lengths[-1] / lengths[0]) if late >= SLOW else math.nan


def main() -> int:
    """Print the table and return how many lines of it are too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", default="", help="only steps whose name holds this")
    parser.add_argument("--families", default="", help="only families whose name holds this")
    parser.add_argument("--parts", action="store_true", help="the parts of the steps instead, to find which is slow")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="characters")
    parser.add_argument("--limit", type=int, default=20, help="seconds for one text")
    parser.add_argument("--all", action="store_true", help="all lines, not only those that are too slow")
    arguments = parser.parse_args()
    steps = {name: step for name, step in (PARTS if arguments.parts else STEPS).items() if arguments.steps in name}
    families = [name for name in FAMILIES if arguments.families in name or name == ORDINARY]
    slow = 0
    print(f"{'step':32} {'family':32} {'seconds':>9} {'ordinary':>9} {'power':>6}")
    for name, step in steps.items():
        step(FAMILIES[ORDINARY](1000))  # what it loads, it loads once
        measured = measure(step, families, arguments.lengths, arguments.limit)
        ordinary = measured[ORDINARY][-1]
        for family, seconds in measured.items():
            power = growth(arguments.lengths, seconds)
            bad = not seconds[-1] < math.inf or power > STEEPEST or seconds[-1] > MOST * max(ordinary, 0.05)
            slow += bad
            if bad or arguments.all:
                mark = "  too slow" if bad else ""
                print(f"{name:32} {family:32} {seconds[-1]:9.3f} {ordinary:9.3f} {power:6.2f}{mark}", flush=True)
    print(f"{len(steps) * len(families)} lines, {slow} too slow")
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
