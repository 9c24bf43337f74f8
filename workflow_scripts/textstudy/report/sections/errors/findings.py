"""What the models get wrong: errors that they share, labels that they doubt, confidence, and errors far off."""

from textstudy.report.language.numbers import count, decimal, percent
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.errors import abstention, calibration, label_noise, ordinal

METHOD = "confident learning (Northcutt et al. 2021)"


def findings(report: Report) -> list[Finding]:
    """Return the shared errors, the doubted labels, which models state wrong probabilities, and errors far off."""
    return [
        *_shared(report),
        *_label_issues(report),
        *calibration.findings(report),
        *abstention.findings(report),
        *ordinal.findings(report),
    ]


def _shared(report: Report) -> list[Finding]:
    errors = report["errors"]
    if not errors or not errors["shared"]:
        return []
    found, documents = errors["shared"], errors["documents"]
    number = found["count"]
    models = f"All {len(errors['asked'])} models compared for errors"
    text = f"{models} misclassify the same {percent(number / documents)} % of the test documents."
    if not number:
        text = f"No test document is misclassified by all {len(errors['asked'])} models compared for errors."
    details = (
        f"These are {count(number)} of {count(documents)} documents. If the errors of the models were independent, "
        f"{decimal(found['expected'])} would be expected."
    )
    if number and len(report["corpus"]["labels"]) > 2:  # with one wrong class, all wrong answers are the same
        details += f" For {count(found['unanimous'])} of these documents, they all give the same wrong class."
    evidence = {key: found[key] for key in ("count", "unanimous", "expected")}
    return [finding("shared_errors", text, details=details, **evidence)]


def _label_issues(report: Report) -> list[Finding]:
    errors = report["errors"]
    if not errors or not errors["label_issues"]:
        return []
    number, documents = errors["label_issues"]["count"], errors["documents"]
    if not number:
        text = f"None of the {count(documents)} test labels is in doubt."
        return [finding("label_issues", text, details=f"Method: {METHOD}.", count=0, documents=documents)]
    text = (
        f"{count(number)} of the {count(documents)} test labels are in doubt ({percent(number / documents)} %), and a "
        "person should read them again."
    )
    details = (
        f"Method: {METHOD}. A doubted label is not proven wrong: where all models make the same error, a correct label "
        "is doubted too."
    )
    noise = label_noise.details(report)
    return [finding("label_issues", text, details=f"{details} {noise}".rstrip(), count=number, documents=documents)]
