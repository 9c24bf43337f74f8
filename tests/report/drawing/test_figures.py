"""Figures: the same bytes for the same numbers, one file for each chart with data, hostile words as outlines only."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import pytest
import typst
from drawing import draw_all
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from sample import LABELS, finished, phased, sample

from paths import ROOT
from textstudy.report.drawing.style import COLOURS, DASHES, MARKERS, house_style, series_styles, spread, titles
from textstudy.report.language.numbers import points
from textstudy.report.sections.curves.figures import training_loss
from textstudy.report.sections.details.figures import class_differences, confusion_matrix

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    names = draw_all(finished(sample()), folder)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    return folder


def test_every_chart_is_there(drawn):
    expected = {
        "documents_per_class", "words_per_document", "frequent_words", "class_words", "token_lengths", "leakage",
        "decision", "training_loss", "validation_accuracy", "accuracy_training_time", "accuracy_latency",
        "accuracy_parameters", "accuracy_memory",
    }  # fmt: skip
    expected |= {"confusion_linear_nb", "class_differences"}
    expected |= {f"diagram_{name}" for name in ("recurrence", "lstm_cell", "attention", "transformer_layer")}
    assert {path.stem for path in drawn.iterdir()} == expected


def test_figures_are_drawings_without_text_scripts_or_links(drawn):
    for path in drawn.iterdir():
        root = ElementTree.parse(path).getroot()
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert not tags & {"text", "script", "a", "foreignObject", "metadata"}, path.name
        targets = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")]
        assert all(target.startswith(("#", "data:image/png")) for target in targets), path.name
        inches = 4.5 if path.stem == "decision" else 6.7
        assert float(root.get("width").removesuffix("pt")) == pytest.approx(inches * 72, abs=1)


def test_typst_can_draw_them(drawn):
    source = "\n".join(f'#image("/{path.name}", width: 100%)' for path in sorted(drawn.iterdir())[:4])
    (page, *_) = [typst.compile(source.encode(), root=str(drawn), format="png", ppi=30)]
    assert page


def test_the_same_numbers_make_the_same_bytes(drawn, tmp_path):
    """In another process, with another hash seed."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom sample import sample\nfrom drawing import draw_all\n"
        "draw_all(sample(models={'linear_nb': ('linear', 0.71)}), Path(sys.argv[1]))"
    )
    library = os.pathsep.join([str(ROOT / "tests" / "report"), str(ROOT / "workflow_scripts")])
    configuration = str(tmp_path / "configuration")
    environment = {"PYTHONHASHSEED": "7", "MPLCONFIGDIR": configuration, "PATH": "", "PYTHONPATH": library}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "again")], check=True, env=environment)
    again = tmp_path / "again"
    for name in (
        "documents_per_class",
        "class_words",
        "token_lengths",
        "leakage",
        "confusion_linear_nb",
    ):
        assert (again / f"{name}.svg").read_bytes() == (drawn / f"{name}.svg").read_bytes(), name


def test_hostile_words_and_names_are_drawn(tmp_path):
    report = sample(labels=("<script>", "$x$ \\frac", "a\nb\x00", "日本 " + "w" * 80), support=20)
    report["corpus"]["frequent_words"] = [{"word": "$\\undefined{", "count": 3}, {"word": "&<>]]>", "count": 1}]
    model = report["models"].pop("linear_nb")
    report["models"]["../../escape"] = {**model, "title": "-->$<b>"}
    report["confusions"] = {}
    names = draw_all(report, tmp_path / "figures")
    assert "confusion_------escape.svg" in names
    assert [path.name for path in tmp_path.iterdir()] == ["figures"]
    for path in (tmp_path / "figures").iterdir():
        ElementTree.parse(path)


def test_word_vectors_are_drawn_for_phases_with_pairs_of_models(tmp_path):
    report = phased()
    names = draw_all(report, tmp_path)
    assert "word_vectors_choose.svg" in names
    assert "word_vectors_optimise.svg" not in names and "word_vectors_tune.svg" not in names
    report["models"]["rnn_glove"]["settings"]["dropout"] = 0.9  # differs in more than its vectors: no panel for it
    before = (tmp_path / "word_vectors_choose.svg").read_bytes()
    draw_all(report, tmp_path)
    assert (tmp_path / "word_vectors_choose.svg").read_bytes() != before


