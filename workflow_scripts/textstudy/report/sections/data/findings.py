"""Findings on the data: duplicates between training and test, shared groups, and the price of leakage."""

from textstudy.report.language.types import Finding, Report
from textstudy.report.sections.data import groups
from textstudy.report.sections.data.audit_findings import audit
from textstudy.report.sections.data.leakage_findings import price


def findings(report: Report) -> list[Finding]:
    """Return the findings on the data."""
    return [*audit(report), *groups.findings(report), *price(report)]
