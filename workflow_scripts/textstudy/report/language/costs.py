"""What a model costs, with the models on which it is built, and which models no other beats on cost and accuracy."""

from collections.abc import Callable, Iterable, Mapping

from textstudy.report.language.ranks import encoder_pass_seconds, mean_score, models_with_test_score
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.types import Report


def cost_note(report: Report) -> str:
    """Return sentences on what some costs include, each after a space; empty where they include nothing."""
    parts = []
    if any(model["learner"] == "ensemble" for model in report["models"].values()):
        parts.append("The time and parameters of an ensemble include those of its members.")
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
    """Return the median milliseconds to classify a document; an ensemble's includes its members."""
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


def cheapest(report: Report, names: Iterable[str]) -> list[str]:
    """Return the models whose cost of a prediction is tied with the lowest, cheapest first."""
    costs = {name: latency(report, name) for name in names}
    least = min(costs.values(), default=0.0)
    return sorted(
        (name for name in costs if costs[name] <= least), key=lambda name: (training_seconds(report, name), name)
    )


def pareto_front(report: Report, cost: str) -> tuple[list[str], dict[str, tuple[float, float]]]:
    """Return the models that no other beats on both cost and accuracy, cheapest first; and (cost, accuracy) of all.

    Costs of 0 are left out: a logarithmic axis has no place for them.
    """
    points = {
        name: (price, mean_score(report, name))
        for name in models_with_test_score(report)
        if (price := COSTS[cost](report, name)) > 0
    }
    front: list[str] = []
    for name in sorted(points, key=lambda each: (points[each][0], -points[each][1], each)):
        if not front or points[name][1] > points[front[-1]][1]:
            front.append(name)
    return front, points
