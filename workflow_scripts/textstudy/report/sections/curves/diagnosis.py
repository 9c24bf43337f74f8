"""The diagnosis of training runs, with the rules that it follows."""

from textstudy.report.language.numbers import join_items
from textstudy.report.language.ranks import quoted_title, rank_models
from textstudy.report.language.types import Report

# The rules of textstudy.train.diagnosis; a test compares the thresholds.
DIAGNOSIS_RULES = (
    "Overfitting: the training accuracy is above 85 % and exceeds the validation accuracy by more than 10 points; or "
    "the validation loss ends more than 10 % above its lowest value while the training loss fell.",
    "Underfitting: the training accuracy exceeds the share of the largest class by less than 5 points (or by less than "
    "half of the points between that share and a perfect accuracy, if this is smaller); or both losses still fell by "
    "more than 1 % in the last epoch allowed. The latter is not said where the schedule (linear, cosine) takes the "
    "learning rate down to 0: that itself makes the last losses fall.",
    "Instability: within one epoch, the training loss rises by more than 10 % or the validation accuracy falls by more "
    "than 10 points; or the mean gradient norm of an epoch is more than 10 times that of the median epoch.",
)
DIAGNOSIS_NOTE = (
    "The training accuracy is that of the weights that are kept (those of the best epoch), without dropout, on at most "
    "2,000 training documents. It is measured as the validation accuracy is, so the two can be compared. The training "
    "loss is the mean of the steps of an epoch, with dropout. Changes of a loss below 0.01 do not count."
)


def model_diagnoses(report: Report) -> list[tuple[str, list[str]]]:
    """Return (model, sentences of the diagnosis of its runs) for each model with such sentences."""
    found = [(name, report["models"][name]["diagnosis"]) for name in rank_models(report)]
    return [(name, sentences) for name, sentences in found if sentences]


def collapse_sentence(report: Report) -> str:
    """Return the sentence that names the models with a collapsed run."""
    names = [quoted_title(report, name) for name in rank_models(report) if report["models"][name]["collapsed"]]
    return f"At least one run of {join_items(names)} has collapsed." if names else "No run here has collapsed."
