"""Findings that compare models. A sentence puts one model above another only if a paired test says so.

Choices among models (the best of an architecture, the baseline) are made on validation, never on test.
"""

from collections.abc import Mapping
from typing import Any

from textstudy.report.formats import bounds, listing, p_value, percent, stated
from textstudy.report.reading import NO_NETWORKS, SIMPLE, by_validation, mean, named, paired, reported_rows, scored

Report = Mapping[str, Any]
Finding = dict[str, Any]

SAID = {
    "better": "shown to be more accurate",
    "worse": "shown to be less accurate",
    "unclear": "no difference could be shown",
    "untested": "no paired test was made",
}


def finding(kind: str, text: str, **evidence: Any) -> Finding:
    """Return a finding: its sentence, what kind it is and the numbers behind it."""
    return {"kind": kind, "text": text, "evidence": evidence}


def best(report: Report) -> list[Finding]:
    """The highest test accuracy, against the next by paired test, and who else cannot be told from it."""
    names = scored(report)
    if not names:
        return []
    first = names[0]
    score = report["models"][first]["test"]["accuracy"]
    text = f"{named(report, first)} reaches {stated(score)} accuracy on the test documents"
    if len(names) == 1:
        return [finding("best", f"{text}; it is the only model.", model=first, accuracy=score)]
    second = names[1]
    pair = paired(report, first, second)
    if mean(report, second) < mean(report, first):
        text += f", the highest of {len(names)} models"
    text = f"{text}. {_against_next(report, second, pair)}"
    tied = [name for name in names[2:] if (other := paired(report, first, name)) and other["verdict"] == "unclear"]
    if tied:
        text += f" Between the first and {_listed(report, tied)} no difference could be shown"
        text += " either." if pair and pair["verdict"] == "unclear" else "."
    evidence = {"accuracy": score, "runner_up": second, "pair": pair, "not_distinguished": tied}
    return [finding("best", text, model=first, **evidence)]


def _against_next(report: Report, second: str, pair: Mapping[str, Any] | None) -> str:
    runner = f"{named(report, second)} ({percent(mean(report, second))} %)"
    if pair is None:
        return f"The next is {runner}; no paired test of the two was made."
    if pair["verdict"] == "better":
        return f"It beats the next, {runner}, by {by(pair)} ({evidence_of(pair)})."
    if pair["verdict"] == "worse":
        return f"The paired test with the next, {runner}, says the opposite ({evidence_of(pair)}): trust neither order."
    return f"The next is {runner}; no difference between the two could be shown ({evidence_of(pair)})."


def baseline(report: Report) -> list[Finding]:
    """The simple model that validation prefers against every network, each by its own paired test.

    An ensemble is no network, and may hold the baseline itself; a refit learned from more documents than the baseline.
    """
    simple = [name for name in _contenders(report) if _family(report, name) == SIMPLE]
    networks = [
        name for name in scored(report)
        if name in by_validation(report) and _family(report, name) not in NO_NETWORKS
    ]  # fmt: skip
    if not simple or not networks:
        return []
    base = simple[0]
    score = report["models"][base]["test"]["accuracy"]
    found = verdicts(report, dict.fromkeys(networks, base))
    shown = {verdict: [named(report, name) for name in names] for verdict, names in found.items()}
    text = f"Against the simple baseline {named(report, base)} ({stated(score)} on test), "
    if len(networks) > 1:
        better = len(found["better"])
        are = "are" if better > 1 else "is"
        text += f"{better or 'none'} of {len(networks)} networks {are} shown to be more accurate. By paired test, "
    text += f"{told(shown)}."
    return [finding("baseline", text, model=base, **found)]


def architectures(report: Report) -> list[Finding]:
    """The best network of each architecture on validation, against that of every other; an ensemble is none."""
    chosen: dict[str, str] = {}
    for name in _contenders(report):
        if _family(report, name) not in NO_NETWORKS:
            chosen.setdefault(_family(report, name), name)
    result = []
    families = sorted(chosen)
    for place, first in enumerate(families):
        for second in families[place + 1 :]:
            pair = paired(report, chosen[first], chosen[second])
            if pair is None:
                continue
            one, other = (f"{named(report, chosen[family])} ({family.replace('_', '-')})" for family in (first, second))
            text = f"Of the architectures' best on validation, {outcome(pair, one, other)}."
            result.append(finding("architecture", text, first=chosen[first], second=chosen[second], pair=pair))
    return result


def reported_order(report: Report) -> list[Finding]:
    """Orders that the published report states and a paired test here denies."""
    stated = {
        row["model"]: row["reported"] for row in reported_rows(report)
        if row["metric"] in {"accuracy", "test_accuracy"} and row["measured"] is not None
    }  # fmt: skip
    result = []
    for high in stated:
        for low in stated:
            pair = paired(report, high, low) if stated[high] > stated[low] else None
            if pair and pair["verdict"] == "worse":
                text = (
                    f"The published report puts {named(report, high)} above {named(report, low)}; here "
                    f"{named(report, low)} is more accurate by {by(pair)} ({evidence_of(pair)})."
                )
                result.append(finding("reported_order", text, higher=high, lower=low, pair=pair))
    return result


def verdicts(report: Report, rivals: Mapping[str, str]) -> dict[str, list[str]]:
    """Return verdict → the models in `rivals` (model → the one it is held against) of which the paired test says so."""
    found: dict[str, list[str]] = {verdict: [] for verdict in SAID}
    for name, rival in rivals.items():
        pair = paired(report, name, rival)
        found[pair["verdict"] if pair else "untested"].append(name)
    return found


def told(shown: Mapping[str, list[str]]) -> str:
    """What is said of models by verdict: "shown to be more accurate: A and B; no difference could be shown: C"."""
    return "; ".join(f"{SAID[verdict]}: {_shortened(models)}" for verdict, models in shown.items() if models)


def _contenders(report: Report) -> list[str]:
    """The models with a test accuracy among which validation chooses, best first."""
    return [name for name in by_validation(report) if name in scored(report)]


def _family(report: Report, name: str) -> str:
    return report["models"][name]["architecture"]


def _listed(report: Report, names: list[str]) -> str:
    return _shortened([named(report, name) for name in names])


def _shortened(shown: list[str]) -> str:
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
