"""The page, the PDF and report.json state the same numbers: what the page shows in a row, the PDF shows in a row."""

import re
import unicodedata
from html.parser import HTMLParser

import pypdfium2
import pytest
from robust import explained, perturbed
from sample import joined

from textstudy.report.findings import conclude
from textstudy.report.render import render

MARGIN = 20 / 25.4 * 72  # points of a page's edge that hold its header and its number
# White space, soft breaks and marks of hyphenation: where a line ends is the medium's own affair, and a hyphen at the
# end of a line is told by pdfium from one that hyphenates only by guessing. A minus is another sign.
INVISIBLE = re.compile(r"[\s\u00ad\u200b\u2060\ufffe\x02\u2010\u2011-]")


def bare(text):
    """Return a text as signs alone, in one form however its medium composes them."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


class Page(HTMLParser):
    """The text of a page, and the rows of its tables as (table, cells) but for those that the page alone has."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.text, self.table, self.cell, self.hidden = [], [], None, None, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "table" and not {"matrix", "page"} & set((values.get("class") or "").split()):
            self.table = values.get("id")
        elif tag == "tr" and self.table:
            self.rows.append((self.table, []))
        elif tag in ("td", "th") and self.table:
            self.cell = []
        self.hidden = self.hidden or tag in ("script", "style", "svg")

    def handle_endtag(self, tag):
        if tag == "table":
            self.table = None
        elif tag in ("td", "th") and self.cell is not None:
            self.rows[-1][1].append("".join(self.cell))
            self.cell = None
        self.hidden = self.hidden and tag not in ("script", "style", "svg")

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)
            if self.cell is not None:
                self.cell.append(data)


def paper(path):
    """Return the text of a PDF without the headers and the numbers of its pages."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [(page.get_height(), page.get_textpage()) for page in document]
        return "".join(text.get_text_bounded(bottom=MARGIN, top=height - MARGIN) for height, text in pages)


def missing_rows(rows, text):
    """Return the rows that a bare text does not hold whole, after the beginning of their table and of those before."""
    missing, begun, table = [], 0, None
    for name, cells in rows:
        row = bare("".join(cells))
        found = text.find(row, begun)
        if found < 0:
            missing.append((name, cells))
        elif name != table:  # its headings; the rows below may stand side by side
            begun = found
        table = name
    return missing


def missing_sentences(report, *texts):
    """Return the findings that a bare text lacks."""
    return [item["text"] for item in report["findings"] for text in texts if bare(item["text"]) not in text]


def stated(report, name):
    """Return a model's title, accuracy, macro F1 and milliseconds a document as a report should state them."""
    model = report["models"][name]
    accuracy, macro_f1 = (model["test"][metric] for metric in ("accuracy", "macro_f1"))
    interval = f"{100 * accuracy['mean']:.1f} [{100 * accuracy['low']:.1f}, {100 * accuracy['high']:.1f}]"
    time = f"{float(format(model['inference']['latency_ms_median'], '.3g')):g}"
    return [model["title"], interval, f"{100 * macro_f1['mean']:.1f}", time]


def missing_models(report, rows):
    """Return the models whose row of the summary lacks one of their numbers."""
    summary = {cells[0].removeprefix("★ "): cells for table, cells in rows if table == "table-summary"}
    summary = {title: [title, *cells[1:]] for title, cells in summary.items()}
    return [
        name for name in report["models"]
        if not set(stated(report, name)) <= set(summary.get(report["models"][name]["title"], []))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Return (report, text of the HTML file, bare text of the PDF)."""
    report, folder = explained(perturbed(joined())), tmp_path_factory.mktemp("numbers")
    report = conclude(report)
    render(report, [], folder / "report.html", folder / "report.pdf")
    return report, (folder / "report.html").read_text(encoding="utf-8"), bare(paper(folder / "report.pdf"))


def test_every_row_of_the_page_stands_in_the_pdf(rendered):
    _, html, pdf = rendered
    rows = Page(html).rows
    assert len(rows) > 200 and len({table for table, _ in rows}) > 25
    assert missing_rows(rows, pdf) == []


def test_every_finding_stands_in_both(rendered):
    report, html, pdf = rendered
    assert len(report["findings"]) > 15
    assert missing_sentences(report, bare("".join(Page(html).text)), pdf) == []


def test_every_model_has_its_own_numbers(rendered):
    """Not by way of our own formats, which could be wrong in the page and in the PDF alike."""
    report, html, _ = rendered
    assert missing_models(report, Page(html).rows) == []


def altered(number):
    """Return a number with another last digit: 62.9 → 62.8."""
    return number[:-1] + str((int(number[-1]) + 9) % 10)


NUMBER = re.compile(r"\d[\d,]*\.\d")


@pytest.mark.parametrize(
    "table", ["table-summary", "table-scores", "table-pairs", "table-robustness-drops", "table-efficiency"]
)
@pytest.mark.parametrize("medium", ["page", "pdf"])
def test_one_number_altered_in_one_medium_is_found(rendered, table, medium):
    _, html, pdf = rendered
    rows = Page(html).rows
    place = next(
        place for place, (name, cells) in enumerate(rows) if name == table and NUMBER.search("".join(cells[1:]))
    )
    cells = rows[place][1]
    if medium == "page":
        column, found = next((n, m) for n, cell in enumerate(cells) if n and (m := NUMBER.search(cell)))
        changed = [*cells[:column], cells[column].replace(found[0], altered(found[0])), *cells[column + 1 :]]
        assert missing_rows([*rows[:place], (table, changed), *rows[place + 1 :]], pdf) == [(table, changed)]
    else:
        whole = bare("".join(cells))
        number = NUMBER.search(whole)[0]
        doctored = pdf.replace(whole, whole.replace(number, altered(number)))
        assert (table, cells) in missing_rows(rows, doctored)


def test_a_model_whose_numbers_changed_is_found(rendered):
    report, html, pdf = rendered
    page = Page(html)
    for name, model in report["models"].items():
        for path in (("test", "accuracy", "mean"), ("test", "macro_f1", "mean"), ("inference", "latency_ms_median")):
            part = model
            for key in path[:-1]:
                part = part[key]
            before = part[path[-1]]
            part[path[-1]] = before + (0.1 if before > 1 else 0.001)
            found = missing_models(report, page.rows)
            part[path[-1]] = before
            assert name in found


def test_a_finding_with_another_number_is_found(rendered):
    report, html, pdf = rendered
    first = next(item for item in report["findings"] if NUMBER.search(item["text"]))
    number = NUMBER.search(first["text"])[0]
    doctored = {"findings": [{"text": first["text"].replace(number, altered(number), 1)}]}
    assert missing_sentences(doctored, bare("".join(Page(html).text)), pdf) == [doctored["findings"][0]["text"]] * 2
