"""Findings that compare models. A sentence puts one model above another only if a paired test says so.

Choices among models (the best of an architecture, the baseline) are made on validation, never on test.
"""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import bounds, listing, p_value
from textstudy.report.language.ranks import paired
from textstudy.report.language.types import Report

SAID = {
    "better": "shown to be more accurate",
    "worse": "shown to be less accurate",
    "unclear": "no difference could be shown",
    "untested": "no paired test was made",
}


def verdicts(report: Report, rivals: Mapping[str, str]) -> dict[str, list[str]]:
    """Return verdict → the models in `rivals` (model → the one it is held against) of which the paired test says so."""
    found: dict[str, list[str]] = {verdict: [] for verdict in SAID}
    for name, rival in rivals.items():
        pair = paired(report, name, rival)
        found[pair["verdict"] if pair else "untested"].append(name)
    return found


def told(shown: Mapping[str, list[str]]) -> str:
    """What is said of models by verdict: "shown to be more accurate: A and B; no difference could be shown: C"."""
    return "; ".join(f"{SAID[verdict]}: {shortened(models)}" for verdict, models in shown.items() if models)


def shortened(shown: list[str]) -> str:
    """Items as a sentence lists them; beyond six, the first five and how many more."""
    return listing(shown if len(shown) <= 6 else [*shown[:5], f"{len(shown) - 5} more"])


def outcome(pair: Mapping[str, Any] | None, first: str, second: str) -> str:
    """What the paired test says of two models, called `first` and `second` in the sentence, on the test split."""
    if pair is None:
        return f"no paired test of {first} and {second} was made on test"
    if pair["verdict"] == "better":
        return f"{first} is more accurate on test than {second} by {by(pair)} ({evidence_of(pair)})"
    if pair["verdict"] == "worse":
        return f"{second} is more accurate on test than {first} by {by(pair)} ({evidence_of(pair)})"
    return f"between {first} and {second} no difference could be shown on test ({evidence_of(pair)})"


def by(pair: Mapping[str, Any]) -> str:
    """The size of a difference, without sign, with its interval where there is one."""
    sign = 1 if pair["difference"] >= 0 else -1
    text = f"{abs(100 * pair['difference']):.1f} points"
    if pair.get("low") is None or pair.get("high") is None:
        return text
    low, high = sorted((sign * pair["low"], sign * pair["high"]))
    return f"{text} {bounds(low, high)}"


def evidence_of(pair: Mapping[str, Any]) -> str:
    """The test behind a difference and its corrected p-value."""
    return f"{pair['test']}, corrected p {_equals(pair.get('adjusted_p_value'))}"


def _equals(probability: float | None) -> str:
    shown = p_value(probability)
    return shown if shown.startswith("<") else f"= {shown}"
