"""Figures: the same bytes for the same numbers, one file for each chart with data, hostile words as outlines only."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import typst
from drawing import draw_all
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from sample import LABELS, phased, sample

from textstudy.report.curves import training_loss
from textstudy.report.style import COLOURS, DASHES, MARKERS, house_style, series_styles, spread

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    names = draw_all(sample(), folder)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    return folder


def test_every_chart_is_there(drawn):
    expected = {
        "documents_per_class", "words_per_document", "frequent_words", "class_words", "token_lengths", "leakage",
        "test_accuracy", "training_loss", "validation_accuracy", "accuracy_training_time", "accuracy_latency",
        "accuracy_parameters", "accuracy_memory",
    }  # fmt: skip
    expected |= {f"{kind}_{name}" for kind in ("confusion", "f1") for name in sample()["models"]}
    expected |= {f"diagram_{name}" for name in ("recurrence", "lstm_cell", "attention", "transformer_layer")}
    assert {path.stem for path in drawn.iterdir()} == expected


def test_figures_are_drawings_without_text_scripts_or_links(drawn):
    for path in drawn.iterdir():
        root = ElementTree.parse(path).getroot()
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert not tags & {"text", "script", "a", "foreignObject", "metadata"}, path.name
        targets = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")]
        assert all(target.startswith(("#", "data:image/png")) for target in targets), path.name
        assert float(root.get("width").removesuffix("pt")) == pytest.approx(6.7 * 72, abs=1)


def test_typst_can_draw_them(drawn):
    source = "\n".join(f'#image("/{path.name}", width: 100%)' for path in sorted(drawn.iterdir())[:4])
    (page, *_) = [typst.compile(source.encode(), root=str(drawn), format="png", ppi=30)]
    assert page


def test_the_same_numbers_make_the_same_bytes(drawn, tmp_path):
    """In another process, with another hash seed."""
    tests, library = Path(__file__).parent, Path(__file__).parents[2] / "workflow_scripts"
    program = (
        f"import sys; sys.path[:0] = [{str(tests)!r}, {str(library)!r}]\n"
        "from pathlib import Path\nfrom sample import sample\nfrom drawing import draw_all\n"
        "draw_all(sample(models={'linear_nb': ('linear', 0.71)}), Path(sys.argv[1]))"
    )
    environment = {"PYTHONHASHSEED": "7", "MPLCONFIGDIR": str(tmp_path / "configuration"), "PATH": ""}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "again")], check=True, env=environment)
    again = tmp_path / "again"
    for name in (
        "documents_per_class",
        "class_words",
        "token_lengths",
        "leakage",
        "confusion_linear_nb",
        "f1_linear_nb",
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


def test_random_against_pretrained_vectors_is_drawn_for_phases_with_such_pairs(tmp_path):
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


def test_no_data_no_figure(tmp_path):
    report = sample()
    report["models"] = {}
    report["corpus"] = {"name": "x", "labels": list(LABELS)}
    report.update(encodings={}, leakage={})
    assert draw_all(report, tmp_path) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_spread_labels_keep_their_order_their_gap_and_the_bounds(wanted):
    placed = spread(wanted, 0.05, 0.0, 1.0)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    ordered = [placed[place] for place in order]
    assert all(high - low >= 0.05 - 1e-9 for low, high in zip(ordered, ordered[1:], strict=False))
    assert min(placed) >= -1e-9 and max(placed) <= 1 + 1e-9


def test_labels_that_do_not_collide_stay():
    assert spread([0.1, 0.9, 0.5], 0.05) == pytest.approx([0.1, 0.9, 0.5])


def test_series_differ_in_more_than_colour():
    styles = series_styles([f"model{number:02d}" for number in range(15)])
    assert len({(style["color"], str(style["linestyle"])) for style in styles.values()}) == 15
    assert len(COLOURS) == len(MARKERS) and len(DASHES) * len(COLOURS) >= 15
