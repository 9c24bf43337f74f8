"""From texts to probabilities with a trained run: the same numbers as from the prepared files."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from small_runs import run_of, trained_run
from textstudy.errors import StudyError
from textstudy.evaluate.predictors import load_predictor
from textstudy.evaluate.runs import evaluate_run
from textstudy.settings.models.embedding_recurrent import EmbeddingRecurrentModel
from textstudy.settings.models.fasttext import FasttextModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.settings.models.static import StaticModel
from textstudy.storage.files import write_json
from textstudy.train.build import load_documents, load_network
from textstudy.train.linear import train_linear
from textstudy.train.predict import arithmetic, predict

TRAINING = {"epochs": 2, "batch_size": 4}
RECURRENT = {"embeddings": "random", "embedding_size": 6, "hidden_size": 5, "tfidf_weighting": True}

PRETRAINED = {"architecture": "pretrained", "training": TRAINING, "pooling": "mean", "standardize": True}
MODELS = {
    "linear": LinearModel(architecture="linear", minimum_document_frequency=1),
    "recurrent": RecurrentModel(architecture="recurrent", training=TRAINING, **RECURRENT),
    "freeze": PretrainedModel(**PRETRAINED),
    "full": PretrainedModel(**PRETRAINED, strategy="full"),
    "hybrid": PretrainedModel(**PRETRAINED, strategy="hybrid", head_training=TRAINING),
    "windows": PretrainedModel(**PRETRAINED, encoding="windows", window_pooling="attention"),
    "tuned_windows": PretrainedModel(
        **PRETRAINED, encoding="windows", window_pooling="max", strategy="hybrid", head_training=TRAINING
    ),
    "embeddings": EmbeddingRecurrentModel(
        architecture="embedding_recurrent", training=TRAINING, hidden_size=5, head_size=4
    ),
    "fasttext": FasttextModel(architecture="fasttext", training=TRAINING, embedding_size=4),
    "static": StaticModel(architecture="static", training=TRAINING, embedding_size=4),
}


@pytest.fixture
def split(frame):
    """The nine documents as a SPLIT table."""
    return frame.assign(cluster=frame["id"])


def test_texts_without_a_word_are_one_sentence_to_a_linear_model(split, tmp_path):
    with pytest.raises(StudyError, match="finds nothing to learn from here .*leave it out"):
        train_linear(run_of(LinearModel(architecture="linear"), tmp_path), split.assign(text="?! ..."))


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "linear"])
def test_texts_and_prepared_files_give_the_same_probabilities(split, kind, tmp_path, encoder_of):
    run = trained_run(MODELS[kind], split, tmp_path, encoder_of("bert"))
    predict_proba = load_predictor(run)
    network, documents = load_network(run), load_documents(run.settings, run.files)
    for part in ("validation", "test"):
        texts = split.loc[split["split"] == part, "text"].tolist()
        np.testing.assert_allclose(predict_proba(texts), predict(network, documents[part]), atol=1e-6)


@pytest.mark.parametrize("kind", [kind for kind in MODELS if "windows" not in kind])
def test_an_evaluation_covers_every_document_of_validation_and_test(split, kind, tmp_path, encoder_of):
    run = trained_run(MODELS[kind], split, tmp_path, encoder_of("bert"))
    predictions, metrics, calibration = evaluate_run(run, split)
    assert calibration["temperature"] is None and calibration["answers"] and calibration["sets"]
    assert predictions["id"].tolist() == split.loc[split["split"] != "train", "id"].tolist()
    np.testing.assert_allclose(np.stack(predictions["probabilities"]).sum(axis=1), 1, atol=1e-5)
    for part in ("validation", "test"):
        assert metrics[part]["documents"] == (split["split"] == part).sum()


@pytest.mark.parametrize("kind", ["windows", "tuned_windows"])
def test_windows_that_were_cached_and_those_of_texts_give_the_same_bits(split, kind, tmp_path, encoder_of):
    split.loc[split.index[-1], "text"] = "the ball and the crowd went wild " * 9  # more than all its windows
    run = trained_run(MODELS[kind], split, tmp_path, encoder_of("bert"))
    found, _, _ = evaluate_run(run, split)
    for part in ("validation", "test"):
        texts = split.loc[split["split"] == part, "text"].tolist()
        expected = np.stack(found.loc[found["split"] == part, "probabilities"])
        np.testing.assert_array_equal(load_predictor(run)(texts), expected)


@pytest.mark.parametrize("kind", ["recurrent", "freeze", "full"])
def test_predictions_have_the_precision_of_the_training_and_heads_have_32_bits(
    split, kind, tmp_path, encoder_of, monkeypatch
):
    training = MODELS[kind].training.model_copy(update={"precision": "bfloat16"})
    run = trained_run(MODELS[kind].model_copy(update={"training": training}), split, tmp_path, encoder_of("bert"))
    monkeypatch.setattr("textstudy.train.predict.arithmetic", lambda precision, device: "float32")
    exact, _, _ = evaluate_run(run, split)
    monkeypatch.setattr("textstudy.train.predict.arithmetic", lambda precision, device: precision)
    rounded, _, _ = evaluate_run(run, split)
    difference = np.abs(np.stack(exact["probabilities"]) - np.stack(rounded["probabilities"]))
    assert difference.max() < 0.02 and (difference.max() > 0) == (kind != "freeze")


@pytest.mark.parametrize(
    ("device", "fastest", "wanted", "found"),
    [
        ("cpu", "bfloat16", "auto", "bfloat16"),
        ("cpu", "bfloat16", "bfloat16", "bfloat16"),
        ("cpu", "float32", "bfloat16", "float32"),  # as on another machine than that of the training
        ("cpu", "bfloat16", "float32", "float32"),
        ("cpu", "bfloat16", "float16", "float32"),
        ("cuda", "bfloat16", "float16", "float16"),
    ],
)
def test_a_device_predicts_in_16_bits_where_it_is_fast_in_them(device, fastest, wanted, found, monkeypatch):
    monkeypatch.setattr("textstudy.machine.devices._fastest", lambda device: fastest)
    monkeypatch.setattr("textstudy.machine.devices._has_bfloat16", lambda device: True)
    assert arithmetic(wanted, torch.device(device)) == found


@pytest.mark.parametrize("kind", ["linear", "freeze"])
def test_a_temperature_is_fitted_by_the_evaluation_and_followed_by_every_prediction(split, kind, tmp_path, encoder_of):
    run = trained_run(MODELS[kind], split, tmp_path, encoder_of("bert"))
    before, plain, _ = evaluate_run(run, split)
    after, metrics, calibration = evaluate_run(run, split, temperature_scaling=True, ordinal=True)
    assert after["predicted"].equals(before["predicted"]) and calibration["temperature"] != 1
    assert calibration["documents"] == metrics["validation"]["documents"]
    assert metrics["validation"]["log_loss"] <= plain["validation"]["log_loss"]
    for part in ("validation", "test"):
        assert calibration["before"][part] == {name: plain[part][name] for name in calibration["before"][part]}
        assert "quadratic_kappa" in metrics[part]
    write_json(tmp_path / "calibration.json", calibration)
    scaled = load_predictor(replace(run, files=replace(run.files, calibration_path=tmp_path / "calibration.json")))
    texts = split.loc[split["split"] == "test", "text"].tolist()
    expected = np.stack(after.loc[after["split"] == "test", "probabilities"])
    np.testing.assert_allclose(scaled(texts), expected, atol=1e-6)


def test_a_refit_takes_the_temperature_of_the_run_that_had_not_seen_validation(split, tmp_path, encoder_of):
    run = trained_run(MODELS["linear"], split, tmp_path, encoder_of("bert"))
    base, metrics, calibration = evaluate_run(run, split, temperature_scaling=True)
    again = evaluate_run(run, split, temperature_scaling=True, base_predictions=base, base_calibration=calibration)
    assert again[2] == calibration and again[1] == metrics
    np.testing.assert_array_equal(*(np.stack(table["probabilities"]) for table in (base, again[0])))
