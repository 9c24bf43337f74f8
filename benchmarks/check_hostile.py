"""Whether each step takes time in proportion to the length of a text, whatever the text is: `make check-hostile`.

Each step reads texts of each family at growing lengths, in a process of its own that is stopped at a limit. The table has
the seconds of the longest text that was read, and by what power of the length the time grew (1: in proportion).
"""

import argparse
import math
import os
import resource
import sys
import traceback
from collections.abc import Callable
from time import process_time

from hostile_texts import FAMILIES, PARTS, STEPS

LENGTHS = (65_536, 131_072, 262_144, 1_048_576)
SLOW = 0.05  # seconds from which the growth means something
STEEPEST = 1.3  # power of the length
MOST = 40  # times the seconds of ordinary text


def measure(step: Callable[[str], object], texts: list[str], limit: int) -> list[float]:
    """Return the seconds that a step takes for each text, infinity where it is stopped, NaN where it fails."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for text in texts:
            used = math.ceil(process_time())
            resource.setrlimit(resource.RLIMIT_CPU, (used + limit, resource.RLIM_INFINITY))
            started = process_time()
            try:
                step(text)
            except Exception:
                traceback.print_exc(limit=-1)
                os.write(writing, b"nan\n")
                continue
            os.write(writing, f"{process_time() - started}\n".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as found:
        seconds = [float(line) for line in found]
    os.waitpid(child, 0)
    return seconds + [math.inf] * (len(texts) - len(seconds))


def growth(lengths: list[int], seconds: list[float]) -> float:
    """Return the power of the length by which the time grows, between the first length that takes some and the last."""
    pairs = [(length, each) for length, each in zip(lengths, seconds, strict=True) if each >= SLOW]
    if len(pairs) < 2:
        return math.nan
    (first, early), (last, late) = pairs[0], pairs[-1]
    return math.log(late / early) / math.log(last / first)


def main() -> int:
    """Print the table and return how many lines of it are too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", default="", help="only steps whose name holds this")
    parser.add_argument("--families", default="", help="only families whose name holds this")
    parser.add_argument("--parts", action="store_true", help="the parts of the steps as well")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="characters")
    parser.add_argument("--limit", type=int, default=20, help="seconds for one text")
    parser.add_argument("--all", action="store_true", help="all lines, not only those that are too slow")
    arguments = parser.parse_args()
    steps = {name: step for name, step in (STEPS | PARTS if arguments.parts else STEPS).items() if arguments.steps in name}
    slow = 0
    print(f"{'step':32} {'family':32} {'seconds':>9} {'ordinary':>9} {'power':>6}")
    for name, step in steps.items():
        step(FAMILIES["ordinary"](1000))  # what it loads, it loads once
        ordinary = measure(step, [FAMILIES["ordinary"](length) for length in arguments.lengths], arguments.limit)
        for family, make in FAMILIES.items():
            if arguments.families not in family:
                continue
            seconds = measure(step, [make(length) for length in arguments.lengths], arguments.limit)
            power = growth(arguments.lengths, seconds)
            bad = not seconds[-1] < math.inf or power > STEEPEST or seconds[-1] > MOST * max(ordinary[-1], SLOW)
            slow += bad
            if bad or arguments.all:
                mark = "  too slow" if bad else ""
                print(f"{name:32} {family:32} {seconds[-1]:9.3f} {ordinary[-1]:9.3f} {power:6.2f}{mark}", flush=True)
    print(f"{len(steps) * len(FAMILIES)} lines, {slow} too slow")
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
