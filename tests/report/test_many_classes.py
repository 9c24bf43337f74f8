"""A report of two thousand classes is drawn and rendered at the size of one of fifty; files have what it leaves out."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from drawing import draw_all
from matplotlib import pyplot
from robust import explained
from sample import finished, ledger_line, sample
from test_render import Page

from textstudy.report.class_files import write_class_files
from textstudy.report.drawing.style import house_style, labels_apart
from textstudy.report.language.many_classes import MANY, SHOWN, most_confused, shown_confusions
from textstudy.report.render import compose_chapters, render
from textstudy.report.sections.data.figures import documents_per_class
from textstudy.report.sections.details.tables import classes, matrix

FORMS = ("topic {}", "a|b {} *c* <i>d</i>", "שלום עולם {}", "مرحبا {}", f"{'a long label ' * 8}{{}}", "{}")
LABELS = tuple(sorted(FORMS[number % len(FORMS)].format(number) for number in range(2000)))
LARGEST = 6e6, 3e6  # bytes of the page and of the print


@pytest.fixture(scope="module")
def report():
    """Return the report of three models on 2,000 classes with ten test documents each."""
    made_up = sample(labels=LABELS, support=10)
    taken = ledger_line("clean", "empty", "clean.quotes", LABELS, (40_000, 35_000), words=(900_000, 700_000))
    return finished(explained({**made_up, "ledger": [taken]}))


@pytest.fixture(scope="module")
def drawn(report, tmp_path_factory):
    """Return the folder of all figures."""
    folder = tmp_path_factory.mktemp("figures")
    draw_all(report, folder)
    return folder


@pytest.fixture(scope="module")
def rendered(report, drawn, tmp_path_factory):
    """Return the folder of the page, the print and the files of all classes."""
    folder = tmp_path_factory.mktemp("report")
    render(report, [drawn], folder / "report.html", folder / "report.pdf")
    write_class_files(report, folder / "classes.csv", folder / "confusions.csv")
    return folder


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_no_figure_grows_with_the_classes(drawn):
    assert max(path.stat().st_size for path in drawn.glob("*.svg")) < 400_000


def test_the_page_and_the_print_stay_small(rendered):
    page, paper = (rendered / f"report.{kind}" for kind in ("html", "pdf"))
    assert page.stat().st_size < LARGEST[0] and paper.stat().st_size < LARGEST[1]
    tags = Counter(Page(page.read_text(encoding="utf-8")).tags)
    assert tags["tr"] < 400 and tags["td"] < 4000 and tags["a"] < 1000


def test_the_page_says_what_it_leaves_out_and_links_it(rendered):
    page = Page((rendered / "report.html").read_text(encoding="utf-8"))
    text = " ".join("".join(page.text).split())
    assert {"classes.csv", "confusions.csv"} <= {link.rsplit("/", 1)[-1] for link in page.links}
    for which in ("with the lowest F1", "that differ most", "with the most documents"):
        assert f"of 2,000 classes {which}; the file classes.csv has all." in text
    assert "of 2,000 classes of the strongest confusions; the file confusions.csv has all." in text


def test_the_files_have_every_class_and_every_confusion(report, rendered):
    found = {row["class"]: row for row in rows(rendered / "classes.csv")}
    assert list(found) == list(LABELS)
    model = report["models"]["linear_nb"]
    for score in model["per_class"][::100]:
        assert float(found[score["label"]]["linear_nb f1"]) == score["f1"]
    confused = [row for row in rows(rendered / "confusions.csv") if row["model"] == "linear_nb"]
    assert len(confused) == sum(true != predicted for true, predicted, _ in model["confusion"])
    counts = [int(row["documents"]) for row in confused]
    assert counts == sorted(counts, reverse=True) and sum(counts) == sum(
        documents for true, predicted, documents in model["confusion"] if true != predicted
    )


def test_the_matrix_shows_the_strongest_confusion_and_loses_no_document(report):
    shown, cells = shown_confusions(report, "linear_nb")
    top = report["confusions"]["linear_nb"][0]
    assert {top["true"], top["predicted"]} <= set(shown) and len(shown) == SHOWN
    for row in range(SHOWN):
        assert sum(documents for (true, _), (documents, _) in cells.items() if true == row) == 10
    columns = matrix(report, "linear_nb").headers
    assert len(columns) == SHOWN + 2 and columns[-1] == "other classes"
    assert max(map(len, columns)) <= 40


def test_a_model_without_errors_shows_its_worst_classes_in_the_matrix(report):
    right = [[place, place, 10] for place in range(len(LABELS))]
    model = {**report["models"]["linear_nb"], "confusion": right}
    assert len(most_confused({**report, "models": {"linear_nb": model}}, "linear_nb")) == SHOWN


def test_the_worst_classes_are_in_the_table_lowest_f1_first(report):
    scores = {row["label"]: row["f1"] for row in report["models"]["linear_nb"]["per_class"]}
    shown = [scores[row[0]] for row in classes(report, "linear_nb").rows]
    assert shown == sorted(scores.values())[:SHOWN]


def test_the_areas_hold_all_documents(report):
    with house_style():
        figure = documents_per_class(report)
        areas = [area.get_paths()[0].vertices for area in figure.axes[0].collections]
        pyplot.close(figure)
    drawn = [abs(np.sum(x * np.roll(y, 1) - np.roll(x, 1) * y)) / 2 for x, y in (vertices.T for vertices in areas)]
    documents = [sum(report["corpus"]["by_label"][split].values()) for split in ("train", "validation", "test")]
    assert drawn == pytest.approx(documents)


@pytest.mark.parametrize("count", [MANY, MANY + 1])
def test_up_to_fifty_classes_are_all_shown(count):
    report = finished(sample(labels=LABELS[:count], support=20))
    text = "".join(compose_chapters(report, figures=set(), base=Path()).values())
    assert ("classes.csv" in text) == (count > MANY)
    assert (
        len(matrix(report, "linear_nb").rows)
        == len(classes(report, "linear_nb").rows)
        == (count if count == MANY else SHOWN)
    )


def test_labels_alike_at_their_beginnings_keep_their_ends_and_numbers_stay_behind_them():
    names = ["a long label that goes on, number 1", "a long label that goes on, number 2", "short", "שלום 3"]
    first, second, third, fourth = labels_apart(names, 20)
    assert first != second and first.endswith("1") and third == "short" and max(map(len, (first, second))) <= 20
    assert fourth == "\u200eשלום 3\u200e"
