"""In whose order words are deleted, and what a test of an explanation reads for it."""

import pytest

from paths import ROOT
from textstudy.workflow.analyses import RIVALS, analysed_runs, deletion_data, rival_orders
from textstudy.workflow.catalog import load_catalog
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
