"""The models of a report: what they are called, how they rank, and what the paired tests say of two of them."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import join_items
from textstudy.report.language.types import Report

LOWER_IS_BETTER = ("log_loss", "brier_score", "mean_absolute_error", "far_off")


def learner(report: Report, name: str) -> str:
    """Return how a model learns: linear, network, neighbours, kernel, ensemble or prompted."""
    return report["models"][name]["learner"]


def title(report: Report, name: str) -> str:
    """Return what a model is called in the report: its title, or its name where it did not run."""
    return report["models"][name]["title"] if name in report["models"] else name


def quoted_title(report: Report, name: str) -> str:
    """Return what a sentence calls a model: its title, in quotation marks where it reads like a list."""
    text = title(report, name)
    return f"“{text}”" if "," in text or " and " in text else text


def list_titles(report: Report, names: list[str]) -> str:
    """Return several models as a sentence lists them."""
    return join_items([quoted_title(report, name) for name in names])


def score(report: Report, name: str, *, split: str, metric: str) -> dict[str, Any] | None:
    """Return {"mean", "low", "high", "spread"} of a model's score, or None where the model has none."""
    return report["models"][name][split].get(metric)


def mean_score(report: Report, name: str, *, split: str = "test", metric: str = "accuracy") -> float:
    """Return a model's score, or minus infinity where it has none, so that it ranks last."""
    found = score(report, name, split=split, metric=metric)
    return found["mean"] if found else float("-inf")


def rank_models(report: Report, *, split: str = "test", metric: str = "accuracy") -> list[str]:
    """Return the names of the models, highest score first; equal scores by name."""
    return sorted(report["models"], key=lambda name: (-mean_score(report, name, split=split, metric=metric), name))


def rank_by_validation(report: Report, *, tested: bool = False) -> list[str]:
    """Return the models among which validation chooses, best first; only those with a test accuracy if `tested`.

    Refits are left out: their validation figures are those of the models that they refit.
    """
    names = [name for name in rank_models(report, split="validation") if not report["models"][name]["refits"]]
    return [name for name in names if score(report, name, split="test", metric="accuracy")] if tested else names


def models_with_test_score(report: Report) -> list[str]:
    """Return the models that have a test accuracy, highest first."""
    return [name for name in rank_models(report) if score(report, name, split="test", metric="accuracy")]


def trained_once(report: Report, name: str) -> bool:
    """Whether a model with random parts was trained once: another training would come out otherwise."""
    model = report["models"][name]
    return len(model["seeds"]) == 1 and not model["deterministic"]


def models_of(report: Report, architecture: str) -> list[str]:
    """Return the models of an architecture, highest test accuracy first."""
    return [name for name in rank_models(report) if report["models"][name]["architecture"] == architecture]


def paired_test(
    report: Report, first: str, second: str, *, metric: str = "accuracy", split: str = "test"
) -> dict[str, Any] | None:
    """Return the paired test of two models as seen from `first`, with its verdict, or None if none was made.

    `verdict` is "better" or "worse" only where the test is significant. Else it is "equivalent" where the two are shown
    to be less than a point apart, and "unclear" where neither is shown.
    """
    for pair in report["pairs"]:
        if (pair["metric"], pair["split"]) == (metric, split) and {pair["first"], pair["second"]} == {first, second}:
            seen = dict(pair) if pair["first"] == first else turned(pair)
            return {**seen, "verdict": _verdict(seen)}
    return None


def turned(pair: Mapping[str, Any]) -> dict[str, Any]:
    """Return a paired test as seen from its second model."""
    return {
        **pair, "first": pair["second"], "second": pair["first"], "difference": -pair["difference"],
        "low": -pair["high"], "high": -pair["low"], "spreads": pair["spreads"][::-1],
    }  # fmt: skip


def _verdict(pair: Mapping[str, Any]) -> str:
    if not pair["significant"]:
        return "equivalent" if pair["equivalent"] else "unclear"
    return "better" if (pair["difference"] > 0) != (pair["metric"] in LOWER_IS_BETTER) else "worse"


def encoder_pass_seconds(report: Report, name: str) -> dict[str, float]:
    """Return encoding → seconds of its encoder's one pass, where a model reads the states of a frozen encoder."""
    model = report["models"][name]
    if not model["reads_states"]:
        return {}
    encoding = model["settings"]["encoding"]
    states = report["encodings"][encoding]["features"]
    return {encoding: states["seconds"]} if states else {}


def replaced_encoder(report: Report, name: str) -> dict[str, str] | None:
    """Return {"role", "resource"} where another encoder ran than the one that the study names, else None."""
    encoder = report["models"][name]["encoder"]
    return encoder if encoder and encoder["role"] != encoder["resource"] else None
