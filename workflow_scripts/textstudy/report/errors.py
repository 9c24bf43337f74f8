"""What the models get wrong: errors they share, labels they doubt, confusions by example, and calibration in words."""

from collections import Counter
from collections.abc import Mapping

from textstudy.report.comparisons import Finding, Report, finding
from textstudy.report.formats import count, decimal, listing, percent
from textstudy.report.reading import examined, named, ranked
from textstudy.report.tables import Table

FAR = 0.05  # expected calibration error from which a model counts as badly calibrated


def shared(report: Report) -> Table:
    """Documents that every model asked gets wrong, those with the most agreement first."""
    found = examined(report, "shared")
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
    found = examined(report, "label_issues")
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
        if name not in names and model["architecture"] != "ensemble" and not model.get("refits")
    ]  # fmt: skip
    text = f"Asked: {listing([named(report, name) for name in names])}; each answers with the mean of its seeds."
    if others:
        text += (
            f" Not asked, because the validation accuracy is not even halfway from the share of the most common class "
            f"to the best model's: {listing([named(report, name) for name in others])}."
        )
    return text


def findings(report: Report) -> list[Finding]:
    """Return what the models get wrong together, what labels they doubt, and how far their probabilities are off."""
    return [*_shared(report), *_label_issues(report), *_calibration(report)]


def _shared(report: Report) -> list[Finding]:
    found = examined(report, "shared")
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
    found = examined(report, "label_issues")
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
        name: score for name in ranked(report)
        if (score := report["models"][name].get("expected_calibration_error")) is not None
    }  # fmt: skip
    if len(set(scores.values())) < 2:
        return []
    best, worst = (choose(scores, key=lambda name: (scores[name], name)) for choose in (min, max))
    far = [name for name in scores if scores[name] >= FAR]
    text = (
        f"The expected calibration errors run from {percent(scores[best])} % ({named(report, best)}) to "
        f"{percent(scores[worst])} % ({named(report, worst)}), as measured, without a test of their order; "
        f"{count(len(far)) if far else 'none'} of {len(scores)} models {'is' if len(far) < 2 else 'are'} off by "
        f"{percent(FAR, 0)} points or more."
    )
    return [finding("calibration", text, errors=scores)]
