"""Refits: models that learned from training and validation documents together, and what that changed on test."""

from textstudy.report.comparisons import Finding, Report, finding, outcome, told, verdicts
from textstudy.report.formats import MISSING, points
from textstudy.report.reading import named, paired, ranked

MARK = "†"
NOTE = (
    f"{MARK} A refit has learned from the validation documents too; its validation figures are those of the model it "
    "refits, made before."
)


def refits(report: Report) -> dict[str, str]:
    """Return refit → the model it refits, the refit with the highest test accuracy first."""
    found = {name: report["models"][name].get("refits") for name in ranked(report)}
    return {name: base for name, base in found.items() if base}


def marked(report: Report, name: str, figure: str) -> str:
    """Return a validation figure as a table shows it: a refit's, which is not its own, with a mark."""
    return f"{figure} {MARK}" if report["models"][name].get("refits") and figure != MISSING else figure


def findings(report: Report) -> list[Finding]:
    """What learning from the validation documents too changed on test, each refit by its own paired test."""
    bases = refits(report)
    if not bases:
        return []
    found = verdicts(report, bases)
    if len(bases) == 1:
        ((name, base),) = bases.items()
        said = outcome(paired(report, name, base), named(report, name), named(report, base))
        text = f"Refitting on training and validation documents together: {said}."
        return [finding("refits", text, bases=bases, **found)]
    shown = {verdict: [_changed(report, name, bases[name]) for name in names] for verdict, names in found.items()}
    better = len(found["better"])
    text = (
        f"{better or 'None'} of {len(bases)} refits, which learned from training and validation documents together, "
        f"{'are' if better > 1 else 'is'} shown to be more accurate on test than the model refitted. By paired test, "
        f"{told(shown)}."
    )
    return [finding("refits", text, bases=bases, **found)]


def _changed(report: Report, name: str, base: str) -> str:
    pair = paired(report, name, base)
    return f"{named(report, name)} ({points(pair['difference'])} points)" if pair else named(report, name)
