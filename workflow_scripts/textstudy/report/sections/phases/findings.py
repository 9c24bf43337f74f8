"""Phases: models ranked on validation, the winner that later phases extend, and what each extension changed.

Validation selects; the test split only says, by paired test, whether the selection holds on documents unseen so far.
"""

from collections.abc import Sequence

from textstudy.report.language.claims import outcome
from textstudy.report.language.numbers import listing, percent, points
from textstudy.report.language.phases import changes, heading, validation
from textstudy.report.language.ranks import named, paired
from textstudy.report.language.settings import differing
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
    pair = paired(report, winner, other) if other else None
    verdict = f" Paired test: {outcome(pair, named(report, winner), named(report, other))}." if other else ""
    text = f"{heading(report, phase)}: {text}.{verdict}"
    return finding("phase", text, phase=phase["name"], winner=winner, against=other, pair=pair)


def _selection(report: Report, names: Sequence[str], winner: str) -> str:
    """Models that extend none: in which settings they differ, and the winner's lead on validation."""
    reached = f"{named(report, winner)} ({percent(validation(report, winner))} % on validation)"
    if len(names) == 1:
        return f"the only model is {reached}"
    keys = differing([report["models"][name]["settings"] for name in names])
    settings = f" that differ in {listing(keys)}" if keys else ""
    lead = validation(report, winner) - validation(report, names[1])
    by = f"leads on validation by {100 * lead:.1f} points, the next is" if lead else TIED
    return f"of {len(names)} models{settings} the one selected is {reached}; it {by} {named(report, names[1])}"


def _extension(report: Report, names: Sequence[str], winner: str, base: str) -> str:
    """Models that extend a winner: each with its changes and the difference to it on validation."""
    start = validation(report, base)
    parts = [
        f"{points(validation(report, name) - start)} for {named(report, name)} ({changes(report, name)})"
        for name in names
    ]
    text = (
        f"against {named(report, base)}, selected before ({percent(start)} % on validation), the "
        f"difference on validation in points is {listing(parts)}"
    )
    return f"{text}; {named(report, winner)} is selected" if len(names) > 1 else text
