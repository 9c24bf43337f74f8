"""The data: what each step kept, what the audit found, how the corpus looks."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.data import audit_tables, semantic_tables, tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "ledger": audit_tables.ledger(report),
        "overlaps": audit_tables.overlaps(report),
        "conflicts": audit_tables.conflicts(report),
        "suspects": audit_tables.suspects(report),
        "top_features": audit_tables.top_features(report),
        "leakage": audit_tables.leakage(report),
        "similarities": semantic_tables.similarities(report),
        "levels": semantic_tables.levels(report),
        "near_pairs": semantic_tables.pairs(report),
        "lengths": tables.lengths(report),
        "encodings": tables.encodings(report),
        "coverage": tables.coverage(report),
    }
