"""Perturbations: their names, and what was measured of each model."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import interval, listing, points, stated
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report

WHAT_IT_DOES = {
    "contract": ("contract", "two words become their contraction (do not → don't)"),
    "extend": ("extend", "a contraction is written out (don't → do not)"),
    "homoglyph": ("homoglyph swap", "a character becomes one that looks like it"),
    "neighbour_swap": ("neighbour swap", "two neighbouring characters change places"),
    "qwerty": ("QWERTY neighbour", "a character becomes a neighbour of its key"),
    "deletion": ("deletion", "a character goes"),
    "insertion": ("insertion", "a random letter comes in"),
    "substitution": ("substitution", "a character becomes a random letter"),
    "combination": ("combination", "one of contract, extend, homoglyph, QWERTY, deletion and insertion"),
}


def kind_title(kind: str) -> str:
    """Return what a perturbation is called in the report."""
    return WHAT_IT_DOES[kind][0] if kind in WHAT_IT_DOES else kind.replace("_", " ")


def measured(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → what was measured of it, most robust first; none without perturbations."""
    found = report.get("robustness") or {}
    order = [row["model"] for row in found.get("ranking") or []]
    models = found.get("models") or {}
    return {name: models[name] for name in [*order, *sorted(set(models) - set(order))] if name in models}


def kinds(report: Report) -> list[str]:
    """Return the perturbations in their own order."""
    return list(dict.fromkeys(row["perturbation"] for found in measured(report).values() for row in found["perturbed"]))


def shares(report: Report) -> list[float]:
    """Return the shares of words that were edited, smallest first."""
    return sorted({row["share"] for found in measured(report).values() for row in found["perturbed"]})


def at(found: Mapping[str, Any], kind: str, share: float) -> Mapping[str, Any] | None:
    """Return what was measured of a model under one perturbation at one share."""
    rows = found["perturbed"]
    return next((row for row in rows if row["perturbation"] == kind and row["share"] == share), None)


def shown(estimate: Mapping[str, Any] | None) -> str:
    """Return {"value", "low", "high"} as per cent with its interval: "62.9 [61.8, 64.0]"."""
    return interval(estimate and _with_mean(estimate)).replace("-", "−")


def said(estimate: Mapping[str, Any] | None) -> str:
    """Return {"value", "low", "high"} as a sentence states it: "62.9 % [61.8, 64.0]"."""
    return stated(estimate and _with_mean(estimate))


def _with_mean(estimate: Mapping[str, Any]) -> dict[str, Any]:
    return {**estimate, "mean": estimate["value"]}


def loss(value: float | None) -> str:
    """Return a loss in points: positive without a sign, a gain with a minus."""
    return points(value).lstrip("+")


def lost(drop: Mapping[str, Any]) -> bool:
    """Whether the paired interval of a drop lies wholly above zero."""
    return drop["low"] > 0


def share_title(share: float) -> str:
    return f"{100 * share:g} %"


def named_shares(report: Report) -> str:
    return listing([f"{100 * share:g}" for share in shares(report)]) + " %"


def plain_encoding(report: Report, name: str) -> str | None:
    """Return the encoding that a model reads; of one with perturbed copies that without, which has the same tokens."""
    encodings = report["study"]["settings"].get("encodings") or {}
    own = ((report["models"].get(name) or {}).get("settings") or {}).get("encoding")
    if not (encodings.get(own) or {}).get("augmentation"):
        return own
    without = {**encodings[own], "augmentation": None}
    return next((key for key, encoding in encodings.items() if {"augmentation": None, **encoding} == without), own)


def readers(report: Report) -> dict[str, str]:
    """Return what reads the texts → one of its models: models of one encoding split a text into the same tokens."""
    found: dict[str, str] = {}
    for name in measured(report):
        encoding = plain_encoding(report, name)
        found.setdefault(f"encoding {encoding}" if encoding else title(report, name), name)
    return dict(sorted(found.items()))


def kept(report: Report, name: str) -> str:
    """The share of its clean accuracy that a model keeps, as a sentence states it."""
    return said(measured(report)[name]["relative"])


def apart(report: Report, first: str, second: str) -> bool:
    """Whether the interval of what the first keeps lies wholly above that of the second."""
    one, other = (measured(report)[name]["relative"] for name in (first, second))
    return bool(one and other) and one["low"] > other["high"]  # a model that is never right keeps no share
