"""A word of 20,000 characters in a cell, a heading, a caption or a command: Typst would take minutes for it."""

import copy
import re

import pypdfium2
from robust import explained
from sample import LABELS, sample

from textstudy.report.findings import conclude
from textstudy.report.render import compose, render

WORD = "x" * 20_000


def with_long_words() -> dict:
    report = explained(sample(labels=(WORD, *LABELS[1:])))
    report["study"].update(title=WORD, description=f"Which is best? {WORD}")
    report["models"]["linear_nb"]["title"] = WORD
    report["audit"]["top_features"] = {
        label: [{"feature": WORD, "weight": 1.0, "removed_share": 0.0}] for label in LABELS
    }
    report["provenance"]["commands"] = [f"snakemake {WORD}"]
    return conclude(copy.deepcopy(report))


def test_long_words_are_cut_wherever_they_are_shown(tmp_path):
    report = with_long_words()
    text = compose(report, figures=set(), base=tmp_path)
    assert max(map(len, re.findall("x+", text))) < 200
    render(report, [], tmp_path / "report.html", tmp_path / "report.pdf")
    assert "(20,000 characters)" in (tmp_path / "report.html").read_text(encoding="utf-8")
    pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(tmp_path / "report.pdf"))
    assert "(20,000 characters)" in " ".join(" ".join(pages).split())
