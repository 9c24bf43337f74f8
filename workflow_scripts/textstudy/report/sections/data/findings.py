"""What the preparation left in common between splits, and what leaks would be worth."""

from textstudy.report.language.types import Finding, Report
from textstudy.report.sections.data.audit_findings import audit
from textstudy.report.sections.data.leakage_findings import price


def findings(report: Report) -> list[Finding]:
    """Return the findings on the data."""
    return [*audit(report), *price(report)]
