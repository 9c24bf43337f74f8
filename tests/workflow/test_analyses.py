"""In whose order words are deleted, what a test of an explanation reads for it, and which models differ in windows."""

import pytest

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.workflow.analyses import RIVALS, analysed_runs, deletion_data, rival_orders, window_pairs
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.digests import import_closure
from textstudy.workflow.paths import Layout


def explaining(*models) -> Layout:
    """The demo study, explaining these models."""
    overrides = {"demo": {"explanations": {"models": list(models)}}}
    return Layout(load_catalog({"studies": ["demo"], "overrides": overrides}, ROOT / "config" / "studies"))


def test_explained_models_are_compared_with_one_another():
    layout = explaining("linear_nb", "bilstm_attention")
    assert rival_orders(layout, "demo", "linear_nb") == [("bilstm_attention", 1)]
    files = deletion_data(layout, "demo", "bilstm_attention")
    assert files["attributions"] == "results/models/demo/bilstm_attention/1/attributions.parquet"
    assert files["others"] == ["results/models/demo/linear_nb/1/attributions.parquet"]
    assert files["split"] == "results/prepared/demo/split.parquet" and files["weights"].endswith("weights.safetensors")


@pytest.mark.parametrize(("model", "other"), [("bilstm_attention", "linear_nb"), ("linear_nb", "linear_svm")])
def test_a_model_explained_alone_is_compared_with_a_linear_one(model, other):
    layout = explaining(model)
    assert [name for name, _ in rival_orders(layout, "demo", model)] == [other]
    assert [name for name, _ in analysed_runs(layout, "demo", "explanations")] == [model]


def test_of_many_explained_models_the_next_few_are_rivals():
    copies = {f"copy_{number}": {"title": "", "architecture": "linear"} for number in range(6)}
    overrides = {"demo": {"models": copies, "explanations": {"models": list(copies)}}}
    layout = Layout(load_catalog({"studies": ["demo"], "overrides": overrides}, ROOT / "config" / "studies"))
    assert [name for name, _ in rival_orders(layout, "demo", "copy_4")] == ["copy_5", "copy_0", "copy_1"][:RIVALS]


CUT = {"tokenizer": "wordpieces", "encoder": "minilm", "maximum_length": 128}
FROZEN = {"title": "", "architecture": "pretrained", "encoding": "cut"}
WHOLE = {**FROZEN, "encoding": "whole"}
LONG = {
    "preparation": {"name": "long", "corpus": {"kind": "demo", "name": "long", "documents": 300}},
    "encodings": {"cut": CUT, "whole": {**CUT, "windows": {}}, "other": {**CUT, "maximum_length": 96, "windows": {}}},
    "models": {
        "frozen": FROZEN,
        "mean": WHOLE,
        "largest": {**WHOLE, "window_pooling": "max"},
        "narrow": {**FROZEN, "encoding": "other"},
        "wide": {**WHOLE, "head_size": 9},
        "tuned": {**WHOLE, "strategy": "full"},
    },
}


def long_texts(**changes) -> Layout:
    study = {"demo": {**LONG, "models": {**LONG["models"], **changes}}}
    return Layout(load_catalog({"studies": ["demo"], "overrides": study}, ROOT / "config" / "studies"))


def test_models_that_differ_only_in_windows_are_pairs():
    assert window_pairs(long_texts(), "demo") == [("frozen", "mean"), ("frozen", "largest")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"near": {"architecture": "neighbours", "encoding": "whole"}},
            "'near', of architecture 'neighbours', reads",
        ),
        ({"frozen": {**FROZEN, "window_pooling": "max"}}, "'frozen' pools windows, and its encoding 'cut' has none"),
    ],
)
def test_windows_that_a_model_cannot_read_or_does_not_have_are_refused(changes, message):
    with pytest.raises(StudyError, match=message):
        long_texts(**changes)


def test_the_code_of_windows_is_read_by_pretrained_models_alone():
    """An edit there makes no other network train again."""
    scripts = ROOT / "workflow_scripts"
    read = {name: import_closure(scripts / "train_network.py", [f"textstudy.models.{name}"])
            for name in ("recurrent", "transformer", "pretrained")}  # fmt: skip
    assert [name for name, modules in read.items() if "textstudy.models.windows" in modules] == ["pretrained"]
    assert not any("textstudy.encode.windows" in modules for modules in read.values())
