"""Tables of shared errors and of labels in doubt."""

from collections import Counter
from collections.abc import Mapping

from textstudy.report.language.numbers import join_items, percent
from textstudy.report.language.ranks import errors_part, quoted_title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def shared(report: Report) -> Table:
    """Documents that every model asked gets wrong, those with the most agreement first."""
    found = errors_part(report, "shared")
    return Table(
        "table-shared-errors",
        "Test documents that all models get wrong, those on whose wrong class most models agree first.",
        ["Document", "Text", "Class", "Taken for"], "llll",
        [
            [row["id"], row["text"], row["label"], _answers(row["answers"])]
            for row in found.get("examples") or []
        ],
    )  # fmt: skip


def _answers(answers: Mapping[str, str]) -> str:
    """Return the answers as "sci.med (3 models), sci.space (1)"."""
    tally = Counter(answers.values())
    parts = [f"{label} ({number})" for label, number in sorted(tally.items(), key=lambda item: (-item[1], item[0]))]
    return ", ".join(parts)


def label_issues(report: Report) -> Table:
    """Test documents whose label is in doubt, the most doubtful first."""
    found = errors_part(report, "label_issues")
    return Table(
        "table-label-issues",
        "Labels in doubt by confident learning, the most doubtful first; the probability is that of the suggested "
        "class, a mean over the models.",
        ["Document", "Text", "Label", "Suggested", "Probability (%)"], "llllr",
        [
            [row["id"], row["text"], row["label"], row["suggested"], percent(row["probability"])]
            for row in found.get("examples") or []
        ],
    )  # fmt: skip


def asked(report: Report) -> str:
    """Return the sentence that says which models speak of shared errors and of labels."""
    names = report["errors"]["asked"]
    others = [
        name for name, model in report["models"].items()
        if name not in names and model["learner"] != "ensemble" and not model.get("refits")
    ]  # fmt: skip
    text = (
        f"Asked: {join_items([quoted_title(report, name) for name in names])}; each answers with the mean of its seeds."
    )
    if others:
        text += (
            f" Not asked, because the validation accuracy is not even halfway from the share of the most common class "
            f"to the best model's: {join_items([quoted_title(report, name) for name in others])}."
        )
    return text
