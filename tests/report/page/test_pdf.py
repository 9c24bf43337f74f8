"""The PDF as it is printed: full pages, nothing outside the margins or cut, numbers that lead somewhere."""

import re
from pathlib import Path

import numpy
import pypdfium2
import pytest
from drawing import draw_all
from robust import explained, perturbed
from sample import joined, sample

from textstudy.report.findings import make_findings
from textstudy.report.render import render

MILLIMETRE = 72 / 25.4
SIDE, TOP, BOTTOM = (length * MILLIMETRE for length in (20, 22, 20))  # margins, as page.typ sets them
SCALE = 0.5  # pixels a point
LONG = "a-label-as-long-as-the-name-of-a-file-and-then-some-more"


def of_many_models() -> dict:
    models = {f"m{number:02d}": ("linear" if number < 2 else "recurrent", 0.5 + 0.01 * number) for number in range(14)}
    report = sample(models=models, labels=(LONG, *(f"class.number-{place}" for place in range(11))))
    for tested in report["pairs"]:
        tested["planned"] = "m13" in (tested["first"], tested["second"])
    return report


@pytest.fixture(scope="module", params=["few models, much about them", "many models and classes"])
def folder(request, tmp_path_factory) -> Path:
    report = explained(perturbed(joined())) if request.param.startswith("few") else of_many_models()
    report["findings"] = make_findings(report)
    folder = tmp_path_factory.mktemp("pdf")
    draw_all(report, folder / "figures")
    render(report, [folder / "figures"], folder / "report.html", folder / "report.pdf")
    return folder


@pytest.fixture(scope="module")
def document(folder) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(folder / "report.pdf")


@pytest.fixture(scope="module")
def texts(document) -> list[str]:
    """The text of each page, with one space for every run of white space."""
    return [" ".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split()) for page in document]


def ink(page: pypdfium2.PdfPage) -> numpy.ndarray:
    """Return where a page is not white, (height, width) in pixels of two points."""
    grey = page.render(scale=SCALE, grayscale=True).to_numpy()
    return grey.reshape(grey.shape[:2]) < 245


def test_no_page_is_empty_or_nearly_so(document):
    """The body reaches down far on every page, but for the last one and those before a chapter."""
    chapters = {item.get_dest().get_index() for item in document.get_toc(max_depth=1)}
    for place, page in enumerate(document):
        rows = ink(page)[round(TOP * SCALE) : -round(BOTTOM * SCALE)].any(axis=1)
        used = numpy.flatnonzero(rows).max(initial=0) / len(rows)
        before = place + 1 in chapters or place + 1 == len(document)
        assert used > (0.1 if before else 0.5), place + 1


def test_no_character_stands_outside_the_margins(document):
    for number, page in enumerate(document, start=1):
        width, height = page.get_size()
        text = page.get_textpage()
        for place in range(text.count_chars()):
            if not text.get_text_range(place, 1).strip():
                continue
            left, bottom, right, top = text.get_charbox(place)
            inside = left > SIDE - 1 and right < width - SIDE + 1 and bottom > 20 and top < height - 20
            assert inside, (number, text.get_text_range(max(place - 20, 0), 40))


def test_nothing_is_drawn_outside_the_margins(document):
    for page in document:
        inked, side = ink(page), round((SIDE - 4) * SCALE)
        assert not inked[:, :side].any() and not inked[:, -side:].any()
        assert not inked[:10].any() and not inked[-10:].any()


def test_no_text_covers_other_text(document):
    """Cells that are too narrow for their words show as lines of text that overlap."""
    for number, page in enumerate(document, start=1):
        text = page.get_textpage()
        boxes = numpy.array([text.get_rect(place) for place in range(text.count_rects())])
        for place, (left, bottom, right, top) in enumerate(boxes):
            others = boxes[place + 1 :]
            across = numpy.minimum(right, others[:, 2]) - numpy.maximum(left, others[:, 0])
            along = numpy.minimum(top, others[:, 3]) - numpy.maximum(bottom, others[:, 1])
            lower = numpy.minimum(top - bottom, others[:, 3] - others[:, 1])
            assert not ((across > 1.5) & (along > 0.7 * lower)).any(), (number, text.get_text_bounded(*boxes[place]))


def test_each_page_has_its_header_and_its_number(document, texts):
    for number, text in enumerate(texts, start=1):
        assert text.endswith(f"{number} of {len(document)}")
        assert text.startswith("A made-up study")


def test_figures_and_tables_have_the_numbers_of_the_page_and_are_referred_to(texts, folder):
    whole, page = "".join("".join(texts).split()), (folder / "report.html").read_text()
    assert "??" not in whole
    for kind in ("Figure", "Table"):
        captions = re.findall(rf"<strong>{kind}\s(\d+)\.</strong> ([^<]{{5,20}})", page)
        assert [int(number) for number, _ in captions] == list(range(1, len(captions) + 1))
        for number, words in captions:
            start = "" if kind == "Figure" and words.startswith("Confusion matrix") else "".join(words.split())
            assert f"{kind}{number}.{start}" in whole
            assert whole.count(f"{kind}{number}.") > 1, "it stands in the list too"
        named = {int(number) for number in re.findall(rf"{kind} (\d+)", " ".join(texts))}
        assert named == set(range(1, len(captions) + 1))


def test_what_is_long_is_listed_with_its_pages(texts):
    contents = next(text for text in texts if "Contents" in text)
    assert "Model by model" in contents
    lists = next(text for text in texts[:4] if re.search(r"\bFigures Figure 1\.", text))
    assert re.search(r"\bTables Table 1\. [A-Z]", lists)


def test_equations_have_the_numbers_by_which_they_are_called(texts):
    whole = " ".join(texts)
    assert "Training unrolls the recurrence (1)" in whole and "The product of Jacobians in (2)" in whole
    assert whole.count("(1)") >= 2 and whole.count("(2)") >= 2


def test_many_models_take_about_a_page_each_and_their_paired_tests_a_square(folder, document, texts):
    whole, html = " ".join(texts), (folder / "report.html").read_text()
    many = "m13" in whole
    assert ("row − column" in whole) == ("row − column" in html) == many
    if many:
        assert len(document) < 14 + 20  # about a page a model, and twenty for the rest
        assert "the rest of each of the 91 tests" in whole and "each of the 91" not in html
        assert "All 78 other tests" in html and "All 78 other tests" not in whole
