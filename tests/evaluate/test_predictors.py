"""From texts to probabilities with a trained run: the same numbers as from the prepared files."""

from pathlib import Path

import numpy as np
import pytest

from textstudy.encode.features import write_features
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.encode.words import encode_words
from textstudy.evaluate.predictors import load_predictor
from textstudy.evaluate.runs import evaluate_run
from textstudy.model_settings import LinearModel, PretrainedModel, RecurrentModel
from textstudy.train.linear import train_linear
from textstudy.train.predict import predict
from textstudy.train.runs import load_documents, load_network, train_network

TRAINING = {"epochs": 2, "batch_size": 4}
RECURRENT = {"embeddings": "random", "embedding_size": 6, "hidden_size": 5, "tfidf_weighting": True}


@pytest.fixture
def split(frame):
    """The nine documents as a SPLIT table."""
    return frame.assign(cluster=frame["id"])


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
        model = PretrainedModel(architecture="pretrained", training=TRAINING, pooling="mean", standardize=True)
        encoder = encoder_of("bert")
        encode_wordpieces(split, encoder, {"maximum_length": 12}, encoding)
        write_features(encoding, encoder, encoding, name="tiny")
        files |= {"features_path": encoding / "features.safetensors", "encoder_folder": encoder}
    settings = model.model_dump(mode="json")
    train_network(
        architecture=kind, settings=settings, seed=1, folder=run, checkpoint_root=tmp_path / "c",
        code_digest="x", **{name: files[name] for name in ("encoding_folder", "features_path", "glove_path")},
    )  # fmt: skip
    return {"settings": settings, "folder": run, **files}


@pytest.mark.parametrize("kind", ["recurrent", "pretrained"])
def test_texts_and_prepared_files_give_the_same_probabilities(split, kind, tmp_path, encoder_of):
    found = trained(split, kind, tmp_path, encoder_of)
    classes = split["label"].nunique()
    predict_proba = load_predictor(classes=classes, **found)
    paths = {name: found[name] for name in ("encoding_folder", "features_path", "glove_path")}
    network = load_network(found["folder"], architecture=kind, settings=found["settings"], classes=classes, **paths)
    documents = load_documents(
        found["encoding_folder"], settings=found["settings"], features_path=found["features_path"]
    )
    for part in ("validation", "test"):
        texts = split.loc[split["split"] == part, "text"].tolist()
        np.testing.assert_allclose(predict_proba(texts), predict(network, documents[part]), atol=1e-6)


@pytest.mark.parametrize("kind", ["linear", "recurrent", "pretrained"])
def test_an_evaluation_covers_every_document_of_validation_and_test(split, kind, tmp_path, encoder_of):
    predictions, metrics, efficiency = evaluate_run(split=split, **trained(split, kind, tmp_path, encoder_of))
    assert predictions["id"].tolist() == split.loc[split["split"] != "train", "id"].tolist()
    np.testing.assert_allclose(np.stack(predictions["probabilities"]).sum(axis=1), 1, atol=1e-5)
    for part in ("validation", "test"):
        assert metrics[part]["documents"] == (split["split"] == part).sum()
    assert efficiency["latency_ms_median"] > 0 and efficiency["threads"] == 1
