"""How training on the validation documents too changes the test accuracy."""

from textstudy.report.language.claims import (
    group_by_verdict,
    list_statistics,
    list_verdicts,
    of_these_trainings,
    paired_result,
)
from textstudy.report.language.numbers import points
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return the finding on refits: each is compared with the model that it refits, by their paired test."""
    bases = refitted_models(report)
    if not bases:
        return []
    found = group_by_verdict(report, bases)
    tests = [
        (paired_test(report, *pair), *(quoted_title(report, name) for name in pair)) for pair in bases.items()
    ]  # fmt: skip
    details = list_statistics(tests)
    if len(tests) == 1:
        text = f"Refit on training and validation documents together: {paired_result(*tests[0])}."
    else:
        better = len(found["better"])
        text = (
            f"{better or 'None'} of {len(bases)} refits on training and validation documents together "
            f"{'are' if better > 1 else 'is'} shown to be more accurate on test than before."
            f"{of_these_trainings(pair for pair, *_ in tests)}"
        )
        details = f"{_by_verdict(report, bases, found)} {details}"
    return [finding("refits", text, details=details.strip(), bases=bases, **found)]


def _by_verdict(report: Report, bases: dict[str, str], found: dict[str, list[str]]) -> str:
    clauses = {verdict: [_with_change(report, name, bases[name]) for name in names] for verdict, names in found.items()}
    return f"By paired test, {list_verdicts(clauses)}."


def _with_change(report: Report, name: str, base: str) -> str:
    """Return the title of a refit with the change of its test accuracy: "SVM, refit (+0.4 points)"."""
    pair = paired_test(report, name, base)
    return f"{quoted_title(report, name)} ({points(pair['difference'])} points)" if pair else quoted_title(report, name)
