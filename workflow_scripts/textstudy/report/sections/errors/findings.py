"""What the models get wrong: errors they share, labels they doubt, confusions by example, and calibration in words."""

from textstudy.report.language.numbers import count, decimal, percent
from textstudy.report.language.ranks import errors_part, quoted_title, rank_models
from textstudy.report.language.types import Finding, Report, finding

FAR = 0.05  # expected calibration error from which a model counts as badly calibrated


def findings(report: Report) -> list[Finding]:
    """Return what the models get wrong together, what labels they doubt, and how far their probabilities are off."""
    return [*_shared(report), *_label_issues(report), *_calibration(report)]


def _shared(report: Report) -> list[Finding]:
    found = errors_part(report, "shared")
    if not found:
        return []
    number, documents = found["count"], report["errors"]["documents"]
    text = (
        f"All {len(report['errors']['asked'])} models asked get {count(number)} of {count(documents)} test documents "
        f"({percent(number / documents)} %) wrong, where {decimal(found['expected'])} would be expected if they erred "
        f"independently"
    )
    wrong_classes = len(report["corpus"]["labels"]) - 1  # with one wrong class there is nothing to agree on
    if number and wrong_classes > 1:
        text += f"; on {count(found['unanimous'])} of them they agree on the same wrong class"
    text += "."
    return [finding("shared_errors", text, **{key: found[key] for key in ("count", "unanimous", "expected")})]


def _label_issues(report: Report) -> list[Finding]:
    found = errors_part(report, "label_issues")
    if not found:
        return []
    number, documents = found["count"], report["errors"]["documents"]
    text = (
        f"Confident learning doubts {count(number) if number else 'none'} of the {count(documents)} test labels"
        + (f" ({percent(number / documents)} %)" if number else "")
        + ". Such a label is one to read, not an error shown: where all models err alike, a right label is doubted too."
    )
    return [finding("label_issues", text, count=number, documents=documents)]


def _calibration(report: Report) -> list[Finding]:
    """The range of the expected calibration errors as measured, and which are large; no order of models is tested."""
    scores = {
        name: score for name in rank_models(report)
        if (score := report["models"][name].get("expected_calibration_error")) is not None
    }  # fmt: skip
    if len(set(scores.values())) < 2:
        return []
    best, worst = (choose(scores, key=lambda name: (scores[name], name)) for choose in (min, max))
    far = [name for name in scores if scores[name] >= FAR]
    text = (
        f"The expected calibration errors run from {percent(scores[best])} % ({quoted_title(report, best)}) to "
        f"{percent(scores[worst])} % ({quoted_title(report, worst)}), as measured, without a test of their order; "
        f"{count(len(far)) if far else 'none'} of {len(scores)} models {'is' if len(far) < 2 else 'are'} off by "
        f"{percent(FAR, 0)} points or more."
    )
    return [finding("calibration", text, errors=scores)]
