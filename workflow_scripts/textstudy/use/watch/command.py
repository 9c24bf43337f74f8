"""What `textstudy watch` does: compare, write the page, the JSON file and the documents to label."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.storage.files import write_json
from textstudy.storage.spreadsheet import write_rows
from textstudy.use.load import find_run
from textstudy.use.usage import read_usage
from textstudy.use.watch.compare import compare
from textstudy.use.watch.estimate import estimate_accuracies
from textstudy.use.watch.groups import group_numbers, share_together
from textstudy.use.watch.label_next import choose_next
from textstudy.use.watch.measure import Gauge
from textstudy.use.watch.page import write_page
from textstudy.use.watch.prepare import prepare_new, read_held_out
from textstudy.use.watch.result import describe_documents, describe_findings
from textstudy.use.watch.texts import read_new
from textstudy.use.watch.verdict import Thresholds

OK, ALARM, ERROR = 0, 1, 2  # exit statuses
TO_LABEL = 50  # documents


def print_watch(model: Path, path: Path, out: Path, *, p_value: float, drop: float, **options: Any) -> int:
    """Do what `watch` does, print what passed a threshold, and return the exit status.

    Any error is `ERROR`, so that a job that runs nightly never takes one for an alarm.
    """
    try:
        result = watch(model, path, out, thresholds=Thresholds(p_value, drop), **options)
    except StudyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return ERROR
    except Exception:
        traceback.print_exc()
        return ERROR
    print("\n".join(result["alarms"] or ["No alarm."]))
    print(f"{out / 'watch.html'} shows what was compared, {out / 'label_next.csv'} which documents to label next.")
    return ALARM if result["alarms"] else OK


def watch(
    model: Path, path: Path, out: Path, *, thresholds: Thresholds, name: str | None = None, text: str | None = None,
    labels: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Compare new texts with the held-out documents of a model, write the results to a folder, and return them.

    Args:
        model: a run, or a study.
        path: the file of the new texts.
        out: gets watch.html, watch.json and label_next.csv.
        thresholds: for alarms.
        name: of the model in the study; by default the one that it recommends.
        text: column of the texts; by default that of the study.
        labels: column of labels, which need not be on every row.

    Raises:
        StudyError: there is no such model, its held-out documents are not there, or the new texts cannot be used.
    """
    usage = read_usage(find_run(model, model=name))
    held_out = read_held_out(usage)
    found = read_new(path, usage.columns, text, labels)
    new, dropped = prepare_new(found.frame, usage)
    gauge = Gauge(usage)
    if labels is not None:
        _check_labels(new["label"], gauge.classifier.classes_, labels, path)
    old_side = gauge.measure(held_out["text"].tolist(), "held-out documents")
    new_side = gauge.measure(new["text"].tolist(), "new documents")
    groups = group_numbers(held_out)
    comparison = compare(old_side, new_side, list(groups.values()))
    accuracies = estimate_accuracies(
        old_side.frame, held_out[["split", "label"]].to_numpy(str), new_side.frame, new["label"].to_numpy(str)
    )
    chosen = choose_next(comparison.features, new_side.probabilities, TO_LABEL)
    result = {
        "model": {"name": usage.model, "title": usage.title, "study": usage.study, "seed": usage.seed},
        "held_out": {"parts": list(usage.held_out), "documents": len(held_out)},
        "new": {
            "file": path.name, "rows": found.read, "sampled": found.sampled,
            "unreadable": found.sampled - len(found.frame), **dropped, "compared": len(new),
            "labelled": int((new["label"] != "").sum()),
        },
        "groups": {kind: share_together(numbers) for kind, numbers in groups.items()},
        **describe_findings(old_side, new_side, comparison, accuracies, thresholds),
        "label_next": describe_documents(new, new_side, chosen),
    }  # fmt: skip
    _write(result, new["raw"].iloc[chosen], out)
    return result


def _write(result: dict[str, Any], raw: Sequence[str], out: Path) -> None:
    """Write the three files; `raw` are the texts to label as they were written."""
    write_page(result, out / "watch.html")
    write_json(out / "watch.json", result)
    rows = [[each["row"], each["predicted"], each["confidence"], text, ""]
            for each, text in zip(result["label_next"], raw, strict=True)]  # fmt: skip
    write_rows(out / "label_next.csv", ["row", "predicted", "confidence", "text", "label"], rows)


def _check_labels(labels: pd.Series, known: np.ndarray, column: str, path: Path) -> None:
    given = labels[labels != ""]
    if given.empty:
        raise StudyError(f"the column {column!r} of {path} has no label on any row that is compared: fill in some.")
    if not given.isin(known).any():
        raise StudyError(
            f"no label in column {column!r} of {path} is one of this model ({given.iloc[0]!r} is not among "
            f"{', '.join(map(repr, known.tolist()[:10]))}{' …' if len(known) > 10 else ''}): name another column."
        )
