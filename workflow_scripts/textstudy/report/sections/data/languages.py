"""The scripts and languages of the corpus, and the parts of the study that are made for English."""

from textstudy.prepare.language_names import UNKNOWN, language_name
from textstudy.report.language.english import english_only, is_english
from textstudy.report.language.numbers import count_of, join_items, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding


def scripts(report: Report) -> str:
    """Return the sentence on the scripts of the corpus."""
    shares = report["corpus"]["languages"]["scripts"]
    if not shares:
        return "Script: the texts have no letters."
    return f"Scripts, by share of the letters: {_shares(shares)}."


def languages(report: Report) -> str:
    """Return the sentence on the languages of the corpus."""
    found = report["corpus"]["languages"]
    if set(found["languages"]) <= {UNKNOWN}:
        return "Language: not identified."
    looked_at = count_of(found["documents"], "document")
    return f"Languages, by share of {looked_at} looked at: {_shares(found['languages'])}."


def only_english(report: Report) -> Table:
    """Return the parts of the study that are made for English; empty where the texts are English."""
    return Table(
        "table-english",
        "Parts of this study that are made for English, and what they do to texts in other languages.",
        ["Part", "In other languages"],
        "ll",
        [] if is_english(report) else [[part, effect] for part, effect in english_only(report)],
    )


def findings(report: Report) -> list[Finding]:
    """Return one finding where the texts are not English but some parts of the study are made for it."""
    parts = [] if is_english(report) else [part for part, _ in english_only(report)]
    if not parts:
        return []
    found = report["corpus"]["languages"]
    text = "Not all texts are English, but some parts of this study are made for English."
    details = f"{languages(report)} These parts of the study are made for English: {join_items(parts)}."
    return [finding("languages", text, details=details, parts=parts, **found)]


def _shares(shares: dict[str, float]) -> str:
    """Return languages, by their codes, or scripts, which have names that are no codes."""
    shown = {language_name(name): percent(share, 0) for name, share in shares.items()}
    return join_items([f"{name} {share} %" for name, share in shown.items() if share != "0"])
