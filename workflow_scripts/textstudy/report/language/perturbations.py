"""Perturbations: what they are called, and what was measured of each model under them."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.errors import StudyError
from textstudy.report.language.numbers import interval, interval_in_sentence, join_items, points
from textstudy.report.language.ranks import learner, title
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


def perturbation_names(report: Report, which: str = "measured") -> list[str]:
    """Return the names of the perturbations that are `measured` (or `averaged`), in the order of the study."""
    return list(dict.fromkeys(row["perturbation"] for row in _samples(report) if row[which]))


def texts_edited(report: Report) -> dict[str, tuple[int, int]]:
    """Return perturbation → texts that it edited, at the share where these are fewest, and texts in all."""
    found: dict[str, tuple[int, int]] = {}
    for row in _samples(report):
        found[row["perturbation"]] = min(found.get(row["perturbation"], (row["texts"],) * 2),
                                         (row["edited"], row["texts"]))  # fmt: skip
    return found


def edited_shares(report: Report) -> list[float]:
    """Return the shares of words that were edited, smallest first."""
    return sorted({row["share"] for row in _samples(report)})


def _samples(report: Report) -> list[Mapping[str, Any]]:
    return report["robustness"]["samples"] if report["robustness"] else []


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
    """Whether a drop is shown: its interval, which holds for all models and perturbations together, is above zero."""
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
    """Return the share of its accuracy above chance that a model keeps, as a sentence states it."""
    return interval_in_sentence(measured_models(report)[name]["kept"])


def difference(report: Report, first: str, second: str, key: str) -> dict[str, float] | None:
    """Return the paired difference of a figure (clean, accuracy, drop, kept): the first model's less the second's.

    Raises:
        StudyError: the two models were not compared.
    """
    for pair in report["robustness"]["pairs"]:
        if {pair["first"], pair["second"]} == {first, second}:
            found = pair[key]
            if found is None or pair["first"] == first:
                return found and dict(found)
            return {"mean": -found["mean"], "low": -found["high"], "high": -found["low"]}
    raise StudyError(f"robustness.json does not compare {first!r} with {second!r}: delete it and rerun.")


def is_above(report: Report, first: str, second: str, key: str) -> bool:
    """Whether the paired comparison shows a figure of the first model to be higher, for all pairs together."""
    found = difference(report, first, second, key)
    return found is not None and found["low"] > 0


def of_these_runs(report: Report, names: Sequence[str]) -> str:
    """Return words for a claim that holds for single trainings only: " in this run", or nothing where it goes further.

    A linear model has no training to vary; with several seeds, an interval covers new trainings.
    """
    models = measured_models(report)
    single = any(models[name]["runs"] == 1 and learner(report, name) == "network" for name in names)
    return f" in {'this run' if len(names) == 1 else 'these runs'}" if single else ""
