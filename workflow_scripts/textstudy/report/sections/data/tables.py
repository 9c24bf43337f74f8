"""Tables of what surrounds the models: documents and tokens, settings, provenance."""

from textstudy.report.language.numbers import count, decimal, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def lengths(report: Report) -> Table:
    """How long the documents are."""
    words = report["corpus"].get("words") or {}
    names = {
        "mean": "mean", "standard_deviation": "standard deviation", "minimum": "shortest",
        "quartile_1": "first quartile",
        "median": "median", "quartile_3": "third quartile", "maximum": "longest", "total": "all documents",
    }  # fmt: skip
    shown = [(name, words[key]) for key, name in names.items() if words.get(key) is not None]
    row = [f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}" for _, value in shown]
    return Table(
        "table-lengths", "Words per document after cleaning.", [name for name, _ in shown], "r" * len(shown),
        [row] if row else [],
    )  # fmt: skip


def encodings(report: Report) -> Table:
    """What each tokenizer makes of the documents."""
    rows = []
    for name, row in (report.get("encodings") or {}).items():
        size, known = row.get("lengths") or {}, (row.get("coverage") or {}).get("test") or {}
        vectors = row.get("glove") or {}
        rows.append([
            name, row.get("tokenizer"), count(row.get("vocabulary_size")), percent(known.get("tokens")),
            percent(vectors.get("types")), count(row.get("tokens")), decimal(size.get("median")),
            decimal(size.get("p90")), count(row.get("maximum_length")), percent(row.get("truncated_share")),
        ])  # fmt: skip
    return Table(
        "table-encodings",
        "Encodings: vocabulary (from training documents), share of the test tokens that it knows, share of its words "
        "that have a pretrained vector, tokens in all documents, tokens per document before truncation, and the share "
        "of documents cut.",
        ["Encoding", "Tokenizer", "Vocabulary", "Known (%)", "Vectors (%)", "Tokens", "Median", "90 %", "Cut at",
         "Cut (%)"],
        "llrrrrrrrr", rows,
    )  # fmt: skip


def coverage(report: Report) -> Table:
    """What the encodings know of each split, side by side; nothing where there is one encoding only."""
    encodings = {name: row.get("coverage") or {} for name, row in (report.get("encodings") or {}).items()}
    splits = [split for split in ("train", "validation", "test") if any(split in row for row in encodings.values())]
    return Table(
        "table-coverage",
        "Coverage side by side: share of the running tokens of each split that an encoding knows, in per cent; the "
        "others become its token for the unknown.",
        ["Split", *encodings], "l" + "r" * len(encodings),
        [[split, *(percent((row.get(split) or {}).get("tokens"), 2) for row in encodings.values())] for split in splits]
        if len(encodings) > 1 else [],
    )  # fmt: skip
