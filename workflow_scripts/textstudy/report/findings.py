"""Findings: sentences whose words depend on the numbers. They are plain text; the page escapes them."""

from importlib import import_module

from textstudy.report.chapters import chapters_with
from textstudy.report.language.types import Finding, Report


def make_findings(report: Report) -> list[Finding]:
    """Return the findings of every chapter as {"chapter", "kind", "text", "evidence"}.

    Those that decide between models come first, the others follow in the order of the page.
    """
    chapters = sorted(chapters_with("findings"), key=lambda chapter: not chapter.opens)
    return [
        {"chapter": chapter.name, **item}
        for chapter in chapters
        for item in import_module(chapter.module("findings")).findings(report)
    ]
