"""The data statement (Bender and Friedman 2018): what the pipeline knows of the texts, and what their owner says."""

from textstudy.prepare.language_names import UNKNOWN, language_name
from textstudy.report.language.numbers import count, count_of, decimal, join_items, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.checklist.tables import NOT_RECORDED
from textstudy.report.sections.errors.label_noise import estimated_noise

NAMES = {
    "curation": "Curation",
    "language_variety": "Language",
    "speakers": "Writers",
    "annotators": "Annotators",
    "situation": "Situation",
    "characteristics": "Texts",
    "quality": "Quality",
    "consent": "Consent",
}
LABELS_SHOWN = 12


def table(report: Report) -> Table:
    """Return the data statement: a part a row."""
    said = report["study"]["settings"].get("data_statement") or {}
    known = {"curation": _curation, "language_variety": _languages, "situation": _situation,
             "characteristics": _texts, "quality": _quality}  # fmt: skip
    rows = [
        [name, said.get(key) or NOT_RECORDED, (known[key](report) if key in known else None) or " "]
        for key, name in NAMES.items()
    ]
    return Table(
        "table-data-statement", "Data statement: what the author of the study says, and what was measured.",
        ["Part", "Author", "Measured"], "lll", rows,
    )  # fmt: skip


def _curation(report: Report) -> str:
    sources = [row["citation"] for row in report["provenance"]["resources"] if row["kind"] == "corpus"]
    parts = [f"Corpus {': '.join([report['corpus']['name'], *sources])}."]
    if lines := report["ledger"]:
        kept, everything = lines[-1]["documents_out"], lines[0]["documents_in"]
        parts.append(f"{count(kept)} of {count(everything)} documents were kept.")
    return " ".join(parts)


def _languages(report: Report) -> str:
    found = report["corpus"]["languages"]
    shares = [f"{language_name(name)} {percent(share, 0)} %" for name, share in found["languages"].items()]
    return f"{join_items(shares)}." if set(found["languages"]) != {UNKNOWN} else "Not identified."


def _situation(report: Report) -> str | None:
    times = [row for row in report["audit"]["times"] if row["earliest"]]
    public = report["exposure"]["corpus"]["published"] if report["exposure"] else None
    parts = [f"Public since {public}."] if public else []
    if times:
        first, last = min(row["earliest"] for row in times), max(row["latest"] for row in times)
        parts.append(f"Times of the texts: {first} to {last}.")
    return " ".join(parts) or None


def _texts(report: Report) -> str:
    words, labels = report["corpus"]["words"], report["corpus"]["labels"]
    shown = [*labels[:LABELS_SHOWN], *([f"{len(labels) - LABELS_SHOWN} more"] if len(labels) > LABELS_SHOWN else [])]
    return (
        f"{count_of(len(labels), 'class')}: {join_items(shown)}. A text has {decimal(words['median'])} words in the "
        f"median, {count(words['maximum'])} at most."
    )


def _quality(report: Report) -> str:
    parts = [f"{count_of(report['audit']['label_conflict_count'], 'pair')} of duplicates had different labels."]
    noise = estimated_noise(report)
    if noise:
        parts.append(f"An estimated {percent(noise['wrong']['mean'])} % of the test labels are wrong.")
    return " ".join(parts)
