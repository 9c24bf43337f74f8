"""What a model costs with all that it is built on, and which models no other beats on both cost and accuracy."""

from collections.abc import Callable, Iterable

from textstudy.report.language.ranks import mean, scored, states_read
from textstudy.report.language.refits import refits
from textstudy.report.language.types import Report


def built_on(report: Report) -> str:
    """Return the sentence on the costs of models that build on others or on cached states, after a space, if any."""
    parts = []
    if any(model["learner"] == "ensemble" for model in report["models"].values()):
        parts.append("of an ensemble, time and parameters include those of its members")
    if refits(report):
        parts.append("of a refit, time includes that of the model it refits")
    if encoder_passes(report, report["models"]):
        parts.append("of a model that reads the states of a frozen encoder, time includes the encoder's pass")
    sentence = "; ".join(parts)
    return f" {sentence[0].upper()}{sentence[1:]}." if parts else ""


def foundations(report: Report, name: str) -> list[str]:
    """Return the models that a model is built on: an ensemble's members, what a refit refits, and theirs in turn."""
    model = report["models"].get(name, {})
    direct = [*(model.get("members") or {}), *filter(None, [model.get("refits")])]
    return sorted({*direct, *(deeper for each in direct for deeper in foundations(report, each))})


def training_seconds(report: Report, name: str) -> float | None:
    """Return the time of one training run with all it builds on; None where a part is not known.

    That is one run of each model it is built on, and the pass of each frozen encoder whose states they read.
    """
    found = _of_foundations(report, name, "seconds", "train")
    passes = encoder_passes(report, [name, *foundations(report, name)])
    return None if None in found else sum(found) + sum(passes.values())


def encoder_passes(report: Report, names: Iterable[str]) -> dict[str, float]:
    """Return {encoding: seconds of its encoder's one pass}, each once, of the states that some models read."""
    return {encoding: taken for name in names for encoding, taken in states_read(report, name).items()}


def training_memory(report: Report, name: str) -> float | None:
    """Return the peak MB of one training run, or of one of a model it is built on; None where one is not known."""
    found = _of_foundations(report, name, "memory_mb", "peak")
    return None if None in found else max(found)


def _of_foundations(report: Report, name: str, group: str, key: str) -> list[float | None]:
    """A figure of a model, then of all that it is built on."""
    return [(report["models"].get(part, {}).get(group) or {}).get(key) for part in (name, *foundations(report, name))]


def latency(report: Report, name: str) -> float | None:
    """Return the median milliseconds to classify a document; an ensemble's was measured with its members."""
    return (report["models"][name].get("inference") or {}).get("latency_ms_median")


def parameters(report: Report, name: str) -> int | None:
    """Return how many parameters a prediction needs: the model's, frozen ones too, and those of its members."""
    model = report["models"][name]
    own = (model.get("parameters") or {}).get("total")
    return None if own is None else own + sum((model.get("members") or {}).values())


COSTS: dict[str, Callable[[Report, str], float | None]] = {
    "training_time": training_seconds,
    "latency": latency,
    "parameters": parameters,
    "memory": training_memory,
}


def pareto_front(report: Report, cost: str) -> tuple[list[str], dict[str, tuple[float, float]]]:
    """Return the models that no other beats on both cost and accuracy, cheapest first; and (cost, accuracy) of all."""
    points = {
        name: (price, mean(report, name))
        for name in scored(report)
        if (price := COSTS[cost](report, name)) is not None and price > 0
    }
    front: list[str] = []
    for name in sorted(points, key=lambda each: (points[each][0], -points[each][1], each)):
        if not front or points[name][1] > points[front[-1]][1]:
            front.append(name)
    return front, points
