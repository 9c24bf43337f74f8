"""What `textstudy watch` does: compare, write the page, the JSON file and the documents to label."""

import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.robustness.tokens import load_token_counter
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import write_json
from textstudy.storage.spreadsheet import write_rows
from textstudy.use.load import find_run, load_run
from textstudy.use.usage import Usage, read_usage
from textstudy.use.watch.changes import count_categories
from textstudy.use.watch.compare import Comparison, compare
from textstudy.use.watch.estimate import Accuracy, by_difference, estimate, measure_accuracy, thresholded
from textstudy.use.watch.label_next import choose_next
from textstudy.use.watch.measure import Measured, measure
from textstudy.use.watch.page import write_page
from textstudy.use.watch.prepare import prepare_new, read_held_out
from textstudy.use.watch.texts import read_new
from textstudy.use.watch.verdict import Thresholds, alarms

TO_LABEL = 50  # documents
OK, ALARM, ERROR = 0, 1, 2  # exit statuses


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
    model: Path, path: Path, out: Path, *, thresholds: Thresholds, name: str | None = None, text: str = "text",
    labels: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Compare new texts with the held-out documents of a model, write the results to a folder, and return them.

    Args:
        model: a run, or a study.
        path: the file of the new texts.
        out: gets watch.html, watch.json and label_next.csv.
        thresholds: for alarms.
        name: of the model in the study; by default the one that it recommends.
        text: column of the texts.
        labels: column of labels, which need not be on every row.

    Raises:
        StudyError: there is no such model, its held-out documents are not there, or the new texts cannot be used.
    """
    usage = read_usage(find_run(model, model=name))
    classifier = load_run(usage.folder)
    new_texts = read_new(path, text, labels)
    held_out = read_held_out(usage)
    new, dropped = prepare_new(new_texts, usage)
    if labels is not None:
        _check_labels(new["label"], classifier.classes_, labels, path)
    counters = _counters(usage)
    old_side = measure(held_out["text"].tolist(), classifier, counters, progress="held-out documents")
    new_side = measure(new["text"].tolist(), classifier, counters, progress="new documents")
    comparison = compare(old_side, new_side)
    accuracies = estimate_accuracies(old_side, held_out, new_side, new["label"].to_numpy(str))
    chosen = choose_next(comparison.features[len(old_side) :], new_side.probabilities, TO_LABEL)
    result = {
        "model": {"name": classifier.name, "title": classifier.title, "study": usage.study, "seed": usage.seed},
        "held_out": {"parts": list(usage.held_out), "documents": len(old_side)},
        "new": {
            "file": path.name, "rows": new_texts.read, "sampled": len(new_texts.texts) + new_texts.unreadable,
            "unreadable": new_texts.unreadable, **dropped, "compared": len(new_side),
            "labelled": int((new["label"] != "").sum()),
        },
        "thresholds": asdict(thresholds),
        "alarms": alarms(comparison, accuracies, thresholds),
        "changes": _changes(comparison),
        "left_out": dict(comparison.left_out),
        "words": [asdict(word) for word in comparison.words],
        "shares": {name: _shares(old_side, new_side, name) for name in ("predicted", "language")},
        "accuracy": {
            "held_out": _held_out_accuracy(old_side, held_out),
            **{how: asdict(accuracy) for how, accuracy in accuracies.items()},
        },
        "label_next": [_describe(new.iloc[place], new_side.frame.iloc[place]) for place in chosen],
    }  # fmt: skip
    write_page(result, out / "watch.html")
    write_json(out / "watch.json", result)
    columns = ["row", "predicted", "confidence", "text", "label"]
    rows = [[*(row[column] for column in columns[:3]), new["raw"].iloc[place], ""]
            for row, place in zip(result["label_next"], chosen, strict=True)]  # fmt: skip
    write_rows(out / "label_next.csv", columns, rows)
    return result


def _counters(usage: Usage) -> list[Any]:
    """Return a counter of tokens of the model, or one of each member of an ensemble."""
    if usage.members:
        return [counter for folder in usage.members.values() for counter in _counters(read_usage(folder))]
    return [load_token_counter(read_run(RunFiles.from_inputs(usage.folder, usage.files)))]


def _check_labels(labels: pd.Series, known: np.ndarray, column: str, path: Path) -> None:
    given = labels[labels != ""]
    if given.empty:
        raise StudyError(f"the column {column!r} of {path} has no label on any row that is compared: fill in some.")
    if not given.isin(known).any():
        raise StudyError(
            f"no label in column {column!r} of {path} is one of this model ({given.iloc[0]!r} is not among "
            f"{', '.join(map(repr, known.tolist()[:10]))}{' …' if len(known) > 10 else ''}): name another column."
        )


def estimate_accuracies(
    old: Measured, held_out: pd.DataFrame, new: Measured, labels: np.ndarray
) -> dict[str, Accuracy]:
    """Return the accuracy on new documents: `thresholded` and `by_difference`, and `measured` where there are labels.

    Of the held-out documents only those for test count, which had no part in the choice of anything.
    """
    tested = (held_out["split"] == "test").to_numpy()
    right = (old.frame["predicted"] == held_out["label"]).to_numpy()[tested]
    sure = old.frame["confidence"].to_numpy()[tested], right, new.frame["confidence"].to_numpy()
    found = {"thresholded": estimate(thresholded, *sure), "by_difference": estimate(by_difference, *sure)}
    labelled = labels != ""
    if labelled.any():
        found["measured"] = measure_accuracy(right, (new.frame["predicted"].to_numpy() == labels)[labelled])
    return found


def _held_out_accuracy(old: Measured, held_out: pd.DataFrame) -> float:
    tested = (held_out["split"] == "test").to_numpy()
    return float((old.frame["predicted"] == held_out["label"]).to_numpy()[tested].mean())


def _changes(comparison: Comparison) -> list[Mapping[str, Any]]:
    return [
        {**asdict(change), "adjusted_p_value": comparison.adjusted[name]} for name, change in comparison.changes.items()
    ]


def _shares(old: Measured, new: Measured, name: str) -> list[dict[str, Any]]:
    counts, names = count_categories(old.frame[name], new.frame[name])
    shares = counts / counts.sum(axis=1, keepdims=True)
    return [
        {"name": name, "old": before, "new": after} for name, before, after in zip(names, *shares.tolist(), strict=True)
    ]


def _describe(document: pd.Series, measured: pd.Series) -> dict[str, Any]:
    return {
        "row": int(document["row"]),
        "text": document["text"],
        "predicted": str(measured["predicted"]),
        "confidence": float(measured["confidence"]),
    }
