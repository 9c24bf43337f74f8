"""The page asks questions, and each chapter and each finding stands under the one that it answers."""

import re
from pathlib import Path

from sample import finished, joined, phased

from textstudy.report.arrange import anchor, by_question
from textstudy.report.chapters import CHAPTERS, QUESTIONS, REFERENCE
from textstudy.report.render import compose, compose_chapters


def headings(text: str) -> list[tuple[int, str]]:
    return [(len(marks), name) for marks, name in re.findall(r"^(#+) .*\{#([\w-]+)\}$", text, flags=re.M)]


def test_each_chapter_stands_under_its_question_one_level_below():
    report = finished(phased())
    found = headings(compose(report, figures=set(), base=Path()))
    top = [name for level, name in found if level == 1]
    assert top[:2] == ["summary", "findings"]
    questions = [anchor(question) for question in (*QUESTIONS, REFERENCE)]
    assert top[2:] == [name for name in questions if name in top] and len(top) > 6
    chapters = compose_chapters(report, figures=set(), base=Path())
    shown = [chapter.name for chapter in CHAPTERS if chapter.answers and chapters[chapter.name].strip()]
    assert [name for level, name in found if level == 2] == shown
    under = {}
    for level, name in found:
        if level == 1:
            question = name
        under[name] = question
    assert under["phases"] == "which-model" and under["pairs"] == "is-the-difference-real"
    assert under["provenance"] == "reference" == under["phase-choose"].replace("which-model", "reference")


def test_findings_stand_under_questions_whatever_their_chapter():
    report = finished(joined())
    found = by_question(report)
    assert list(found) == [question for question in QUESTIONS if question in found]
    kinds = {item["kind"]: question for question, items in found.items() for item in items}
    assert kinds["best"] == "Which model?" and kinds["baseline"] == "Is the difference real?"
    assert kinds["confusion"] == "What goes wrong?", "its chapter is reference"
    told = [item for items in found.values() for item in items]
    assert len(told) == len(report["findings"])


def test_the_statistics_of_a_finding_are_folded_below_its_sentence():
    report = finished(joined())
    report["findings"][0].update(text="A plain sentence.", details="The statistics of it.")
    text = compose(report, figures=set(), base=Path())
    sentence = r"A plain sentence\."
    assert f"- [{sentence}](#results)" in text, "the headline leads to the chapter"
    assert f"::: finding\n{sentence}\n\nThe statistics of it\\.\n:::" in text
    assert text.count("The statistics of it") == 1
