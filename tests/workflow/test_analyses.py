"""In whose order words are deleted, and what a test of an explanation reads for it."""

import pytest

from paths import ROOT
from textstudy.workflow.analyses import analysed_runs, compared_orders, deletion_data
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.paths import Layout


def explaining(*models) -> Layout:
    """The demo study, explaining these models."""
    overrides = {"demo": {"explanations": {"models": list(models)}}}
    return Layout(load_catalog({"studies": ["demo"], "overrides": overrides}, ROOT / "config" / "studies"))


def test_explained_models_are_compared_with_one_another():
    layout = explaining("linear_nb", "bilstm_attention")
    assert compared_orders(layout, "demo") == analysed_runs(layout, "demo", "explanations")
    files = deletion_data(layout, "demo", "bilstm_attention")
    assert files["attributions"] == "results/models/demo/bilstm_attention/1/attributions.parquet"
    assert files["others"] == ["results/models/demo/linear_nb/1/attributions.parquet"]
    assert files["split"] == "results/prepared/demo/split.parquet" and files["weights"].endswith("weights.safetensors")


@pytest.mark.parametrize(("model", "other"), [("bilstm_attention", "linear_nb"), ("linear_nb", "linear_svm")])
def test_a_model_explained_alone_is_compared_with_a_linear_one(model, other):
    layout = explaining(model)
    assert [name for name, _ in compared_orders(layout, "demo")] == [model, other]
    assert [name for name, _ in analysed_runs(layout, "demo", "explanations")] == [model]
