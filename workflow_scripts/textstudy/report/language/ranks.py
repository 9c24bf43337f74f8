"""What findings, tables and figures share: ranks, paired tests, costs, published figures."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import listing
from textstudy.report.language.types import Report


def learner(report: Report, name: str) -> str:
    """Return how a model learns: linear, network, neighbours or ensemble."""
    return report["models"][name]["learner"]


def title(report: Report, name: str) -> str:
    """Return what a model is called in the report: its title, or its name in the study."""
    return report["models"].get(name, {}).get("title") or name


def named(report: Report, name: str) -> str:
    """Return what a sentence calls a model: its title, in quotation marks where that holds a comma."""
    shown = title(report, name)
    return f"“{shown}”" if "," in shown else shown


def estimate(report: Report, name: str, *, split: str, metric: str) -> dict[str, Any] | None:
    """Return {"mean", "low", "high", "spread"} of a model's score, or None where there is none."""
    found = (report["models"].get(name, {}).get(split) or {}).get(metric)
    return found if found and found.get("mean") is not None else None


def mean(report: Report, name: str, *, split: str = "test", metric: str = "accuracy") -> float:
    """Return a model's score, or minus infinity where there is none, so that it ranks last."""
    found = estimate(report, name, split=split, metric=metric)
    return found["mean"] if found else float("-inf")


def ranked(report: Report, *, split: str = "test", metric: str = "accuracy") -> list[str]:
    """Return the names of the models, highest score first; equal scores by name."""
    return sorted(report["models"], key=lambda name: (-mean(report, name, split=split, metric=metric), name))


def scored(report: Report) -> list[str]:
    """Return the models that have a test accuracy, highest first."""
    return [name for name in ranked(report) if estimate(report, name, split="test", metric="accuracy")]


def paired(report: Report, first: str, second: str, *, metric: str = "accuracy") -> dict[str, Any] | None:
    """Return the paired test of two models seen from `first`, with its verdict, or None if none was made.

    `verdict` is "better" or "worse" only if the test is significant and the difference has that sign; else "unclear".
    """
    for pair in report.get("pairs") or []:
        if pair["metric"] != metric or {pair["first"], pair["second"]} != {first, second}:
            continue
        seen = dict(pair)
        if pair["first"] != first:
            seen.update(first=first, second=second, difference=-pair["difference"])
            low, high = pair.get("low"), pair.get("high")
            seen.update(low=None if high is None else -high, high=None if low is None else -low)
        signed = "better" if seen["difference"] > 0 else "worse" if seen["difference"] < 0 else "unclear"
        return {**seen, "verdict": signed if pair["significant"] else "unclear"}
    return None


def by_validation(report: Report) -> list[str]:
    """Return the models among which validation chooses, best first: no refit, whose figures there are another's."""
    return [name for name in ranked(report, split="validation") if not report["models"][name].get("refits")]


def states_read(report: Report, name: str) -> dict[str, float]:
    """Return {encoding: seconds of its encoder's one pass} where a model reads the states of a frozen encoder."""
    model = report["models"][name]
    if not model["reads_states"]:
        return {}
    encoding = model["settings"]["encoding"]
    states = report["encodings"][encoding]["features"]
    return {encoding: states["seconds"]} if states else {}


def substituted(report: Report, name: str) -> dict[str, str] | None:
    """Return {"role", "resource"} where another encoder than the one named ran, else None."""
    encoder = report["models"].get(name, {}).get("encoder")
    return encoder if encoder and encoder["role"] != encoder["resource"] else None


def examined(report: Report, part: str) -> Mapping[str, Any]:
    """Return a part of what the examination of errors found (shared, label_issues, reliability, confusions), or {}."""
    return (report.get("errors") or {}).get(part) or {}


def score(report: Report, name: str, split: str, metric: str) -> Mapping[str, Any] | None:
    return (report["models"][name].get(split) or {}).get(metric)


def ensembles(report: Report) -> list[str]:
    """Return the names of the ensembles, highest test accuracy first."""
    return [name for name in ranked(report) if learner(report, name) == "ensemble"]


def sharing(report: Report, names: list[str]) -> str:
    """Return the models of a group as a sentence lists them."""
    return listing([named(report, name) for name in names])
