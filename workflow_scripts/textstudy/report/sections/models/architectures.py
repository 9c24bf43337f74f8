"""Architectures as built: the steps of each model from the input down, and the models that share one architecture."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from textstudy.report.language.numbers import MISSING, count
from textstudy.report.language.ranks import learner, title
from textstudy.report.language.types import Report

DEPTH = 2  # levels of modules within modules that are shown
POOLERS = ("attention", "score", "decoder")  # modules that turn the states of all time steps into one vector


class Row(NamedTuple):
    """One line of a figure: a module, its depth inside others and its numbers."""

    depth: int
    what: str
    name: str
    output: str
    parameters: str
    frozen: bool


def group_by_architecture(report: Report) -> list[list[str]]:
    """Return the models in groups of one architecture, in the order of the study; a refit has that of its base."""
    groups: dict[str, list[str]] = {}
    for name, model in report["models"].items():
        found = steps(report, model["refits"] or name)
        if found:
            groups.setdefault(json.dumps(found), []).append(name)
    return list(groups.values())


def steps(report: Report, name: str) -> list[dict[str, Any]]:
    """Return the steps of a model in order; those of pooling and of an ensemble, which are no modules, are added."""
    if learner(report, name) == "ensemble":
        return _ensemble_steps(report, report["models"][name])
    if name not in report["architectures"]:
        return []
    found = report["architectures"][name]["steps"]
    pooling = report["models"][name]["settings"].get("pooling")
    if not pooling or any(step["name"] in POOLERS for step in found):
        return found
    for place, (step, after) in enumerate(zip(found, found[1:], strict=False)):
        if _has_time_steps(step) and not _has_time_steps(after):
            pooled = {**step, "name": "pooling", "type": f"pooling: {pooling}", "parameters": 0, "trainable": 0,
                      "repeats": 1, "steps": [], "output": ["batch", step["output"][-1]]}  # fmt: skip
            return [*found[: place + 1], pooled, *found[place + 1 :]]
    return found


def _has_time_steps(step: Mapping[str, Any]) -> bool:
    return any(str(size).startswith("time") for size in step["output"])


def _ensemble_steps(report: Report, model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return two steps: the predictions of the members, and the method that combines them."""
    classes = len(report["corpus"]["labels"])
    plain = {"parameters": 0, "trainable": 0, "repeats": 1, "steps": [], "output": ["batch", classes]}
    members = [
        {**plain, "name": "probabilities", "type": title(report, member), "parameters": size}
        for member, size in model["members"].items()
    ]
    predictions = {**plain, "name": f"{len(members)} prediction files", "type": "members", "steps": members,
                   "output": [len(members), "batch", classes],
                   "parameters": sum(model["members"].values())}  # fmt: skip
    own = model["parameters"]["total"]
    how = model["settings"].get("method", "the first that is sure")
    method = {**plain, "name": "", "type": f"combine: {how}", "parameters": own,
              "trainable": own}  # fmt: skip
    return [predictions, method]


def describe_steps(report: Report, name: str) -> str:
    """Return the steps as a sentence, for readers who do not see the figure."""
    parts = [f"{row.what} {row.output}" for step in steps(report, name) for row in rows(step) if row.depth == 0]
    return f"From the input down: {'; '.join(parts)}."


def rows(step: Mapping[str, Any], depth: int = 0) -> Iterator[Row]:
    """Yield a line for a step and one for each module inside it."""
    times = f"{step['repeats']} × " if step["repeats"] > 1 else ""
    output = f"({', '.join(f'{size:,}' if isinstance(size, int) else size for size in step['output'])})"
    frozen = step["parameters"] > 0 and step["trainable"] == 0
    parameters = count(step["parameters"] * step["repeats"]) if step["parameters"] else MISSING
    yield Row(depth, f"{times}{step['type']}", step["name"], output, parameters, frozen)
    if depth < DEPTH:
        for inner in step["steps"]:
            yield from rows(inner, depth + 1)
