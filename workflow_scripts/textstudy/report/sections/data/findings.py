"""Findings on the data: what was taken away, languages, texts shared by splits, and the price of leakage."""

from textstudy.report.language.types import Finding, Report
from textstudy.report.sections.data import languages
from textstudy.report.sections.data.audit_findings import audit
from textstudy.report.sections.data.leakage_findings import price
from textstudy.report.sections.data.losses_findings import losses
from textstudy.report.sections.data.semantic_findings import neighbours


def findings(report: Report) -> list[Finding]:
    """Return the findings on the data."""
    return [*losses(report), *languages.findings(report), *audit(report), *neighbours(report), *price(report)]
