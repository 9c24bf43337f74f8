"""Findings on the data: losses, languages, texts and groups that splits share, and prices of leaks, time and groups."""

from textstudy.report.language.types import Finding, Report
from textstudy.report.sections.data import groups, languages, split_prices
from textstudy.report.sections.data.audit_findings import audit
from textstudy.report.sections.data.exposure_findings import exposure
from textstudy.report.sections.data.leakage_findings import price
from textstudy.report.sections.data.losses_findings import losses
from textstudy.report.sections.data.relabel_findings import corrections
from textstudy.report.sections.data.semantic_findings import neighbours


def findings(report: Report) -> list[Finding]:
    """Return the findings on the data."""
    return [
        *losses(report),
        *corrections(report),
        *languages.findings(report),
        *audit(report),
        *groups.findings(report),
        *neighbours(report),
        *price(report),
        *split_prices.findings(report),
        *exposure(report),
    ]
