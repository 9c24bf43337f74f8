"""Findings on the data: duplicates between training and test, shared groups, and prices of leaks, time and groups."""

from textstudy.report.language.types import Finding, Report
from textstudy.report.sections.data import groups, split_prices
from textstudy.report.sections.data.audit_findings import audit
from textstudy.report.sections.data.leakage_findings import price


def findings(report: Report) -> list[Finding]:
    """Return the findings on the data."""
    return [*audit(report), *groups.findings(report), *price(report), *split_prices.findings(report)]
