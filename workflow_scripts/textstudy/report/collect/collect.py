"""report.json: every number of a report, read from the files of its runs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.report.collect.budgets import tuning_budgets
from textstudy.report.collect.changes import changes
from textstudy.report.collect.costs import how_measured
from textstudy.report.collect.explanations import read_explanations
from textstudy.report.collect.memory import read_memory
from textstudy.report.collect.models import collect_model, read_runs
from textstudy.report.collect.phases import read_phases
from textstudy.report.collect.provenance import provenance
from textstudy.report.findings import conclude
from textstudy.report.schema.report import check
from textstudy.storage.files import read_json

STRONGEST_CONFUSIONS = 10


def collect(
    *,
    study: Mapping[str, Any],
    parts: Mapping[str, Sequence[Path]],
    comparison: pd.DataFrame,
    pairs: pd.DataFrame,
    steps: Mapping[str, str],
    command: str,
) -> dict[str, Any]:
    """Return the report of a study; `docs/reference/report-json.md` documents its keys.

    Args:
        study: {"name", "settings", "scaled", "encoders", "corpus", "exposure"} as the study ran.
        parts: kind of file → paths: ledger, corpus, audit, leakage, encodings, manifests, runs, architectures, costs,
            phases (rankings), errors, scrutiny, robustness, explanations, faithfulness, growth, search, exports,
            benchmarks, and of the earlier run that is kept for comparison, baseline (its report) and changes (its
            models against those of this run). A kind that the study does not have has no paths.
        comparison: means, intervals and spreads (a row for each model, split and metric).
        pairs: paired tests.
        steps: step of the preparation → digest of its code.
        command: what makes the report again.
    """
    settings = study["settings"]
    runs = read_runs(parts["runs"])
    phases = read_phases(parts["phases"], settings["phases"])
    winners = {phase["name"]: phase["winner"] for phase in phases}
    costs = read_json(parts["costs"][0])
    models = {
        name: collect_model(name, runs[name], study=study, winners=winners, comparison=comparison, costs=costs)
        for name in settings["models"]
    }
    labels = read_json(parts["corpus"][0])["labels"]
    trainings = [run["training"] for model in runs.values() for run in model.values()]
    report = {
        "study": {
            "name": study["name"],
            "title": settings["title"],
            "description": settings["description"],
            "synthetic": study["corpus"]["synthetic"],
            "settings": settings,
            "scaled": study["scaled"],
            "encoders": study["encoders"],
        },
        "corpus": {"name": settings["preparation"]["corpus"]["name"], **read_json(parts["corpus"][0])},
        "ledger": [line for path in parts["ledger"] for line in read_json(path)],
        "audit": read_json(parts["audit"][0]),
        "leakage": read_json(parts["leakage"][0]),
        "encodings": _encodings(parts["encodings"]),
        "models": models,
        "architectures": {Path(path).parts[-3]: read_json(path) for path in parts["architectures"]},
        "phases": phases,
        "exposure": study["exposure"],
        "errors": only(parts["errors"]),
        "scrutiny": only(parts["scrutiny"]),
        "robustness": only(parts["robustness"]),
        "explanations": read_explanations(parts["explanations"], parts["faithfulness"]),
        "costs": how_measured(costs, trainings),
        "growth": only(parts["growth"]) or {},
        "tuning": tuning_budgets(models, runs, phases, only(parts["search"]) or {}),
        "exports": only(parts["exports"]) or [],
        "memory": read_memory(parts["benchmarks"], settings["memory_limit_gb"]),
        "pairs": [read_pair(row) for row in pairs.to_dict("records")],
        "confusions": {name: _confusions(model["confusion"], labels) for name, model in models.items()},
        "reported": settings["reported"],
        "provenance": provenance(command, parts["manifests"], steps),
    }
    report["changes"] = changes(report, only(parts["baseline"]), only(parts["changes"]))
    return check(conclude(check({**report, "findings": []})))


def only(paths: Iterable[Path | str]) -> Any:
    """Return the contents of the one file, or None where a study has none of its kind."""
    return next(map(read_json, paths), None)


def read_pair(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the comparisons as report.json has it: in place of no number stands null."""
    spreads = [None if pd.isna(spread) else float(spread) for spread in row["spreads"]]
    return {**row, "spreads": spreads, "grouped_by": None if pd.isna(row["grouped_by"]) else row["grouped_by"]}


def _confusions(confusion: Sequence[Sequence[int]], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the strongest confusions: the share of a class's test documents that another class receives."""
    support = Counter()
    for true, _, documents in confusion:
        support[true] += documents
    rows = [
        {"true": labels[true], "predicted": labels[guess], "count": documents, "share": documents / support[true]}
        for true, guess, documents in confusion
        if true != guess
    ]
    return sorted(rows, key=lambda row: (-row["count"], row["true"], row["predicted"]))[:STRONGEST_CONFUSIONS]


def _encodings(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return encoding → its summary, with the coverage of word vectors and the cost of cached states."""
    result: dict[str, dict[str, Any]] = {}
    for path in map(Path, paths):
        summary = result.setdefault(path.parent.name, {})
        if path.stem == "encoding":
            summary.update(read_json(path))
        else:
            summary[path.stem.partition("-")[0]] = read_json(path)
    return result
