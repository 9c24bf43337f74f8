"""Arranges the chapters of a page: under the questions that they answer, each with its findings below its heading."""

import re
from collections.abc import Mapping
from itertools import groupby

from textstudy.report.chapters import CHAPTERS, QUESTIONS, Chapter
from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.types import Finding, Report, findings_of

HEADING = re.compile(r"^(#+)(?= )", re.MULTILINE)  # text of a corpus is escaped, so none of its lines match


def arrange(report: Report, chapters: Mapping[str, str]) -> list[Markdown]:
    """Return the parts of the page in order; `chapters` maps each chapter to its Markdown, empty without content."""
    parts = []
    for question, group in groupby(CHAPTERS, key=lambda chapter: chapter.answers):
        shown = [(chapter, chapters[chapter.name]) for chapter in group if chapters[chapter.name].strip()]
        if not shown:
            continue
        if question:
            parts.append(Markdown(f"# {markdown(question)} {{#{anchor(question)}}}"))
        parts += [_chapter(report, chapter, text, level=2 if question else 1) for chapter, text in shown]
    return parts


def anchor(question: str) -> str:
    """Return the identifier of a question's part of the page: "which-model"."""
    return re.sub(r"\W+", "-", question.lower()).strip("-")


def by_question(report: Report) -> dict[str, list[Finding]]:
    """Return question → the findings that answer it; questions without a finding are left out."""
    chapters = {chapter.name: chapter for chapter in CHAPTERS}
    found: dict[str, list[Finding]] = {question: [] for question in QUESTIONS}
    for item in report["findings"]:
        question = chapters[item["chapter"]].question(item["kind"])
        if question in found:
            found[question].append(item)
    return {question: items for question, items in found.items() if items}


def _chapter(report: Report, chapter: Chapter, text: str, *, level: int) -> Markdown:
    """Return a chapter whose highest heading has the `level`, with its findings below it."""
    levels = [len(found) for found in HEADING.findall(text)]
    if not levels:
        return Markdown(text)
    text = HEADING.sub(lambda found: found.group() + "#" * (level - min(levels)), text)
    findings = [item for item in findings_of(report, chapter.name) if markdown(item["text"]) not in text]
    opening, heading, rest = re.split(r"^(#+ .*)$", text, maxsplit=1, flags=re.MULTILINE)
    return Markdown("\n\n".join([f"{opening}{heading}", *map(_finding, findings), rest]))


def _finding(item: Finding) -> str:
    """Return a finding; the page shows the statistics behind it on a click."""
    parts = [markdown(item["text"]), *([markdown(item["details"])] if item["details"] else [])]
    return "::: finding\n" + "\n\n".join(parts) + "\n:::"
