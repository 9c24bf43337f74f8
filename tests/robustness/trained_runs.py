"""Tiny trained runs of every way that a text reaches a model, for the tests of scores."""

from pathlib import Path

import pandas as pd

from textstudy.encode.features import write_features
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.encode.words import encode_words
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.train.linear import train_linear
from textstudy.train.runs import train_network

TRAINING = {"epochs": 1, "batch_size": 4}
RECURRENT = {"embeddings": "random", "embedding_size": 6, "hidden_size": 5}
PRETRAINED = {"architecture": "pretrained", "training": TRAINING, "pooling": "mean"}
MODELS = {
    "linear": LinearModel(architecture="linear", minimum_document_frequency=1),
    "words": RecurrentModel(architecture="recurrent", training=TRAINING, tfidf_weighting=True, **RECURRENT),
    "wordpieces": RecurrentModel(architecture="recurrent", training=TRAINING, **RECURRENT),
    "freeze": PretrainedModel(**PRETRAINED),
    "full": PretrainedModel(**PRETRAINED, strategy="full"),
}
WORDS = {"vocabulary_size": None, "minimum_count": 1, "maximum_length": 9, "lowercase": True}


def trained(split: pd.DataFrame, kind: str, folder: Path, encoder: Path) -> dict:
    """Train a run of `kind` on a SPLIT table; return the arguments that find it again."""
    settings = MODELS[kind].model_dump(mode="json")
    run, encoding = folder / "run", folder / "encoding"
    found: dict = {"settings": settings, "folder": run}
    files = dict.fromkeys(("encoding_folder", "features_path", "glove_path", "encoder_folder"))
    if kind == "linear":
        train_linear(split, settings, seed=1, folder=run, code_digest="x")
        return found | files
    files["encoding_folder"] = encoding
    if kind == "words":
        encode_words(split, WORDS, encoding)
    else:
        encode_wordpieces(split, encoder, {"maximum_length": 12}, encoding)
    if kind == "freeze":
        write_features(encoding, encoder, encoding, name="tiny")
        files["features_path"] = encoding / "features.safetensors"
    part_of_it = {"encoder_folder": encoder if kind == "full" else None}
    options = {"seed": 1, "folder": run, "checkpoint_root": folder / "checkpoints", "code_digest": "x"}
    train_network(settings=settings, **options, **{**files, **part_of_it})
    return found | files | {"encoder_folder": None if kind == "words" else encoder}
