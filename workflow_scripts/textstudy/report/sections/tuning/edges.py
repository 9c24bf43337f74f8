"""Where the best value of a search lies at the edge of its space, so that a wider space may hold a better one."""

import math
from collections.abc import Mapping
from typing import Any, Literal

BEYOND = {"lower": "try less", "upper": "try more"}
EDGE = 0.1  # share of a range, on its logarithmic scale, that counts as its edge


def edge(values: Any, chosen: Any) -> Literal["lower", "upper"] | None:
    """Return at which edge of its space a value lies.

    A value that does not matter lies at either edge of a range in one search of five. Values without an order have no
    edge, and neither do two alone, one of which is always the lower; and nothing is tried below 0.

    Args:
        values: `low` and `high` of a range, or a list.
    """
    if isinstance(values, Mapping):
        share = math.log(chosen / values["low"]) / math.log(values["high"] / values["low"])
        return "lower" if share <= EDGE else "upper" if share >= 1 - EDGE else None
    if len(values) < 3 or not all(type(value) in (int, float) for value in values):
        return None
    if chosen == max(values):
        return "upper"
    return "lower" if chosen == min(values) and chosen else None


def chosen_changes(budget: Mapping[str, Any]) -> dict[str, Any]:
    """Return setting → value of the best trial of a search."""
    return budget["tried"][budget["search"]["best"]]["changes"]
