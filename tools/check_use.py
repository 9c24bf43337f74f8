"""Load every run of finished studies and predict its held-out documents: the bits must be those of its evaluation.

A cascade asks its later members for some texts alone, which share other batches there; it may differ by COMPANY.

python tools/check_use.py STUDY …, or `make check-use STUDY=demo`, in the folder of the project. It also cleans the raw
documents as new texts are cleaned: only those of authors with recurring last lines may come out otherwise.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

import textstudy
from textstudy.prepare.clean import lines_to_strip
from textstudy.storage.files import read_json

COMPANY = 0.01  # of a probability: what the texts beside one may change in 16 bits


class Check(NamedTuple):
    """What was checked, what is expected and what was measured."""

    what: str
    expected: str
    measured: str
    passed: bool


def check_study(name: str) -> Iterator[Check]:
    """Yield the checks of each run of a study, and of its cleaning."""
    report = read_json(f"results/studies/{name}/report.json")
    preparation = report["study"]["settings"]["preparation"]
    documents = pd.read_parquet(f"results/prepared/{preparation['name']}/split.parquet").set_index("id")
    for model_name, model in report["models"].items():
        for run in model["runs"]:
            classifier = textstudy.load(run["folder"])
            predictions = pd.read_parquet(Path(run["folder"], "predictions.parquet")).set_index("id")
            for split in ("validation", "test") if predicts_validation(model) else ("test",):
                kept = predictions[predictions["split"] == split]
                found = classifier.predict_proba(documents.loc[kept.index, "text"], clean=False)
                allowed = COMPANY if model["settings"]["architecture"] == "cascade" else 0.0
                yield compare(f"{model_name}, {run['seed']}, {split}", found, np.stack(kept["probabilities"]), allowed)
    raw = pd.read_parquet(f"results/corpora/{preparation['corpus']['name']}/documents.parquet").set_index("id")["text"]
    yield compare_cleaning(raw.loc[documents.index], documents["text"], classifier, preparation["clean"])


def predicts_validation(model: dict[str, Any]) -> bool:
    """Whether the run that is loaded is the one that predicted validation: no refit, no fit on parts of validation."""
    return not model["refits"] and (not model["members"] or model["settings"].get("method") == "average")


def compare(what: str, found: np.ndarray, expected: np.ndarray, allowed: float) -> Check:
    """Return whether two arrays of probabilities are the same, or differ by as much as is allowed at most."""
    difference = float(np.abs(found - expected).max())
    labels = int((found.argmax(axis=1) != expected.argmax(axis=1)).sum())
    other = f"differ by {difference:.1e} at most, {labels} labels"
    measured = "the same bits" if np.array_equal(found, expected) else other
    wanted = f"differ by {allowed:g} at most" if allowed else "the same bits"
    return Check(f"{what}: {len(expected):,} documents", wanted, measured, difference <= allowed)


def compare_cleaning(raw: pd.Series, clean: pd.Series, classifier: Any, settings: dict[str, Any]) -> Check:
    """Return how many texts come out of the cleaning of new texts as those of the preparation."""
    differ = int((np.array(classifier.clean(raw), dtype=object) != clean.to_numpy(object)).sum())
    allowed = sum(bool(lines) for lines in lines_to_strip(raw, settings))
    what = f"cleaned otherwise as new texts, of {len(raw):,}"
    return Check(what, f"at most {allowed:,}, with recurring last lines", f"{differ:,}", differ <= allowed)


def main(studies: list[str]) -> int:
    """Print the checks of the studies; return 1 if one fails."""
    table = Table("study", "what", "expected", "measured", "")
    failed = 0
    for name in studies:
        for check in check_study(name):
            table.add_row(name, check.what, check.expected, check.measured, "ok" if check.passed else "FAILED")
            failed += not check.passed
    Console(width=150).print(table)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["demo"]))
