"""The data: what each step kept, what the audit found, how the corpus looks."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.data import audit_tables, groups, split_prices, tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "ledger": audit_tables.ledger(report),
        "overlaps": audit_tables.overlaps(report),
        "shared_groups": groups.shared_groups(report),
        "times": groups.times(report),
        "conflicts": audit_tables.conflicts(report),
        "suspects": audit_tables.suspects(report),
        "top_features": audit_tables.top_features(report),
        "leakage": audit_tables.leakage(report),
        "split_prices": split_prices.table(report),
        "lengths": tables.lengths(report),
        "encodings": tables.encodings(report),
        "coverage": tables.coverage(report),
    }
