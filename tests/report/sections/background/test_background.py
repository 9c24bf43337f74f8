"""Background: only the topics of the study's models, with numbered references and diagrams."""

import re

import pytest
from drawing import draw_all
from matplotlib import pyplot
from sample import restate, sample

from textstudy.errors import StudyError
from textstudy.report.drawing.style import house_style
from textstudy.report.page.pandoc import PAGE
from textstudy.report.render import compose, convert
from textstudy.report.sections.background import figures as diagrams
from textstudy.report.sections.background.topics import topics
from textstudy.settings.models import AS_MODEL

CASES = {
    "linear": ({"architecture": "linear"}, {"linear"}),
    "one direction": (
        {"architecture": "recurrent", "cell": "rnn", "bidirectional": False, "pooling": "final"},
        {"recurrent"},
    ),
    "gru": (
        {"architecture": "recurrent", "cell": "gru", "pooling": "dot_attention"},
        {"recurrent", "gru", "bidirectional", "attention"},
    ),
    "encoder-decoder": ({"architecture": "encoder_decoder"}, {"recurrent", "lstm", "bidirectional", "attention"}),
    "transformer": ({"architecture": "transformer"}, {"attention", "transformer"}),
    "distilled": ({"architecture": "pretrained"}, {"attention", "transformer", "pretraining", "distillation"}),
    "static": ({"architecture": "static"}, {"averages", "pretraining"}),
    "fasttext": ({"architecture": "fasttext"}, {"averages"}),
    "neighbours": ({"architecture": "neighbours"}, {"neighbours", "attention", "transformer", "pretraining"}),
    "kernel": ({"architecture": "kernel"}, {"kernel", "attention", "transformer", "pretraining"}),
    "ensemble": ({"architecture": "ensemble", "members": ["one", "two"]}, set()),
}


def made(name):
    """Return the parts of a model that its topics depend on."""
    encoder = {"role": "distilbert-base-uncased", "resource": "minilm"} if name == "distilled" else None
    model = {"settings": AS_MODEL.validate_python(CASES[name][0]).model_dump(mode="json"), "encoder": encoder}
    restate(model)
    return model


@pytest.mark.parametrize("name", CASES)
def test_the_topics_of_a_model(name):
    assert topics({"models": {"m": made(name)}}) == CASES[name][1]


def test_every_work_is_cited_and_numbered_in_the_order_of_its_first_citation(tmp_path):
    report = sample()
    whole = report["models"]["bilstm_attention"]
    report["models"] |= {name: {**whole, **made(name)} for name in CASES if name != "ensemble"}
    report["confusions"] |= dict.fromkeys(CASES, [])
    page = convert(compose(report, figures=set(), base=tmp_path), report, "html5", tmp_path)
    cited = dict.fromkeys(re.findall(r'href="#ref-(\w+)" role="doc-biblioref">\[\d+\]</a>', page))
    listed = re.findall(r'id="ref-(\w+)" class="csl-entry" role="listitem">\s*\[(\d+)\]', page)
    assert listed == [(work, str(number)) for number, work in enumerate(cited, start=1)]
    works = re.findall(r"^@\w+\{(\w+),", (PAGE / "references.bib").read_text(encoding="utf-8"), flags=re.M)
    assert sorted(cited) == works
    assert "[1] G. Salton, C. Buckley, <em>Term-weighting approaches in automatic text retrieval</em>" in page


def test_a_citation_of_an_unknown_work_is_refused(tmp_path):
    with pytest.raises(StudyError, match="nobody"):
        convert("A claim [@nobody].", sample(), "typst", tmp_path)


def test_a_study_of_linear_models_explains_nothing_else(tmp_path):
    text = compose(sample(models={"linear_nb": ("linear", 0.7)}), figures=set(), base=tmp_path)
    assert "{#linear-models}" in text and "{#recurrent-networks}" not in text and "{#attention}" not in text


def test_diagrams_are_drawn_where_their_topic_is_explained(tmp_path):
    assert not [name for name in draw_all(sample(models={"linear_nb": ("linear", 0.7)}), tmp_path) if "diagram" in name]
    everything = {"models": {name: made(name) for name in CASES}}
    charts = (diagrams.recurrence, diagrams.lstm_cell, diagrams.attention, diagrams.transformer_layer)
    with house_style():
        for chart in charts:
            figure = chart(everything)
            assert figure is not None
            pyplot.close(figure)
