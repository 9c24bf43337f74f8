"""How sure a decision is: what it holds for, the recommended model against its rivals, what could not be shown."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.decision.choice import Choice
from textstudy.report.language.claims import statistics
from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import (
    learner,
    paired_test,
    quoted_title,
    rank_by_validation,
    trained_once,
)
from textstudy.report.language.types import Finding, Report, finding


def certainty(report: Report, choice: Choice) -> list[Finding]:
    """Return the comparison with the simple baseline, and what all comparisons hold for."""
    return [*_against_baseline(report, choice), *_holds_for(report, choice)]


def _against_baseline(report: Report, choice: Choice) -> list[Finding]:
    """Return the test against the simple baseline, the best linear model on validation.

    Where the baseline is the recommended model, it is compared with the best of the other models on validation.
    """
    name = choice.recommended
    scored = rank_by_validation(report, tested=True)
    others = [each for each in scored if each != name]
    linear = [each for each in others if learner(report, each) == "linear"]
    if not others or name not in scored:
        return []
    if learner(report, name) == "linear":
        rival = next((each for each in others if learner(report, each) not in ("linear", "ensemble")), others[0])
        called = f"the best {'network' if learner(report, rival) == 'network' else 'other model'} on validation"
    elif linear:
        rival, called = linear[0], "the simple baseline"
    else:
        rival, called = others[0], "the best other model on validation"
    pair = paired_test(report, name, rival)
    text = _compared(pair, f"{called}, {quoted_title(report, rival)}")
    return [finding("baseline", text, details=statistics(pair), rival=rival, pair=pair)]


def _compared(pair: Mapping[str, Any] | None, rival: str) -> str:
    """Return what a paired test says of the recommended model and a rival."""
    if pair is None:
        return f"No test compares it with {rival}."
    if pair["verdict"] == "equivalent":
        return f"It is as accurate on test as {rival}, within 1 point."
    if pair["verdict"] == "unclear":
        return f"No difference from {rival}, is shown on test."
    more = "more" if pair["verdict"] == "better" else "less"
    low, high = sorted(abs(pair[end]) for end in ("low", "high"))  # both have the sign of the difference
    return (
        f"It is {more} accurate on test than {rival}, by {abs(100 * pair['difference']):.1f} points "
        f"[{percent(low)}, {percent(high)}]."
    )


def _holds_for(report: Report, choice: Choice) -> list[Finding]:
    """Return whether comparisons hold for new trainings, and the smallest difference that they could show."""
    tests = _tests_of(report, choice)
    if not tests:
        return []
    once = [name for name in report["models"] if trained_once(report, name)]
    if all(pair["scope"] == "settings" for pair in tests):
        text = "All this holds for other documents and for other trainings."
    elif choice.recommended in once or len(once) == len(report["models"]):
        text = "All this holds for other documents, but only for this run: another seed may change the order."
    else:
        text = "All this holds for other documents, but only for these runs: other seeds may change the order."
    least, most = (percent(choose(pair["smallest_shown"] for pair in tests)) for choose in (min, max))
    size = f"{least} points" if least == most else f"{least} to {most} points, by model,"
    text += f" Differences under {size} could be missed."
    return [finding("scope", text, trained_once=once, smallest_shown=[pair["smallest_shown"] for pair in tests])]


def _tests_of(report: Report, choice: Choice) -> list[Mapping[str, Any]]:
    """Return the tests of the recommended model with the other candidates on test, or with all models."""
    names = [name for name in choice.candidates if name != choice.recommended] or list(report["models"])
    found = (paired_test(report, choice.recommended, name) for name in names if name != choice.recommended)
    return [pair for pair in found if pair]
