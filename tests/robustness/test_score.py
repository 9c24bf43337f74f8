"""Scores of a run on perturbed samples: the same as one by one, whatever the order, the cores and the portions."""

import numpy as np
import pandas as pd
import pytest
import torch

from robustness.made_up import samples, settings
from robustness.small_models import MODELS
from small_runs import trained_run
from textstudy.errors import StudyError
from textstudy.evaluate.predictors import load_predictor
from textstudy.robustness import score
from textstudy.robustness.score import score_run
from textstudy.runs import Run

LABELS = ["computer", "sport"]


@pytest.fixture
def table(frame) -> pd.DataFrame:
    """A PERTURBED table of the nine documents, with many equal texts, an empty one and a long one."""
    made = samples(9, settings(variants=3))
    original = dict(zip(sorted(made["id"].unique()), frame["text"], strict=True))
    label = dict(zip(sorted(made["id"].unique()), frame["label"], strict=True))
    texts = made["id"].map(original) + [
        " ball" * (20 * variant) if share == 0.4 else " zebra" * (variant // 2)
        for share, variant in zip(made["share"], made["variant"], strict=True)
    ]
    return made.assign(text=texts, label=made["id"].map(label))


@pytest.fixture(params=MODELS)
def run(request, frame, tmp_path, encoder_of) -> Run:
    split = frame.assign(cluster=frame["id"])
    return trained_run(MODELS[request.param], split, tmp_path, encoder_of("bert"))


def test_all_at_once_is_one_by_one_and_in_the_order_of_the_samples(run, table, monkeypatch):
    monkeypatch.setattr(score, "PORTION", 5)
    found = score_run(run, table)
    predict_proba = load_predictor(run)
    alone = np.concatenate([predict_proba([text]) for text in table["text"]])
    np.testing.assert_allclose(np.stack(found["probabilities"]), alone, atol=1e-5)
    assert found["predicted"].tolist() == alone.argmax(axis=1).tolist()
    assert [LABELS[number] for number in found["label"]] == table["label"].tolist()
    for name in ("id", "perturbation", "share", "variant"):
        assert found[name].tolist() == table[name].tolist()
    kinds = {name: str(found[name].dtype) for name in ("label", "predicted", "variant", "tokens", "unknown")}
    assert set(kinds.values()) == {"int32"}
    assert found["probabilities"].iloc[0].dtype == np.float32


def test_order_and_cores_change_no_bit(run, table, monkeypatch):
    monkeypatch.setattr(score, "PORTION", 5)
    threads, found = torch.get_num_threads(), []
    try:
        for cores in (1, 3):
            torch.set_num_threads(cores)
            found.append(score_run(run, table))
            assert torch.get_num_threads() == cores
    finally:
        torch.set_num_threads(threads)
    shuffled = table.sample(frac=1, random_state=0)
    found.append(score_run(run, shuffled).iloc[np.argsort(shuffled.index)])
    first = found.pop(0)
    for other in found:
        np.testing.assert_array_equal(np.stack(first["probabilities"]), np.stack(other["probabilities"]))
        assert first["tokens"].tolist() == other["tokens"].tolist()


def test_each_distinct_text_is_predicted_once(run, table, monkeypatch):
    seen: list[str] = []
    load = score.load_predictor

    def counting(run):
        predict_proba = load(run)
        return lambda texts: seen.extend(texts) or predict_proba(texts)

    monkeypatch.setattr(score, "load_predictor", counting)
    score_run(run, table)
    assert len(seen) < len(table)
    assert sorted(seen) == sorted(set(table["text"]))


def test_a_label_that_the_model_does_not_know_is_refused(run, table):
    strange = table.assign(label=table["label"].where(table["id"] != "d00001", "weather"))
    with pytest.raises(StudyError, match="'weather'.*computer, sport"):
        score_run(run, strange)
