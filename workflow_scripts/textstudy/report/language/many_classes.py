"""Which classes figures and tables show where there are many; files beside the report have all of them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from textstudy.report.language.numbers import count
from textstudy.report.language.types import Report

MANY = 50  # classes up to which all are shown
SHOWN, PANELS = 20, 12  # of more: those in a table or a matrix, and those with a panel of their own
CLASSES_FILE, CONFUSIONS_FILE = "classes.csv", "confusions.csv"


def has_many(report: Report) -> bool:
    """Return whether there are more classes than a figure or a table can show."""
    return len(report["corpus"]["labels"]) > MANY


def note(report: Report, which: str, shown: int = SHOWN, *, file: str = CLASSES_FILE) -> str:
    """Return the end of a caption: which classes are shown, and where the others are; empty where all are shown."""
    if not has_many(report):
        return ""
    classes = count(len(report["corpus"]["labels"]))
    return f" Shown are the {shown} of {classes} classes {which}; the file {file} has all."


def largest(report: Report, shown: int = SHOWN) -> list[str]:
    """Return the classes to show of the corpus: all, or of many those with the most documents."""
    labels, by_split = report["corpus"]["labels"], report["corpus"]["by_label"].values()
    return _first(report, labels, lambda label: -sum(split.get(label, 0) for split in by_split), shown)


def worst(report: Report, name: str) -> list[str]:
    """Return the classes to show of the scores of a model: all that have any, or of many those with the lowest F1."""
    rows = {row["label"]: row for row in report["models"][name]["per_class"]}
    scored = [label for label, row in rows.items() if row["support"] or not has_many(report)]
    return _first(report, scored, lambda label: (rows[label]["f1"], -rows[label]["support"]))


def most_changed(report: Report, classes: Sequence[str], changes: Mapping[str, float]) -> list[str]:
    """Return the classes to show of a comparison of models, by how much each class changes, in their old order."""
    found = set(_first(report, classes, lambda label: -changes[label]))
    return [label for label in classes if label in found]


def most_confused(report: Report, name: str) -> list[str]:
    """Return the classes to show of a confusion matrix: all, or of many those of the strongest confusions.

    Classes that are taken for one another stand together. Where there are too few, those with the lowest F1 follow.
    """
    labels = report["corpus"]["labels"]
    if not has_many(report):
        return labels
    cells = report["models"][name]["confusion"]
    support = documents_by_class(cells)
    wrong = [cell for cell in cells if cell[0] != cell[1]]
    wrong.sort(key=lambda cell: (-cell[2], -cell[2] / support[cell[0]], cell))
    confused = [labels[place] for true, predicted, _ in wrong[:SHOWN] for place in (true, predicted)]
    return list(dict.fromkeys([*confused, *worst(report, name)]))[:SHOWN]


def documents_by_class(cells: Sequence[Sequence[int]]) -> Counter[int]:
    """Return true class → documents of a confusion matrix, given as its cells [true, predicted, documents]."""
    total = Counter()
    for true, _, documents in cells:
        total[true] += documents
    return total


def shown_confusions(report: Report, name: str) -> tuple[list[str], dict[tuple[int, int], tuple[int, int]]]:
    """Return the classes shown of a confusion matrix, and (row, column) → documents, and those of the whole row.

    Of many classes, the column after the last one stands for all classes that are not shown.
    """
    classes, cells = most_confused(report, name), report["models"][name]["confusion"]
    support = documents_by_class(cells)
    place = {label: number for number, label in enumerate(classes)}
    found, labels = Counter(), report["corpus"]["labels"]
    for true, predicted, documents in cells:
        if labels[true] in place:
            found[place[labels[true]], place.get(labels[predicted], len(classes))] += documents
    totals = {place[labels[true]]: documents for true, documents in support.items() if labels[true] in place}
    return classes, {cell: (documents, totals[cell[0]]) for cell, documents in sorted(found.items())}


def _first(report: Report, classes: Sequence[str], key: Callable[[str], object], shown: int = SHOWN) -> list[str]:
    return sorted(classes, key=key)[:shown] if has_many(report) else list(classes)
