"""Perturbations: what they are called, and what was measured of each model under them."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.numbers import interval, interval_in_sentence, join_items, points
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report

PERTURBATIONS = {  # name in the settings → (name in the report, what it does)
    "contract": ("contraction", "two words become their contraction (do not → don't)"),
    "extend": ("expansion", "a contraction is written out (don't → do not)"),
    "homoglyph": ("homoglyph", "a character becomes one that looks like it"),
    "neighbour_swap": ("swap", "two neighbouring characters change places"),
    "qwerty": ("neighbouring key", "a letter becomes one from a neighbouring key"),
    "deletion": ("deletion", "a character is deleted"),
    "insertion": ("insertion", "a random letter is inserted"),
    "substitution": ("substitution", "a character becomes a random letter"),
    "combination": ("combination", "one of contraction, expansion, homoglyph, neighbouring key, deletion, insertion"),
}


def perturbation_title(perturbation: str) -> str:
    """Return what a perturbation is called in the report."""
    return PERTURBATIONS[perturbation][0] if perturbation in PERTURBATIONS else perturbation.replace("_", " ")


def list_perturbations(perturbations: Sequence[str]) -> str:
    """Return several perturbations as a sentence lists them."""
    return join_items([perturbation_title(each) for each in perturbations])


def measured_models(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → what was measured of it, most robust first; empty where the study has no perturbations."""
    found = report["robustness"]
    return {row["model"]: found["models"][row["model"]] for row in found["ranking"]} if found else {}


def perturbation_names(report: Report) -> list[str]:
    """Return the names of the perturbations that were measured, in the order of the study."""
    rows = [row for found in measured_models(report).values() for row in found["perturbed"]]
    return list(dict.fromkeys(row["perturbation"] for row in rows))


def edited_shares(report: Report) -> list[float]:
    """Return the shares of words that were edited, smallest first."""
    return sorted({row["share"] for found in measured_models(report).values() for row in found["perturbed"]})


def result_at(measured: Mapping[str, Any], perturbation: str, share: float) -> Mapping[str, Any]:
    """Return what was measured of a model under one perturbation at one share of words."""
    return next(row for row in measured["perturbed"] if (row["perturbation"], row["share"]) == (perturbation, share))


def interval_of(estimate: Mapping[str, Any] | None) -> str:
    """Return an estimate as per cent with its interval, with proper minus signs: "62.9 [61.8, 64.0]"."""
    return interval(estimate).replace("-", "−")


def loss_in_points(drop: float) -> str:
    """Return a loss of accuracy in points: without a sign, or with a minus where it is a gain."""
    return points(drop).lstrip("+")


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
    """Return the encoding that a model reads, or None where it reads none.

    Perturbed copies of training documents do not change how an encoding splits a text. So where the study also has
    the same encoding without the copies, the name of that one is returned.
    """
    encodings = report["study"]["settings"]["encodings"]
    own = report["models"][name]["settings"].get("encoding")  # a linear model has no such setting
    if own is None or not encodings[own]["augmentation"]:
        return own
    without = {**encodings[own], "augmentation": None}
    return next((key for key, encoding in encodings.items() if encoding == without), own)


def models_by_encoding(report: Report) -> dict[str, str]:
    """Return "encoding NAME" → one of the models that read it; of a model that reads none, its title → its name.

    One model stands for its encoding: all models that read an encoding split a text into the same tokens.
    """
    found: dict[str, str] = {}
    for name in measured_models(report):
        encoding = encoding_without_copies(report, name)
        found.setdefault(f"encoding {encoding}" if encoding else title(report, name), name)
    return dict(sorted(found.items()))


def accuracy_kept(report: Report, name: str) -> str:
    """Return the share of its clean accuracy that a model keeps, as a sentence states it."""
    return interval_in_sentence(measured_models(report)[name]["relative"])


def is_clearly_above(report: Report, first: str, second: str) -> bool:
    """Whether the interval of what the first model keeps lies wholly above that of the second.

    A model that classifies no clean text correctly has no such interval: it is neither above nor below another.
    """
    one, other = (measured_models(report)[name]["relative"] for name in (first, second))
    return one is not None and other is not None and one["low"] > other["high"]
