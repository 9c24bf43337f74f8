"""Tables of shared errors and of labels in doubt."""

from collections import Counter
from collections.abc import Mapping

from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import learner, list_titles
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def shared(report: Report) -> Table:
    """Return documents that all models compared get wrong, those with the most agreement first."""
    found = report["errors"]["shared"]
    return Table(
        "table-shared-errors",
        "Test documents that all models compared misclassify. Documents on which most models agree on the same wrong "
        "class come first.",
        ["Document", "Text", "True class", "Predicted classes"], "llll",
        [
            [row["id"], row["text"], row["label"], _count_answers(row["answers"])]
            for row in (found["examples"] if found else [])
        ],
    )  # fmt: skip


def _count_answers(answers: Mapping[str, str]) -> str:
    """Return each class with the number of models that give it: "sci.med (3), sci.space (1)"."""
    tally = Counter(answers.values())
    return ", ".join(f"{label} ({tally[label]})" for label in sorted(tally, key=lambda label: (-tally[label], label)))


def label_issues(report: Report) -> Table:
    """Return test documents whose label is in doubt, the most doubtful first."""
    found = report["errors"]["label_issues"]
    return Table(
        "table-label-issues",
        "Labels that confident learning doubts, the most doubtful first. The probability is that of the suggested "
        "class, a mean over the models.",
        ["Document", "Text", "Label", "Suggested", "Probability (%)"], "llllr",
        [
            [row["id"], row["text"], row["label"], row["suggested"], percent(row["probability"])]
            for row in (found["examples"] if found else [])
        ],
    )  # fmt: skip


def participants(report: Report) -> str:
    """Return the sentences that say which models are compared for shared errors and doubted labels."""
    names = report["errors"]["asked"]
    others = [
        name for name, model in report["models"].items()
        if name not in names and learner(report, name) != "ensemble" and not model["refits"]
    ]  # fmt: skip
    text = (
        f"Shared errors and labels in doubt are those of {list_titles(report, names)}. The answer of a model is the "
        "class with the highest mean probability over its seeds."
    )
    if others:
        text += (
            f" Left out: {list_titles(report, others)}, with a validation accuracy less than halfway from the share of "
            "the most common class to the best model's accuracy."
        )
    return text
