"""The figures of a model under perturbations, and how two models differ, with their intervals."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from textstudy.evaluate.jackknife import estimate, estimate_together
from textstudy.robustness.design import Design
from textstudy.robustness.measures import Averages, Shares

_AVERAGED = ("flip_rate", "confidence", "calibration_error", "tokens_added", "unknown_added")


def describe_model(shares: Shares, averages: Averages, design: Design, *, level: float) -> dict[str, Any]:
    """Return the figures of one model; those of a condition only where it is measured.

    Args:
        level: of the intervals of drops: the largest of many is named, so they must hold together.
    """
    rows = [_condition(shares, averages, design, column, level) for column in design.measured]
    largest = max((row["share"] for row in rows), default=0.0)
    worst = max((row for row in rows if row["share"] == largest), key=lambda row: row["drop"]["mean"], default=None)
    return {
        "runs": shares.clean.shape[1],
        "clean": {"accuracy": _within(estimate(shares.clean)), **_certainty(averages, 0)},
        "perturbed": rows,
        "worst": worst and {name: worst[name] for name in ("perturbation", "share", "drop")},
        "overall": _overall(shares, rows, design) if design.averaged else None,
        "kept": _kept(*_means(shares, design), shares.clean, design) if design.averaged else None,
    }


def _condition(shares: Shares, averages: Averages, design: Design, column: int, level: float) -> dict[str, Any]:
    kind, share = design.grid.conditions[column]
    edited = np.concatenate([[True], design.edited.groups_edited()[column]])  # others tell nothing of it
    perturbed, before = shares.perturbed[edited][..., column], shares.before[edited][..., column]
    return {
        "perturbation": kind,
        "share": share,
        "accuracy": _within(estimate(perturbed)),
        "clean": _within(estimate(before)),
        "drop": _difference(before - perturbed, level=level),
        "kept": _kept(before, perturbed, before, design),
        "flip_rate": float(averages.flips[column + 1]),
        **_certainty(averages, column + 1),
        **_tokens(averages, column),
    }


def _means(shares: Shares, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Return (1 + groups, runs) twice: accuracy before and after the edits, means over the averaged conditions."""
    chosen = design.averaged
    return shares.before[..., chosen].mean(axis=-1), shares.perturbed[..., chosen].mean(axis=-1)


def _overall(shares: Shares, rows: list[dict[str, Any]], design: Design) -> dict[str, Any]:
    before, perturbed = _means(shares, design)
    averaged = [row for column, row in zip(design.measured, rows, strict=True) if column in design.averaged]
    return {
        "accuracy": _within(estimate(perturbed)),
        "clean": _within(estimate(before)),
        "drop": estimate(before - perturbed),
        **{name: float(np.mean([row[name] for row in averaged])) for name in _AVERAGED},
    }


def share_kept(before: np.ndarray, perturbed: np.ndarray, chance: float) -> np.ndarray:
    """Return what perturbed text leaves of the accuracy above chance."""
    return (perturbed - chance) / (before - chance)


def _kept(before: np.ndarray, perturbed: np.ndarray, clean: np.ndarray, design: Design) -> dict[str, float] | None:
    """Return the share kept; None where `clean` is not shown to be above chance, so that there is nothing to keep.

    That is a question about these runs: two trainings that differ do not make a model that guesses.
    """
    if estimate(clean.mean(axis=1, keepdims=True))["low"] <= design.chance:
        return None
    return estimate(share_kept(before, perturbed, design.chance))


def compare_models(
    first: str, second: str, shares: Mapping[str, Shares], models: Mapping[str, Any], design: Design, *, level: float
) -> dict[str, Any]:
    """Return how much the first model differs from the second on the same documents, at the level of all pairs."""
    rows = dict.fromkeys(("clean", "accuracy", "drop", "kept"))
    rows["clean"] = _difference(shares[first].clean, shares[second].clean, level=level)
    if design.averaged:
        (before, perturbed), (other_before, other) = (_means(shares[model], design) for model in (first, second))
        rows["accuracy"] = _difference(perturbed, other, level=level)
        rows["drop"] = _difference(before - perturbed, other_before - other, level=level)
        if models[first]["kept"] and models[second]["kept"]:
            kept = (share_kept(*_means(shares[model], design), design.chance) for model in (first, second))
            rows["kept"] = estimate_together(*kept, level=level)
    return {"first": first, "second": second, **rows}


def _difference(*figures: np.ndarray, level: float) -> dict[str, float]:
    return _within(estimate_together(*figures, level=level), lowest=-1.0)


def _within(figure: dict[str, float], lowest: float = 0.0) -> dict[str, float]:
    """Return the interval of a share, which ends at 0 and at 1, or of a difference of shares."""
    return {**figure, "low": max(lowest, figure["low"]), "high": min(1.0, figure["high"])}


def _certainty(averages: Averages, column: int) -> dict[str, float]:
    return {
        "confidence": float(averages.confidence[column]),
        "calibration_error": float(averages.calibration[column]),
    }


def _tokens(averages: Averages, column: int) -> dict[str, float]:
    """Return the tokens that the edits add, as a share of the clean texts', and to the share of unknown ones."""
    tokens, unknown = averages.tokens[:, column], averages.unknown[:, column]  # a text of stop words may have none
    shares = np.divide(unknown, tokens, out=np.zeros_like(unknown), where=tokens > 0)
    return {
        "tokens_added": float(tokens[0] / tokens[1] - 1) if tokens[1] else 0.0,
        "unknown_added": float(shares[0] - shares[1]),
    }
