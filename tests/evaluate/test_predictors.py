"""From texts to probabilities with a trained run: the same numbers as from the prepared files."""

from pathlib import Path

import numpy as np
import pytest

from textstudy.encode.features import write_features
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.encode.words import encode_words
from textstudy.errors import StudyError
from textstudy.evaluate.predictors import load_predictor
from textstudy.evaluate.runs import evaluate_run
from textstudy.settings.models.embedding_recurrent import EmbeddingRecurrentModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.train.linear import train_linear
from textstudy.train.networks import load_documents, load_network
from textstudy.train.predict import predict
from textstudy.train.runs import train_network

TRAINING = {"epochs": 2, "batch_size": 4}
RECURRENT = {"embeddings": "random", "embedding_size": 6, "hidden_size": 5, "tfidf_weighting": True}

PRETRAINED = {"architecture": "pretrained", "training": TRAINING, "pooling": "mean", "standardize": True}
OF_AN_ENCODER = {
    "freeze": PretrainedModel(**PRETRAINED),
    "full": PretrainedModel(**PRETRAINED, strategy="full"),
    "lower layers frozen": PretrainedModel(**PRETRAINED, strategy="full", frozen_layers=1),
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
    settings = LinearModel(architecture="linear").model_dump(mode="json")
    with pytest.raises(StudyError, match="finds nothing to learn from here .*leave it out"):
        train_linear(split.assign(text="🙂 🙃"), settings, seed=1, folder=tmp_path, code_digest="x")


def trained(split, kind: str, tmp_path: Path, encoder_of) -> dict:
    """Train a run of `kind`; return the arguments that find it again."""
    run, encoding = tmp_path / "run", tmp_path / "encoding"
    files: dict = {"encoding_folder": encoding, "features_path": None, "glove_path": None, "encoder_folder": None}
    if kind == "linear":
        settings = LinearModel(architecture="linear", minimum_document_frequency=1).model_dump(mode="json")
        train_linear(split, settings, seed=1, folder=run, code_digest="x")
        return {"settings": settings, "folder": run, **files, "encoding_folder": None}
    if kind == "recurrent":
        model = RecurrentModel(architecture="recurrent", training=TRAINING, **RECURRENT)
        encode_words(
            split,
            {"vocabulary_size": None, "minimum_count": 1, "maximum_length": 9, "lowercase": True},
            encoding,
        )
    else:
        model = OF_AN_ENCODER[kind]
        encoder = encoder_of("bert")
        encode_wordpieces(split, encoder, {"maximum_length": 12}, encoding)
        write_features(encoding, encoder, encoding, name="tiny")
        files["encoder_folder"] = encoder
    settings = model.model_dump(mode="json")
    sources = dict(files)
    if kind in ("freeze", "hybrid"):
        sources["features_path"] = encoding / "features.safetensors"
    if kind == "freeze":
        sources["encoder_folder"], files["features_path"] = None, sources["features_path"]
    options = {"seed": 1, "folder": run, "checkpoint_root": tmp_path / "c", "code_digest": "x"}
    train_network(settings=settings, **options, **sources)
    return {"settings": settings, "folder": run, **files}


@pytest.mark.parametrize("kind", ["recurrent", *OF_AN_ENCODER])
def test_texts_and_prepared_files_give_the_same_probabilities(split, kind, tmp_path, encoder_of):
    found = trained(split, kind, tmp_path, encoder_of)
    classes = split["label"].nunique()
    predict_proba = load_predictor(classes=classes, **found)
    paths = {name: found[name] for name in ("encoding_folder", "features_path", "glove_path")}
    inside = {"encoder_folder": found["encoder_folder"]} if kind != "freeze" else {}
    network = load_network(found["folder"], settings=found["settings"], classes=classes, **paths, **inside)
    documents = load_documents(settings=found["settings"], **paths)
    for part in ("validation", "test"):
        texts = split.loc[split["split"] == part, "text"].tolist()
        np.testing.assert_allclose(predict_proba(texts), predict(network, documents[part]), atol=1e-6)


@pytest.mark.parametrize("kind", ["linear", "recurrent", *OF_AN_ENCODER])
def test_an_evaluation_covers_every_document_of_validation_and_test(split, kind, tmp_path, encoder_of):
    predictions, metrics, efficiency = evaluate_run(split=split, **trained(split, kind, tmp_path, encoder_of))
    assert predictions["id"].tolist() == split.loc[split["split"] != "train", "id"].tolist()
    np.testing.assert_allclose(np.stack(predictions["probabilities"]).sum(axis=1), 1, atol=1e-5)
    for part in ("validation", "test"):
        assert metrics[part]["documents"] == (split["split"] == part).sum()
    assert efficiency["latency_ms_median"] > 0 and efficiency["threads"] == 1
