"""What the models get wrong: errors that they share, labels that they doubt, confidence, and errors far off."""

from textstudy.report.language.numbers import count, decimal, percent
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.errors import calibration, ordinal


def findings(report: Report) -> list[Finding]:
    """Return the shared errors, the doubted labels, which models state wrong probabilities, and errors far off."""
    return [
        *_shared(report),
        *_label_issues(report),
        *calibration.findings(report),
        *ordinal.findings(report),
    ]


def _shared(report: Report) -> list[Finding]:
    errors = report["errors"]
    if not errors or not errors["shared"]:
        return []
    found, documents = errors["shared"], errors["documents"]
    number = found["count"]
    text = (
        f"All {len(errors['asked'])} models compared for errors misclassify {count(number)} of {count(documents)} test "
        f"documents ({percent(number / documents)} %). If their errors were independent, {decimal(found['expected'])} "
        "would be expected."
    )
    if number and len(report["corpus"]["labels"]) > 2:  # with one wrong class, all wrong answers are the same
        text += f" For {count(found['unanimous'])} of these documents, they all give the same wrong class."
    return [finding("shared_errors", text, **{key: found[key] for key in ("count", "unanimous", "expected")})]


def _label_issues(report: Report) -> list[Finding]:
    errors = report["errors"]
    if not errors or not errors["label_issues"]:
        return []
    number, documents = errors["label_issues"]["count"], errors["documents"]
    text = f"Confident learning doubts none of the {count(documents)} test labels."
    if number:
        text = (
            f"Confident learning doubts {count(number)} of the {count(documents)} test labels "
            f"({percent(number / documents)} %). A doubted label is not proven wrong: where all models make the same "
            "error, a correct label is doubted too."
        )
    return [finding("label_issues", text, count=number, documents=documents)]
