"""The diagnosis of training runs, with the rules that it follows."""

from textstudy.report.language.numbers import join_items
from textstudy.report.language.ranks import quoted_title, rank_models
from textstudy.report.language.types import Report

# The rules of textstudy.train.diagnosis, whose thresholds a test holds these to.
DIAGNOSIS_RULES = (
    "The diagnosis calls a run overfitted where at its best epoch the training accuracy is above 85 % and leads "
    "validation by more than 10 points, or the validation loss ends more than 10 % above its lowest while the "
    "training loss fell; underfitted where the training accuracy is less than 5 points (or half of the room left) "
    "above the share of the largest class, or both losses still fell by more than 1 % in the last epoch allowed; "
    "unstable where within one epoch the training loss rises by more than 10 % or the validation accuracy falls by "
    "more than 10 points, or a gradient norm is more than 10 times the median. Changes of a loss below 0.01 do not "
    "count. Training accuracy is what the epoch saw, with dropout on, so dropout makes the gap look narrower."
)


def diagnosed(report: Report) -> list[tuple[str, list[str]]]:
    """Return (model, sentences) of the models of which the diagnosis of a training run says something."""
    return [(name, found) for name in rank_models(report) if (found := report["models"][name].get("diagnosis"))]


def collapsed_models(report: Report) -> str:
    """Return the sentence that names the models of which a run has collapsed."""
    names = [quoted_title(report, name) for name in rank_models(report) if report["models"][name].get("collapsed")]
    return f"That holds of a run of {join_items(names)}." if names else "That holds of no run here."
