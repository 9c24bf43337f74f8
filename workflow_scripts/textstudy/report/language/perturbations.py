"""Perturbations: what they are called, and what was measured of each model."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import interval, interval_in_sentence, join_items, points
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report

PERTURBATIONS = {
    "contract": ("contraction", "two words become their contraction (do not → don't)"),
    "extend": ("expansion", "a contraction is written out (don't → do not)"),
    "homoglyph": ("homoglyph", "a character becomes one that looks like it"),
    "neighbour_swap": ("swap", "two neighbouring characters change places"),
    "qwerty": ("neighbouring key", "a character becomes one from a neighbouring key"),
    "deletion": ("deletion", "a character is deleted"),
    "insertion": ("insertion", "a random letter is inserted"),
    "substitution": ("substitution", "a character becomes a random letter"),
    "combination": ("combination", "one of contraction, expansion, homoglyph, neighbouring key, deletion, insertion"),
}


def perturbation_title(kind: str) -> str:
    """Return what a perturbation is called in the report."""
    return PERTURBATIONS[kind][0] if kind in PERTURBATIONS else kind.replace("_", " ")


def measured_models(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → what was measured of it, most robust first; none without perturbations."""
    found = report["robustness"]
    return {row["model"]: found["models"][row["model"]] for row in found["ranking"]} if found else {}


def perturbation_names(report: Report) -> list[str]:
    """Return the perturbations in their own order."""
    rows = [row for found in measured_models(report).values() for row in found["perturbed"]]
    return list(dict.fromkeys(row["perturbation"] for row in rows))


def edited_shares(report: Report) -> list[float]:
    """Return the shares of words that were edited, smallest first."""
    return sorted({row["share"] for found in measured_models(report).values() for row in found["perturbed"]})


def find_cell(found: Mapping[str, Any], kind: str, share: float) -> Mapping[str, Any] | None:
    """Return what was measured of a model under one perturbation at one share."""
    rows = found["perturbed"]
    return next((row for row in rows if row["perturbation"] == kind and row["share"] == share), None)


def interval_of(estimate: Mapping[str, Any] | None) -> str:
    """Return an estimate as per cent with its interval: "62.9 [61.8, 64.0]"."""
    return interval(estimate).replace("-", "−")


def score_in_sentence(estimate: Mapping[str, Any] | None) -> str:
    """Return an estimate as a sentence states it: "62.9 % [61.8, 64.0]"."""
    return interval_in_sentence(estimate)


def loss_in_points(value: float | None) -> str:
    """Return a loss in points: without a sign, or with a minus where it is a gain."""
    return points(value).lstrip("+")


def is_loss(drop: Mapping[str, Any]) -> bool:
    """Whether the paired interval of a drop lies wholly above zero."""
    return drop["low"] > 0


def share_title(share: float) -> str:
    """Return a share of words: 0.05 → "5 %"."""
    return f"{100 * share:g} %"


def list_shares(report: Report) -> str:
    """Return the shares of words that were edited, as a sentence lists them: "5, 10 and 20 %"."""
    return join_items([f"{100 * share:g}" for share in edited_shares(report)]) + " %"


def encoding_without_copies(report: Report, name: str) -> str | None:
    """Return the encoding that a model reads; of one with perturbed copies that without, which has the same tokens."""
    encodings = report["study"]["settings"]["encodings"]
    own = report["models"][name]["settings"].get("encoding")  # linear models read none
    if own is None or not encodings[own]["augmentation"]:
        return own
    without = {**encodings[own], "augmentation": None}
    return next((key for key, encoding in encodings.items() if encoding == without), own)


def models_by_encoding(report: Report) -> dict[str, str]:
    """Return what reads the texts → one of its models: models of one encoding split a text into the same tokens."""
    found: dict[str, str] = {}
    for name in measured_models(report):
        encoding = encoding_without_copies(report, name)
        found.setdefault(f"encoding {encoding}" if encoding else title(report, name), name)
    return dict(sorted(found.items()))


def accuracy_kept(report: Report, name: str) -> str:
    """Return the share of its clean accuracy that a model keeps, as a sentence states it."""
    return score_in_sentence(measured_models(report)[name]["relative"])


def is_clearly_above(report: Report, first: str, second: str) -> bool:
    """Whether the interval of what the first model keeps lies wholly above that of the second."""
    one, other = (measured_models(report)[name]["relative"] for name in (first, second))
    return bool(one and other) and one["low"] > other["high"]  # a model that is never right keeps no share
