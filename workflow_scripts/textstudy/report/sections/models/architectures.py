"""Architectures as built: the steps of each model from the input down, and which models are made alike."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from textstudy.report.language.numbers import MISSING, count
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report

DEPTH = 2  # how many modules within one another are shown
POOLERS = ("attention", "score", "decoder")  # modules that make one vector of many by themselves


class Row(NamedTuple):
    """One module as a line: how deep it stands in others, what it is, and its numbers."""

    depth: int
    what: str
    name: str
    output: str
    parameters: str
    frozen: bool


def steps(report: Report, name: str) -> list[dict[str, Any]]:
    """Return the steps of a model in order, with the pooling and an ensemble's join, which are no modules."""
    model = report["models"][name]
    if model["learner"] == "ensemble":
        return _joined(report, model)
    found = ((report.get("architectures") or {}).get(name) or {}).get("steps") or []
    pooling = model["settings"].get("pooling")
    if not pooling or any(step["name"] in POOLERS for step in found):
        return found
    for place, (step, after) in enumerate(zip(found, found[1:], strict=False)):
        if _over_time(step) and not _over_time(after):
            pooled = {**step, "name": "pooling", "type": f"pooling: {pooling}", "parameters": 0, "trainable": 0,
                      "repeats": 1, "steps": [], "output": ["batch", step["output"][-1]]}  # fmt: skip
            return [*found[: place + 1], pooled, *found[place + 1 :]]
    return found


def _over_time(step: Mapping[str, Any]) -> bool:
    return any(str(size).startswith("time") for size in step["output"])


def _joined(report: Report, model: Mapping[str, Any]) -> list[dict[str, Any]]:
    classes = len(report["corpus"]["labels"])
    plain = {"parameters": 0, "trainable": 0, "repeats": 1, "steps": [], "output": ["batch", classes]}
    members = [
        {**plain, "name": "probabilities", "type": title(report, member), "parameters": size}
        for member, size in (model.get("members") or {}).items()
    ]
    own, size = model["parameters"]["total"], sum(step["parameters"] for step in members)
    together = {**plain, "name": f"{len(members)} prediction files", "type": "members", "steps": members,
                "output": [len(members), "batch", classes], "parameters": size}  # fmt: skip
    method = {**plain, "name": "", "type": f"join: {model['settings']['method']}", "parameters": own, "trainable": own}
    return [together, method]


def alike(report: Report) -> list[list[str]]:
    """Return the models in groups of one architecture, in the order of the study; a refit is made as its base."""
    groups: dict[str, list[str]] = {}
    for name, model in report["models"].items():
        found = steps(report, model.get("refits") or name)
        if found:
            groups.setdefault(json.dumps(found), []).append(name)
    return list(groups.values())


def described(report: Report, name: str) -> str:
    """Return the steps as a sentence, for those who do not see the figure."""
    parts = [f"{row.what} {row.output}" for step in steps(report, name) for row in rows(step) if row.depth == 0]
    return f"From the input down: {'; '.join(parts)}."


def rows(step: Mapping[str, Any], depth: int = 0) -> Iterator[Row]:
    """Yield a step and the modules inside it as lines."""
    times = f"{step['repeats']} × " if step["repeats"] > 1 else ""
    output = f"({', '.join(f'{size:,}' if isinstance(size, int) else size for size in step['output'])})"
    frozen = step["parameters"] > 0 and step["trainable"] == 0
    parameters = count(step["parameters"] * step["repeats"]) if step["parameters"] else MISSING
    yield Row(depth, f"{times}{step['type']}", step["name"], output, parameters, frozen)
    if depth < DEPTH:
        for inner in step["steps"]:
            yield from rows(inner, depth + 1)
