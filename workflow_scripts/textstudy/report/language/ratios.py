"""How many times as much one cost is as another, with no more digits than the measurements have."""

import math

from textstudy.report.language.costs import Range, tied


def ratio_in_words(more: Range, less: Range) -> str | None:
    """Return how many times `more` is as much as `less`: "about 50 times", "between 40 and 60 times".

    The quotients of the ends of both ranges are rounded to one significant digit, or to two where the first is 1 or 2.
    Where they agree, it is "about" that number; else it is "between" the lower one rounded down and the higher one
    rounded up. None if the ranges overlap: then neither is shown to be more.
    """
    if tied(more, less):
        return None
    low, high = more.low / less.high, more.high / less.low
    if _rounded(low, round) == _rounded(high, round):
        return f"about {_written(_rounded(low, round))} times"
    return f"between {_written(_rounded(low, math.floor))} and {_written(_rounded(high, math.ceil))} times"


def _rounded(value: float, rounding) -> float:
    place = math.floor(math.log10(value))
    step = 10.0 ** (place if value >= 3 * 10**place else place - 1)
    return rounding(value / step) * step


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.6g}"
