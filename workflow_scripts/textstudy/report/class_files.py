"""Two CSV files beside a report: a row for each class, and a row for each confusion of each model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textstudy.prepare.loss_warnings import documents_before
from textstudy.report.language.many_classes import documents_by_class
from textstudy.report.language.types import Report
from textstudy.storage.spreadsheet import write_rows

SPLITS = ("train", "validation", "test")
SCORES = ("precision", "recall", "f1")
CONFUSIONS = ("model", "true class", "predicted class", "documents", "share of true class")


def write_class_files(report: Report, classes: Path, confusions: Path) -> None:
    """Write all that the report knows of each class, and every confusion of its models, strongest first.

    Classes that the preparation has lost stand in the first file, without documents in any split.
    """
    scores = [f"{name} {score}" for name in report["models"] for score in SCORES]
    words = [f"words for {name}" for name in report["explanations"]]
    write_rows(classes, ["class", "in corpus", *SPLITS, *scores, "typical words", "words of a linear model", *words],
               _classes(report))  # fmt: skip
    write_rows(confusions, CONFUSIONS, _confusions(report))


def _classes(report: Report) -> Iterator[list[Any]]:
    corpus, features = report["corpus"], report["audit"]["top_features"]
    explained = [each["top_words"] for each in report["explanations"].values()]
    before = documents_before(report["ledger"][0]) if report["ledger"] else {}
    of_models = [{row["label"]: row for row in model["per_class"]} for model in report["models"].values()]
    for label in dict.fromkeys([*corpus["labels"], *before]):
        yield [
            label, before.get(label, ""), *(corpus["by_label"][split].get(label, 0) for split in SPLITS),
            *(rows[label][score] if label in rows else "" for rows in of_models for score in SCORES),
            " ".join(each["word"] for each in corpus["class_words"].get(label, [])),
            " ".join(each["feature"] for each in features.get(label, [])),
            *(" ".join(word for word, _ in words.get(label, [])) for words in explained),
        ]  # fmt: skip


def _confusions(report: Report) -> Iterator[list[Any]]:
    labels = report["corpus"]["labels"]
    for name, model in report["models"].items():
        support = documents_by_class(model["confusion"])
        for true, predicted, documents in sorted(model["confusion"], key=lambda cell: (-cell[2], cell)):
            if true != predicted:
                yield [name, labels[true], labels[predicted], documents, documents / support[true]]
