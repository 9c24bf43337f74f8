"""What differs from the earlier run that is kept for comparison: settings, data, code, software."""

from collections.abc import Iterator, Mapping
from typing import Any

from textstudy.report.language.numbers import count
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Report

TEXTS = ("title", "description")  # of a study and of its models: they change no number


def changes(
    report: Report, baseline: Report | None, models: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, Any] | None:
    """Return what stands under `changes` in report.json; None without an earlier run.

    Args:
        report: the new report, complete but for its changes and findings.
        baseline: report.json of the earlier run.
        models: what `evaluate.baseline.compare_with_baseline` returned.
    """
    if baseline is None or models is None:
        return None
    parts = {"settings": _settings, "data": _data, "code": _code, "software": _software}
    return {
        "kept": baseline["kept"],
        "models": models,
        **{name: list(_differences(part(baseline), part(report))) for name, part in parts.items()},
    }


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each key whose values differ; a key that one side lacks has None there."""
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield {"what": key, "before": before.get(key), "after": after.get(key)}


def _settings(report: Report) -> dict[str, str]:
    flat = flatten_settings(report["study"]["settings"])
    return {key: value for key, value in flat.items() if key.rpartition(".")[2] not in TEXTS}


def _data(report: Report) -> dict[str, Any]:
    documents = {f"{split} documents": count(number) for split, number in report["corpus"]["documents"].items()}
    documents["ids, texts, labels and splits"] = report["audit"]["digest"]
    return documents | {row["name"]: row["sha256"] for row in report["provenance"]["resources"]}


def _code(report: Report) -> dict[str, Any]:
    runs = {name: model["runs"][0]["code"] for name, model in report["models"].items()}
    return {**report["provenance"]["code"], **{f"training of {name}": digest for name, digest in runs.items()}}


def _software(report: Report) -> dict[str, Any]:
    return {**report["provenance"]["versions"], **report["provenance"]["machine"]}
