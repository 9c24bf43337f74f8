"""From texts to probabilities with a trained run: the same numbers as from the prepared files."""

import numpy as np
import pytest

from small_runs import run_of, trained_run
from textstudy.errors import StudyError
from textstudy.evaluate.predictors import load_predictor
from textstudy.evaluate.runs import evaluate_run
from textstudy.settings.models.embedding_recurrent import EmbeddingRecurrentModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.train.build import load_documents, load_network
from textstudy.train.linear import train_linear
from textstudy.train.predict import predict

TRAINING = {"epochs": 2, "batch_size": 4}
RECURRENT = {"embeddings": "random", "embedding_size": 6, "hidden_size": 5, "tfidf_weighting": True}

PRETRAINED = {"architecture": "pretrained", "training": TRAINING, "pooling": "mean", "standardize": True}
MODELS = {
    "linear": LinearModel(architecture="linear", minimum_document_frequency=1),
    "recurrent": RecurrentModel(architecture="recurrent", training=TRAINING, **RECURRENT),
    "freeze": PretrainedModel(**PRETRAINED),
    "full": PretrainedModel(**PRETRAINED, strategy="full"),
    "hybrid": PretrainedModel(**PRETRAINED, strategy="hybrid", head_training=TRAINING),
    "embeddings": EmbeddingRecurrentModel(
        architecture="embedding_recurrent", training=TRAINING, hidden_size=5, head_size=4
    ),
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


@pytest.mark.parametrize("kind", MODELS)
def test_an_evaluation_covers_every_document_of_validation_and_test(split, kind, tmp_path, encoder_of):
    run = trained_run(MODELS[kind], split, tmp_path, encoder_of("bert"))
    predictions, metrics = evaluate_run(run, split)
    assert predictions["id"].tolist() == split.loc[split["split"] != "train", "id"].tolist()
    np.testing.assert_allclose(np.stack(predictions["probabilities"]).sum(axis=1), 1, atol=1e-5)
    for part in ("validation", "test"):
        assert metrics[part]["documents"] == (split["split"] == part).sum()
