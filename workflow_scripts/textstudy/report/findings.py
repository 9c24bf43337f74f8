"""Findings and the decision: sentences whose words depend on the numbers. They are plain; the page escapes them."""

from importlib import import_module
from typing import Any

from textstudy.report.chapters import chapters_with
from textstudy.report.decision.decision import decide
from textstudy.report.language.types import Finding, Report


def make_findings(report: Report) -> list[Finding]:
    """Return the findings of every chapter as {"chapter", "kind", "text", "details", "evidence"}, in their order."""
    return [
        {"chapter": chapter.name, **item}
        for chapter in chapters_with("findings")
        for item in import_module(chapter.module("findings")).findings(report)
    ]


def conclude(report: Report) -> dict[str, Any]:
    """Return the report with its findings and its decision."""
    return {**report, "findings": make_findings(report), "decision": decide(report)}
