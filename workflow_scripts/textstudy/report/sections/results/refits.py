"""How training on the validation documents too changes the test accuracy."""

from textstudy.report.language.claims import group_by_verdict, list_statistics, list_verdicts, paired_result
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
    text = _one_refit(report, *bases.items()) if len(bases) == 1 else _several_refits(report, bases, found)
    tests = (
        (paired_test(report, *pair), *(quoted_title(report, name) for name in pair)) for pair in bases.items()
    )  # fmt: skip
    return [finding("refits", text, details=list_statistics(tests), bases=bases, **found)]


def _one_refit(report: Report, pair: tuple[str, str]) -> str:
    result = paired_result(paired_test(report, *pair), *(quoted_title(report, name) for name in pair))
    return f"Refit on training and validation documents together: {result}."


def _several_refits(report: Report, bases: dict[str, str], found: dict[str, list[str]]) -> str:
    better = len(found["better"])
    clauses = {verdict: [_with_change(report, name, bases[name]) for name in names] for verdict, names in found.items()}
    return (
        "A refit is trained on training and validation documents together. "
        f"{better or 'None'} of {len(bases)} refits {'are' if better > 1 else 'is'} shown to be more accurate on test "
        f"than the model that it refits. By paired test, {list_verdicts(clauses)}."
    )


def _with_change(report: Report, name: str, base: str) -> str:
    """Return the title of a refit with the change of its test accuracy: "SVM, refit (+0.4 points)"."""
    pair = paired_test(report, name, base)
    return f"{quoted_title(report, name)} ({points(pair['difference'])} points)" if pair else quoted_title(report, name)
