"""What the models get wrong: errors that they share, labels that they doubt, and calibration."""

from textstudy.report.language.numbers import count, decimal, percent
from textstudy.report.language.ranks import quoted_title, rank_models
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.errors import label_noise

METHOD = "confident learning (Northcutt et al. 2021)"
LARGE = 0.05  # expected calibration error from which a sentence counts it as large


def findings(report: Report) -> list[Finding]:
    """Return the number of shared errors, the number of doubted labels, and the range of the calibration errors."""
    return [*_shared(report), *_label_issues(report), *_calibration(report)]


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


def _calibration(report: Report) -> list[Finding]:
    """The range of the expected calibration errors as measured; the order of the models is not tested."""
    scores = {name: report["models"][name]["expected_calibration_error"] for name in rank_models(report)}
    if len(set(scores.values())) < 2:
        return []
    best, worst = (choose(scores, key=lambda name: (scores[name], name)) for choose in (min, max))
    large = sum(score >= LARGE for score in scores.values())
    text = (
        f"The measured expected calibration errors range from {percent(scores[best])} % ({quoted_title(report, best)}) "
        f"to {percent(scores[worst])} % ({quoted_title(report, worst)}). Their order is not tested. The error is "
        f"{percent(LARGE, 0)} % or more for {count(large) if large else 'none'} of {len(scores)} models."
    )
    return [finding("calibration", text, errors=scores)]
