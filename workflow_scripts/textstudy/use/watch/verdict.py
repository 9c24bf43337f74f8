"""Whether anything passes a threshold, in sentences; a nightly run ends with an alarm then."""

from collections.abc import Mapping
from dataclasses import dataclass

from textstudy.report.language.numbers import p_value, percent, points
from textstudy.use.watch.compare import Comparison
from textstudy.use.watch.estimate import Accuracy

NAMES = {
    "words": "words",
    "length": "length of the texts",
    "unknown": "share of tokens that the model does not know",
    "language": "language",
    "predicted": "mix of the predicted classes",
    "confidence": "confidence of the model",
    "entropy": "entropy of its probabilities",
    "states": "states of the network",
    "all together": "whole of this",
}


@dataclass(frozen=True)
class Thresholds:
    """From where on there is an alarm.

    Attributes:
        p_value: a corrected p-value below this.
        drop: an accuracy that is lower by more than this, where the interval of the change leaves out 0.
    """

    p_value: float = 0.01
    drop: float = 0.05


def alarms(comparison: Comparison, accuracies: Mapping[str, Accuracy], thresholds: Thresholds) -> list[str]:
    """Return a sentence for each threshold that is passed.

    Args:
        accuracies: `thresholded`, and `measured` where there are labels, which then counts in its place.
    """
    found = [
        f"The {NAMES[name]} changed (corrected p-value {p_value(adjusted)}, below {thresholds.p_value:g})."
        for name, adjusted in comparison.adjusted.items()
        if adjusted < thresholds.p_value
    ]
    how = "measured" if "measured" in accuracies else "thresholded"
    accuracy = accuracies[how]
    if accuracy.dropped and accuracy.change < -thresholds.drop:
        verb = "is" if how == "measured" else "is estimated to be"
        found.append(
            f"The accuracy {verb} {percent(accuracy.mean)} %, {points(accuracy.change)} points from that on the "
            f"held-out documents (limit {points(-thresholds.drop)})."
        )
    return found
