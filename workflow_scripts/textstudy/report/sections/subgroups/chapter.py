"""Accuracy on other texts: short and long ones, cut ones, languages, groups, and other shares of the classes."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.subgroups import class_shares, tables, truncation


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "divisions": tables.divisions(report),
        "truncation": [truncation.lengths(report), truncation.encodings(report), truncation.windows(report)],
        "class_shares": class_shares.table(report),
    }
