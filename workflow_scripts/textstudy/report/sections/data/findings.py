"""Findings on the data: duplicates and near texts between training and test, and the price of leakage."""

from textstudy.report.language.types import Finding, Report
from textstudy.report.sections.data.audit_findings import audit
from textstudy.report.sections.data.leakage_findings import price
from textstudy.report.sections.data.semantic_findings import neighbours


def findings(report: Report) -> list[Finding]:
    """Return the findings on the data."""
    return [*audit(report), *neighbours(report), *price(report)]
