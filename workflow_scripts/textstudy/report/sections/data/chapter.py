"""The data: what each step took, what the audit found, how the corpus looks."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.many_classes import CLASSES_FILE, PANELS, has_many, note
from textstudy.report.language.types import Report
from textstudy.report.sections.data import (
    audit_tables,
    groups,
    languages,
    ledger_tables,
    semantic_tables,
    split_prices,
    tables,
)


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "words_note": note(report, "with the most documents", PANELS),
        "documents_note": f" The file {CLASSES_FILE} has the number of each." if has_many(report) else "",
        "ledger": ledger_tables.ledger(report),
        "losses": ledger_tables.classes(report),
        "samples": ledger_tables.samples(report),
        "overlaps": audit_tables.overlaps(report),
        "shared_groups": groups.shared_groups(report),
        "times": groups.times(report),
        "conflicts": audit_tables.conflicts(report),
        "suspects": audit_tables.suspects(report),
        "top_features": audit_tables.top_features(report),
        "leakage": audit_tables.leakage(report),
        "scripts": languages.scripts(report),
        "languages": languages.languages(report),
        "only_english": languages.only_english(report),
        "similarities": semantic_tables.similarities(report),
        "levels": semantic_tables.levels(report),
        "near_pairs": semantic_tables.pairs(report),
        "split_prices": split_prices.table(report),
        "lengths": tables.lengths(report),
        "encodings": tables.encodings(report),
        "coverage": tables.coverage(report),
    }
