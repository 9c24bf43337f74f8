"""Confusions of a model: how often, between which classes, and in which documents."""

from typing import Any

from textstudy.report.language.escaping import Markdown, markdown, plain
from textstudy.report.language.numbers import count, percent
from textstudy.report.language.ranks import errors_part, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def classes(report: Report, name: str) -> Table:
    """Precision, recall and F1 of each class of a model."""
    return Table(
        f"table-classes-{name}",
        f"Scores of {title(report, name)} by class: means over seeds on test, in per cent.",
        ["Class", "Precision", "Recall", "F1", "Documents"], "lrrrr",
        [
            [row["label"], percent(row["precision"]), percent(row["recall"]), percent(row["f1"]), count(row["support"])]
            for row in report["models"][name].get("per_class") or []
        ],
    )  # fmt: skip


STRONGEST = 3  # confusions of a model that are shown by example
SAID = 160  # characters of a document that a cell shows
SHADES = 7  # of a cell of the matrix, by the share of its class


def strongest(report: Report, name: str) -> Table:
    """The most frequent confusions of a model."""
    return Table(
        f"table-confusions-{name}",
        f"Most frequent confusions of {title(report, name)}: documents on test, summed over its seeds, and their share "
        "of the true class.",
        ["True class", "Taken for", "Documents", "Share (%)"], "llrr",
        [
            [row["true"], row["predicted"], count(row["count"]), percent(row["share"])]
            for row in (report.get("confusions") or {}).get(name, [])[:10]
        ],
    )  # fmt: skip


def examples(report: Report, name: str) -> Table:
    """The strongest confusions of a model, by the documents it was surest of."""
    found = errors_part(report, "confusions").get(name) or []
    return Table(
        f"table-confused-{name}",
        f"Documents behind the strongest confusions of {title(report, name)}: those it was surest of.",
        ["True class", "Taken for", "Document", "Text", "Probability (%)"], "llllr",
        [
            [pair["true"], pair["predicted"], row["id"], row["text"], percent(row["probability"])]
            for pair in found[:STRONGEST] for row in pair["examples"]
        ],
    )  # fmt: skip


def matrix(report: Report, name: str) -> Table:
    """All confusions of a model with a document for each, for a page whose cells can be pointed at."""
    labels, counts = report["corpus"]["labels"], report["models"][name].get("confusion") or []
    found = errors_part(report, "confusions").get(name) or []
    examples = {(pair["true"], pair["predicted"]): pair["examples"][0] for pair in found}
    rows = []
    for true, row in zip(labels, counts, strict=False):
        cells = [
            _cell(number, sum(row), true=true, guess=guess, example=examples.get((true, guess)))
            for guess, number in zip(labels, row, strict=True)
        ]
        rows.append([true, *cells])
    return Table(
        f"matrix-{name}",
        f"Confusion matrix of {title(report, name)} on test, in documents, summed over its seeds: rows are true "
        "classes, columns what they were taken for, the shade is the share of the true class. Point at a number, or "
        "move to it with the tab key, to read it with an example.",
        ["True class", *labels], "l" + "r" * len(labels), rows, kind="matrix",
    )  # fmt: skip


def _cell(number: int, total: int, *, true: str, guess: str, example: dict[str, Any] | None) -> Markdown:
    """Return a count, shaded by its share of the class, and what is said when it is pointed at."""
    if not number:
        return Markdown(" ")
    share = number / total
    shown = f"[{count(number)}]{{.heat-{round(SHADES * share)}}}"
    said = f"{true}, taken for {guess}: {count(number)} of {count(total)} ({percent(share)} %)."
    if true == guess:
        said = f"{true}, recognised: {count(number)} of {count(total)} ({percent(share)} %)."
    said += f" For example {example['id']}: {plain(example['text'], SAID)}" if example else ""
    return Markdown(f"{shown}[{markdown(said)}]{{.tip}}")
