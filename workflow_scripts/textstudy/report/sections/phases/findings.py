"""Phases: models ranked on validation, the winner that later phases extend, and what each extension changed.

Validation selects; the test split only says, by paired test, whether the selection holds on documents unseen so far.
"""

from collections.abc import Sequence

from textstudy.report.language.claims import paired_result
from textstudy.report.language.numbers import join_items, percent, points
from textstudy.report.language.phases import changed_settings, phase_heading, validation_accuracy
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.settings import differing_settings
from textstudy.report.language.types import Finding, Phase, Report, finding
from textstudy.report.sections.phases import word_vectors

TIED = "is selected by the tie-break, the lower loss, then fewer parameters; its accuracy there is also that of"


def findings(report: Report) -> list[Finding]:
    """One sentence per phase: what its models change and what the tests say; then what pretrained vectors are worth."""
    return [*(sentence(report, phase) for phase in report.get("phases") or []), *word_vectors.findings(report)]


def sentence(report: Report, phase: Phase) -> Finding:
    """Return the finding of one phase."""
    names = [row["model"] for row in phase["ranking"]]
    winner = phase["winner"]
    base = (report["models"][winner].get("extends") or {}).get("model")
    if base in report["models"]:
        kin = [name for name in names if (report["models"][name].get("extends") or {}).get("model") == base]
        text, other = _extension(report, kin, winner, base), base
    else:
        text, other = _selection(report, names, winner), (names[1] if len(names) > 1 else None)
    pair = paired_test(report, winner, other) if other else None
    verdict = (
        f" Paired test: {paired_result(pair, quoted_title(report, winner), quoted_title(report, other))}."
        if other
        else ""
    )
    text = f"{phase_heading(report, phase)}: {text}.{verdict}"
    return finding("phase", text, phase=phase["name"], winner=winner, against=other, pair=pair)


def _selection(report: Report, names: Sequence[str], winner: str) -> str:
    """Models that extend none: in which settings they differ, and the winner's lead on validation."""
    reached = f"{quoted_title(report, winner)} ({percent(validation_accuracy(report, winner))} % on validation)"
    if len(names) == 1:
        return f"the only model is {reached}"
    keys = differing_settings([report["models"][name]["settings"] for name in names])
    settings = f" that differ in {join_items(keys)}" if keys else ""
    lead = validation_accuracy(report, winner) - validation_accuracy(report, names[1])
    by = f"leads on validation by {100 * lead:.1f} points, the next is" if lead else TIED
    return f"of {len(names)} models{settings} the one selected is {reached}; it {by} {quoted_title(report, names[1])}"


def _extension(report: Report, names: Sequence[str], winner: str, base: str) -> str:
    """Models that extend a winner: each with its changes and the difference to it on validation."""
    start = validation_accuracy(report, base)
    parts = [
        f"{points(validation_accuracy(report, name) - start)} for {quoted_title(report, name)} ({changed_settings(report, name)})"
        for name in names
    ]
    text = (
        f"against {quoted_title(report, base)}, selected before ({percent(start)} % on validation), the "
        f"difference on validation in points is {join_items(parts)}"
    )
    return f"{text}; {quoted_title(report, winner)} is selected" if len(names) > 1 else text
