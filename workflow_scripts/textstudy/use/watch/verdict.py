"""Whether anything passes a threshold, in sentences; a nightly run ends with an alarm then."""

from collections.abc import Mapping
from dataclasses import dataclass

from textstudy.report.language.numbers import join_items, percent, points
from textstudy.use.watch.estimate import MEASURED, THRESHOLDED, Accuracy

NAMES = {
    "words": "words",
    "length": "length of the texts",
    "unknown": "share of tokens that the model does not know",
    "language": "language",
    "predicted": "mix of the predicted classes",
    "confidence": "confidence of the model",
    "entropy": "entropy of its probabilities",
    "states": "states of the network",
    "all together": "the texts as a whole",
}


@dataclass(frozen=True)
class Thresholds:
    """From where on there is an alarm.

    Attributes:
        p_value: a corrected p-value of a test below this.
        drop: an accuracy that is lower by more than this, if a drop has a p-value below the other threshold.
    """

    p_value: float = 0.01
    drop: float = 0.05


def alarms(adjusted: Mapping[str, float], accuracies: Mapping[str, Accuracy], thresholds: Thresholds) -> list[str]:
    """Return a sentence for each kind of threshold that is passed, the accuracy first.

    Args:
        adjusted: corrected p-value of each feature.
        accuracies: the estimate, or the measured one, which then counts in its place.
    """
    found = []
    how = MEASURED if MEASURED in accuracies else THRESHOLDED
    accuracy = accuracies[how]
    if accuracy.change < -thresholds.drop and accuracy.p_value < thresholds.p_value:
        verb = "is" if how == MEASURED else "is estimated to be"
        found.append(
            f"The accuracy {verb} {percent(accuracy.mean)} %, {points(accuracy.change)} points from that on the "
            f"held-out documents; the limit is {points(-thresholds.drop)}."
        )
    changed = [NAMES[name] for name, p_value in adjusted.items() if p_value < thresholds.p_value]
    if changed:
        found.append(f"Changed, with a corrected p-value below {thresholds.p_value:g}: {join_items(changed)}.")
    return found