def test_many_networks_get_a_panel_each():
    report = sample(models={f"m{number:02d}": ("recurrent", 0.5 + 0.01 * number) for number in range(14)})
    with house_style():
        panels = training_loss(report)
        assert [axes.get_title(loc="left") for axes in panels.axes if axes.get_visible()] == sorted(report["models"])
        few = training_loss(sample())
        assert len(few.axes) == 1
        for figure in (panels, few):
            pyplot.close(figure)


@pytest.mark.parametrize("count", [2, 20, 28, 60, 120])
def test_the_labels_of_a_confusion_matrix_do_not_run_into_each_other(count):
    labels = [f"class of some length {number}" for number in range(count)]
    report = sample(labels=labels)
    with house_style():
        figure = confusion_matrix(report, "linear_nb")
        figure.draw_without_rendering()
        axes = figure.axes[0]
        for shown in (axes.get_xticklabels(), axes.get_yticklabels()):
            boxes = [text.get_window_extent() for text in shown]
            assert not any(one.overlaps(other) for one, other in pairwise(boxes))
        assert figure.axes[1].get_position().x1 <= 1
        pyplot.close(figure)


def test_the_mean_f1_drawn_is_the_macro_f1_of_the_tables():
    """A class without documents stands in the figure with 0, and in no mean."""
    report = sample()
    model = report["models"]["linear_nb"]
    model["per_class"][0].update(f1=0.0, support=0)
    with house_style():
        figure = confusion_matrix(report, "linear_nb")
        lines = [line.get_xdata()[0] for line in figure.axes[-1].lines]
        assert model["test"]["macro_f1"]["mean"] in lines
        pyplot.close(figure)


def test_other_models_are_drawn_as_differences_from_the_one_in_the_foreground():
    report = finished(sample())
    with house_style():
        figure = class_differences(report)
        numbers = [text.get_text() for text in figure.axes[0].texts]
        shown = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
        pyplot.close(figure)
    first, *others = ("linear_nb", "distilbert_freeze", "bilstm_attention")
    assert [title.replace("\n", " ") for title in shown] == [report["models"][name]["title"] for name in others]
    f1 = {name: {row["label"]: row["f1"] for row in report["models"][name]["per_class"]} for name in report["models"]}
    order = sorted(f1[first], key=lambda each: f1[first][each])
    expected = [points(f1[name][each] - f1[first][each], 0) for name in others for each in order]
    assert numbers == expected


def test_models_with_equal_cut_titles_have_their_names():
    models = {name: {"title": f"Fine-tuned DistilBERT with layer-wise learning rates, {name}"} for name in ("a", "b")}
    assert titles(models) == {"a": "a", "b": "b"}


def test_figures_without_data_are_left_out(tmp_path):
    report = sample()
    report["corpus"].update(frequent_words=[], class_words={label: [] for label in LABELS})
    report["leakage"]["variants"] = []
    report.update(models={}, encodings={}, pairs=[], confusions={})
    assert draw_all(report, tmp_path) == ["documents_per_class.svg", "words_per_document.svg"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_spread_labels_keep_their_order_their_gap_and_the_bounds(wanted):
    placed = spread(wanted, 0.05, 0.0, 1.0)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    ordered = [placed[place] for place in order]
    assert all(high - low >= 0.05 - 1e-9 for low, high in zip(ordered, ordered[1:], strict=False))
    assert min(placed) >= -1e-9 and max(placed) <= 1 + 1e-9


def test_labels_that_do_not_collide_do_not_move():
    assert spread([0.1, 0.9, 0.5], 0.05) == pytest.approx([0.1, 0.9, 0.5])


def test_series_differ_in_more_than_colour():
    styles = series_styles([f"model{number:02d}" for number in range(15)])
    assert len({(style["color"], str(style["linestyle"])) for style in styles.values()}) == 15
    assert len(COLOURS) == len(MARKERS) and len(DASHES) * len(COLOURS) >= 15
