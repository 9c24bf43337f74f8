"""Tables of one model: its confusions, with documents as examples, and its scores by class."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown, plain
from textstudy.report.language.many_classes import CONFUSIONS_FILE, has_many, note, shown_confusions, worst
from textstudy.report.language.numbers import count, percent
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

EXPLAINED = 3  # confusions of a model that have documents as examples
HEADING = 40  # characters of a class above its column, where it is written upright
EXCERPT = 160  # characters of a document that the note on a cell shows
OTHERS = "other classes"
SHADES = 7  # of a cell of the matrix, by the share of its class


def classes(report: Report, name: str) -> Table:
    """Return precision, recall and F1 of a model for each class, of many for the worst, lowest F1 first."""
    rows = {row["label"]: row for row in report["models"][name]["per_class"]}
    return Table(
        f"table-classes-{name}",
        f"Scores by class of {quoted_title(report, name)} on test, in per cent, means over seeds."
        f"{note(report, 'with the lowest F1')}",
        ["Class", "Precision", "Recall", "F1", "Documents"], "lrrrr",
        [
            [row["label"], percent(row["precision"]), percent(row["recall"]), percent(row["f1"]), count(row["support"])]
            for row in (rows[label] for label in worst(report, name))
        ],
    )  # fmt: skip


def strongest(report: Report, name: str) -> Table:
    """Return the most frequent confusions of a model."""
    return Table(
        f"table-confusions-{name}",
        f"Most frequent confusions of {quoted_title(report, name)} on test: documents, summed over its seeds, and "
        f"their share of the true class.{f' The file {CONFUSIONS_FILE} has all.' if has_many(report) else ''}",
        ["True class", "Predicted class", "Documents", "Share (%)"], "llrr",
        [
            [row["true"], row["predicted"], count(row["count"]), percent(row["share"])]
            for row in report["confusions"][name]
        ],
    )  # fmt: skip


def examples(report: Report, name: str) -> Table:
    """Return documents behind the most frequent confusions of a model: those with the most confident wrong answers."""
    return Table(
        f"table-confused-{name}",
        f"Documents behind the most frequent confusions of {quoted_title(report, name)}: those with the highest "
        "probability of the wrong class.",
        ["True class", "Predicted class", "Document", "Text", "Probability (%)"], "llllr",
        [
            [pair["true"], pair["predicted"], row["id"], row["text"], percent(row["probability"])]
            for pair in _confused_pairs(report, name)[:EXPLAINED] for row in pair["examples"]
        ],
    )  # fmt: skip


def _confused_pairs(report: Report, name: str) -> list[Mapping[str, Any]]:
    """Return the confusions of a model with their documents, most frequent first; none where they were not examined."""
    return report["errors"]["confusions"][name] if report["errors"] else []


def strongest_note(report: Report) -> str:
    """Return the end of a caption of a confusion matrix: which classes are shown; empty where all are shown."""
    return note(report, "of the strongest confusions", file=CONFUSIONS_FILE)


def matrix(report: Report, name: str) -> Table:
    """Return the confusion matrix of a model as a table; the page shows a note with an example for each cell."""
    labels, cells = shown_confusions(report, name)
    columns = [*labels, *([OTHERS] if has_many(report) else [])]
    found = {(pair["true"], pair["predicted"]): pair["examples"][0] for pair in _confused_pairs(report, name)}
    rows = [
        [true, *(_cell(*cells.get((row, column), (0, 0)), true=true, predicted=predicted,
                       example=found.get((true, predicted))) for column, predicted in enumerate(columns))]
        for row, true in enumerate(labels)
    ]  # fmt: skip
    return Table(
        f"matrix-{name}",
        f"Confusion matrix of {quoted_title(report, name)} on test, in documents, summed over its seeds. Rows are true "
        "classes, columns are predicted classes, the shade is the share of the true class. Point at a number, or move "
        f"to it with the tab key, to read it with an example.{strongest_note(report)}",
        ["True class", *(plain(each, HEADING) for each in columns)], "l" + "r" * len(columns), rows, kind="matrix",
    )  # fmt: skip


def _cell(number: int, total: int, *, true: str, predicted: str, example: Mapping[str, Any] | None) -> Markdown:
    """Return a number of documents, shaded by its share of the true class, with a note for those who point at it."""
    if not number:
        return Markdown(" ")
    share = number / total
    answer = "classified correctly" if true == predicted else f"classified as {predicted}"
    note = f"{true}, {answer}: {count(number)} of {count(total)} ({percent(share)} %)."
    note += f" For example {example['id']}: {plain(example['text'], EXCERPT)}" if example else ""
    return Markdown(f"[{count(number)}]{{.heat-{round(SHADES * share)}}}[{markdown(note)}]{{.tip}}")
