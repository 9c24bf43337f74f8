"""Tables of the semantic audit: how near training is to each split, and pairs to judge by reading."""

from collections.abc import Iterator, Mapping
from typing import Any

from textstudy.report.language.numbers import MISSING, count, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

NAMES = {"test": "test", "validation": "validation", "train": "training, to the rest of training"}
SHOWN = ("median", "p95", "p99")


def audits(report: Report) -> dict[str, dict[str, Any]]:
    """Return encoding → its semantic audit, where it has one."""
    return {name: row["semantic"] for name, row in report["encodings"].items() if row["semantic"]}


def similarities(report: Report) -> Table:
    """Return how similar the nearest training documents of each split are, and how often their label is right."""
    thresholds = sorted({f"{audit['near']:g}" for audit in audits(report).values()})
    return Table(
        "table-semantic",
        "Nearest training document of each document, by the cosine of the mean states of a frozen encoder (about their "
        "mean over training): quantiles of the similarity. The last row of an encoding is the yardstick: training "
        f"documents, each compared with the others. Near: similarity of {', '.join(thresholds)} or more. Label right: "
        "how often the nearest training document has the document's label, among the near ones and among all.",
        ["Encoding", "Documents", "Number", "Median", "95 %", "99 %", "Near", "Near (%)",
         "Label right, near (%)", "Label right (%)"],
        "ll" + "r" * 8,
        [
            [encoding, shown, *_similarity_cells(audit["splits"][split])]
            for encoding, audit in audits(report).items() for split, shown in NAMES.items()
        ],
    )  # fmt: skip


def _similarity_cells(row: Mapping[str, Any]) -> Iterator[str]:
    yield count(row["documents"])
    yield from (f"{row['quantiles'][name]:.2f}" if row["quantiles"] else MISSING for name in SHOWN)
    yield count(row["near"])
    yield _share(row["near"], row["documents"])
    yield _share(row["near_same_label"], row["near"])
    yield _share(row["same_label"], row["documents"])


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else None)


def levels(report: Report) -> Table:
    """Return how often the label of the nearest training document is right, by its similarity."""
    return Table(
        "table-semantic-levels",
        "Test documents by the similarity of their nearest training document, and how often it has their label.",
        ["Encoding", "Similarity", "Documents", "Share (%)", "Label right (%)"], "llrrr",
        [
            [encoding, _range(row), count(row["documents"]),
             _share(row["documents"], audit["splits"]["test"]["documents"]),
             _share(row["same_label"], row["documents"])]
            for encoding, audit in audits(report).items() for row in audit["levels"]
        ],
    )  # fmt: skip


def _range(level: Mapping[str, Any]) -> str:
    if level["low"] is None:
        return "any" if level["high"] is None else f"below {level['high']:g}"
    return f"{level['low']:g} or more" if level["high"] is None else f"{level['low']:g} to {level['high']:g}"


def pairs(report: Report) -> list[Table]:
    """Return for each encoding some test documents of each level beside their nearest training documents."""
    return [
        Table(
            f"table-semantic-pairs-{encoding}",
            f"Test documents and their nearest training documents ({encoding}), drawn at random at several levels of "
            "similarity. Shared: part of the word 5-grams of the shorter document that both have. The label stands in "
            "parentheses.",
            ["Similarity", "Shared (%)", "Test document", "Nearest training document"], "rrll",
            [
                [f"{row['similarity']:.2f}", percent(row["shared"], 0),
                 f"{row['id']} ({row['label']}): {row['text']}",
                 f"{row['neighbour']} ({row['neighbour_label']}): {row['neighbour_text']}"]
                for row in audit["pairs"]
            ],
        )
        for encoding, audit in audits(report).items()
    ]  # fmt: skip
