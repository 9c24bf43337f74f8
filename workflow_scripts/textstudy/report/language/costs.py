"""What a model costs, with the models on which it is built; the cheapest; those that no other beats on accuracy too.

Times differ from one measurement to the next, so a cost is a range, and two models whose ranges overlap are tied.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from textstudy.report.language.ranks import encoder_pass_seconds, mean_score, models_of, models_with_test_score
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.types import Report

# A training is timed once a seed, with other trainings beside it, so its time is not known better than this share. The
# peak memory of a process differs a little from run to run too.
TIME_NOISE, MEMORY_NOISE = 0.2, 0.05


class Range(NamedTuple):
    """A cost as measured: the lowest value, the one that is shown, and the highest."""

    low: float
    shown: float
    high: float

    def widened(self, share: float) -> "Range":
        """Return the range with at least this share of the shown value on each side."""
        return Range(min(self.low, self.shown * (1 - share)), self.shown, max(self.high, self.shown * (1 + share)))


def tied(first: Range, second: Range) -> bool:
    """Return whether two ranges overlap, so that it is not shown which of the two costs is lower."""
    return first.low <= second.high and second.low <= first.high


def cost_note(report: Report) -> str:
    """Return sentences on what some costs include, each after a space; empty where they include nothing."""
    parts = []
    if models_of(report, "ensemble"):
        parts.append("The time and parameters of an ensemble include those of its members.")
    if models_of(report, "cascade"):
        parts.append(
            "The time and parameters of a cascade include those of its members, the time to classify as often as each "
            "is asked."
        )
    if refitted_models(report):
        parts.append("The time of a refit includes that of the model that it refits.")
    if encoder_passes(report, report["models"]):
        parts.append("The time of a model that reads the states of a frozen encoder includes the encoder's pass.")
    return "".join(f" {part}" for part in parts)


def foundations(report: Report, name: str) -> list[str]:
    """Return the models on which a model is built: the members of an ensemble, the base of a refit, and theirs too."""
    model = report["models"][name]
    direct = [*_members(report, name), *([model["refits"]] if model["refits"] else [])]
    return sorted({*direct, *(deeper for each in direct for deeper in foundations(report, each))})


def _members(report: Report, name: str) -> Mapping[str, int]:
    """Return member → total parameters of an ensemble; empty for other models."""
    members = report["models"][name]["members"]
    return members if members else {}


def training_seconds(report: Report, name: str) -> float:
    """Return the seconds of one training run, with all that it needs.

    That is one run of each model on which it is built, and the pass of each frozen encoder whose states they read.
    """
    parts = [name, *foundations(report, name)]
    own = sum(report["models"][part]["seconds"]["train"] for part in parts)
    return own + sum(encoder_passes(report, parts).values())


def encoder_passes(report: Report, names: Iterable[str]) -> dict[str, float]:
    """Return encoding → seconds of the one pass of its encoder, for the encodings whose states some models read."""
    return {encoding: seconds for name in names for encoding, seconds in encoder_pass_seconds(report, name).items()}


def training_memory(report: Report, name: str) -> float:
    """Return the peak memory of one training run, or that of a model on which it is built if it is higher; in MB."""
    return max(report["models"][part]["memory_mb"]["peak"] for part in (name, *foundations(report, name)))


def latency(report: Report, name: str) -> float:
    """Return the median milliseconds to classify a document on one thread; an ensemble's includes its members."""
    return report["models"][name]["inference"]["latency_ms_median"]


def parameters(report: Report, name: str) -> int:
    """Return how many parameters a prediction needs: the model's, frozen ones too, and those of its members."""
    return report["models"][name]["parameters"]["total"] + sum(_members(report, name).values())


COSTS: dict[str, Callable[[Report, str], float]] = {
    "training_time": training_seconds,
    "latency": latency,
    "parameters": parameters,
    "memory": training_memory,
}


def cost_range(report: Report, name: str, cost: str) -> Range:
    """Return one of the `COSTS` of a model as a range.

    That of the latency is from the lowest to the highest round of its measurement; that of the training time is over
    the seeds, of each model on which it is built too, and at least `TIME_NOISE` wide on each side. On a CPU both reach
    down to the processor time: alone on the machine, the work would have taken no longer. The range of the memory is
    `MEMORY_NOISE` wide. Parameters are counted, so their range is one number.
    """
    shown = COSTS[cost](report, name)
    if cost == "latency":
        inference = report["models"][name]["inference"]
        alone = inference["cpu_ms"] if inference["device"] == "cpu" else math.inf
        return Range(min(inference["latency_ms_low"], alone), shown, inference["latency_ms_high"])
    if cost == "training_time":
        spans = [_training_span(report, part) for part in (name, *foundations(report, name))]
        below, above = (sum(span.shown - span.low for span in spans), sum(span.high - span.shown for span in spans))
        return Range(shown - below, shown, shown + above).widened(TIME_NOISE)
    return Range(shown, shown, shown).widened(MEMORY_NOISE if cost == "memory" else 0.0)


def _training_span(report: Report, name: str) -> Range:
    """Return the time of a model's own training over its seeds, and on a CPU down to the processor time."""
    model = report["models"][name]
    seconds, low = model["seconds"], model["seconds"]["train_low"]
    if all(used["device"] == "cpu" for used in model["devices"]):
        low = min(low, seconds["cpu"])
    return Range(low, seconds["train"], seconds["train_high"])


def cheapest(report: Report, names: Sequence[str], cost: str = "latency") -> list[str]:
    """Return those of some models whose cost is tied with the lowest, cheapest first.

    The cost of a model is the median time to classify one document on one thread, if no other `cost` is asked for.
    Times that are tied do not decide; among them the model with fewer parameters comes first, then the one with the
    shorter training, then the one that comes first by name.
    """
    ranges = {name: cost_range(report, name, cost) for name in names}
    if not ranges:
        return []
    lowest = min(ranges.values(), key=lambda found: (found.shown, found.high))
    found = [name for name in ranges if tied(ranges[name], lowest)]
    return sorted(
        found,
        key=lambda name: (not trains(report, name), parameters(report, name), training_seconds(report, name), name),
    )


def trains(report: Report, name: str) -> bool:
    """Return whether a model learns here from what it is built on; a language model with a prompt does not."""
    return all(report["models"][part]["learner"] != "prompted" for part in (name, *foundations(report, name)))


def pareto_front(report: Report, cost: str) -> tuple[list[str], dict[str, tuple[float, float]]]:
    """Return the models that no other beats on both cost and accuracy, cheapest first; and (cost, accuracy) of all.

    Costs of 0 are left out: a logarithmic axis has no place for them. So are models that do not train, of costs other
    than the latency: their time, memory and parameters are those of a machine elsewhere, or nothing.
    """
    points = {
        name: (price, mean_score(report, name))
        for name in models_with_test_score(report)
        if (price := COSTS[cost](report, name)) > 0 and (cost == "latency" or trains(report, name))
    }
    front: list[str] = []
    for name in sorted(points, key=lambda each: (points[each][0], -points[each][1], each)):
        if not front or points[name][1] > points[front[-1]][1]:
            front.append(name)
    return front, points
