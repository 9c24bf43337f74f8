"""What a learning curve over training size says: would more labels help?"""

from collections.abc import Mapping
from typing import Any, Literal

LITTLE = 0.01  # a gain that is surely smaller is not worth labels
Verdict = Literal["more", "little", "harm", "unclear", "unfitted"]


def accuracy_of(point: Mapping[str, Any]) -> dict[str, float]:
    """Return the accuracy of a size or of a point of the law with its interval, as {"mean", "low", "high"}."""
    return {"mean": point["accuracy"], "low": point["low"], "high": point["high"]}


def growth_verdict(curve: Mapping[str, Any]) -> Verdict:
    """Return what twice as many labels would bring by the interval of the gain.

    Returns:
        "more", "harm": the interval is above or below 0; "little": it is within 1 point of 0; "unclear": it is wider
        and holds 0; "unfitted": too few sizes were measured for a law.
    """
    if not curve["more"]:
        return "unfitted"
    gain = curve["more"][0]["gain"]
    if gain["low"] > -LITTLE and gain["high"] < LITTLE:
        return "little"
    return "more" if gain["low"] > 0 else "harm" if gain["high"] < 0 else "unclear"
