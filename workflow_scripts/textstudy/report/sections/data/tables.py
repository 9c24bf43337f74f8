"""Tables of the corpus and of its encodings."""

from textstudy.report.language.numbers import count, decimal, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

LENGTHS = {
    "mean": "mean",
    "standard_deviation": "standard deviation",
    "minimum": "shortest",
    "quartile_1": "first quartile",
    "median": "median",
    "quartile_3": "third quartile",
    "maximum": "longest",
    "total": "all documents",
}


def lengths(report: Report) -> Table:
    """Return how long the documents are."""
    values = [report["corpus"]["words"][key] for key in LENGTHS]
    row = [f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}" for value in values]
    return Table(
        "table-lengths", "Words per document after cleaning.", list(LENGTHS.values()), "r" * len(LENGTHS), [row]
    )


def encodings(report: Report) -> Table:
    """Return what each encoding makes of the documents."""
    rows = []
    for name, row in report["encodings"].items():
        vectors = row["glove"]
        rows.append([
            name, row["tokenizer"], count(row["vocabulary_size"]), percent(row["coverage"]["test"]["tokens"]),
            percent(vectors["types"] if vectors else None), count(row["tokens"]), decimal(row["lengths"]["median"]),
            decimal(row["lengths"]["p90"]), count(row["maximum_length"]), percent(row["truncated_share"]),
        ])  # fmt: skip
    return Table(
        "table-encodings",
        "Encodings. Vocabulary: its size; words come from the training documents, wordpieces from the encoder, and "
        "n-grams are hashed to so many numbers. Known: "
        "share of the test tokens that are in the vocabulary. Vectors: share of the vocabulary that has a pretrained "
        f"word vector. Tokens: in all documents, after truncation{_twice(report)}. Median and 90 %: quantiles of the "
        "tokens per document, before truncation. Cut at: a longer document is cut after so many tokens. Cut: share of "
        "the documents that are cut.",
        ["Encoding", "Tokenizer", "Vocabulary", "Known (%)", "Vectors (%)", "Tokens", "Median", "90 %", "Cut at",
         "Cut (%)"],
        "llrrrrrrrr", rows,
    )  # fmt: skip


def _twice(report: Report) -> str:
    windowed = any(row["windows"] for row in report["encodings"].values())
    return ", those that two windows share twice" if windowed else ""


def coverage(report: Report) -> Table:
    """Return what each encoding knows of each split; empty where there is only one encoding."""
    encodings = report["encodings"]
    splits = ("train", "validation", "test") if len(encodings) > 1 else ()
    return Table(
        "table-coverage",
        "Coverage: share of the tokens of each split that are in the vocabulary of each encoding, in per cent. The "
        "other tokens become the token for unknown words.",
        ["Split", *encodings], "l" + "r" * len(encodings),
        [[split, *(percent(row["coverage"][split]["tokens"], 2) for row in encodings.values())] for split in splits],
    )  # fmt: skip
