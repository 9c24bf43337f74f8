"""Small runs for tests: trained on a SPLIT table, and returned as an evaluation finds them."""

from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import torch

from textstudy.encode.distill import write_distilled
from textstudy.encode.features import write_features
from textstudy.encode.ngrams import encode_ngrams
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.encode.words import encode_words
from textstudy.machine.stopwatch import Lap
from textstudy.runs import Facts, Run, RunFiles, read_run, training_record, write_run
from textstudy.settings.models.base import ModelSettings
from textstudy.train.build import build_network
from textstudy.train.kernel import train_kernel
from textstudy.train.linear import train_linear
from textstudy.train.neighbours import train_neighbours
from textstudy.train.network import train_network

WINDOWS = {"overlap": 3, "maximum": 3}
WORDS = {"vocabulary_size": None, "minimum_count": 1, "maximum_length": 30, "lowercase": True}
NGRAMS = {"buckets": 500, "word_ngrams": 2, "character_ngrams": (3, 4), "lowercase": True}


def facts_of(model: ModelSettings) -> Facts:
    """The facts that the rule of a training hands on."""
    return Facts(**{field.name: getattr(model, field.name) for field in fields(Facts)})


def run_of(model: ModelSettings, folder: Path, *, labels: tuple[str, ...] = (), **files: Path) -> Run:
    """A run of a model with seed 1."""
    settings = model.model_dump(mode="json")
    return Run(RunFiles(folder, **files), settings, facts_of(model), seed=1, code="x", labels=labels)


def trained_run(
    model: ModelSettings, split: pd.DataFrame, folder: Path, encoder: Path, *, length: int = 12, learned: bool = True
) -> Run:
    """Train a run, or draw random weights for it, with the encodings and states that it reads.

    A model whose encoding is called `windows` reads documents in several.
    """
    run, encoding = run_of(model, folder / "run"), folder / "encoding"
    if model.learner == "linear":
        train_linear(run, split)
        return read_run(run.files)
    training = replace(run.files, encoding_folder=encoding)
    if model.encoding == "words":
        encode_words(split, WORDS | {"maximum_length": length}, encoding)
        evaluation = training
    elif model.encoding == "ngrams":
        encode_ngrams(split, NGRAMS, encoding)
        evaluation = training
    else:
        windows = WINDOWS if model.encoding == "windows" else None
        encode_wordpieces(split, encoder, {"maximum_length": length, "windows": windows}, encoding)
        evaluation = replace(training, encoder_folder=encoder)
    if model.holds_encoder:
        training = replace(training, encoder_folder=encoder)
    if "distilled" in model.inputs:
        vectors = encoding / f"distilled-{model.embedding_size}.safetensors"
        write_distilled(encoding, encoder, vectors, name="tiny", dimension=model.embedding_size)
        training, evaluation = (replace(files, vectors_path=vectors) for files in (training, evaluation))
    if model.reads_states:
        write_features(encoding, encoder, encoding, name="tiny")
        training = replace(training, features_path=encoding / "features.safetensors")
    if run.facts.reads_states and not run.facts.holds_encoder:
        evaluation = replace(evaluation, features_path=training.features_path)
    if model.learner == "neighbours":
        train_neighbours(replace(run, files=training))
    elif model.learner == "kernel":
        train_kernel(replace(run, files=training))
    elif learned:
        train_network(replace(run, files=training), checkpoint_root=folder / "checkpoints")
    else:
        torch.manual_seed(0)
        run = replace(run, labels=sorted(split["label"].unique()))
        network = build_network(run.settings, training, classes=len(run.labels))
        record = training_record(parameters={}, lap=Lap(0.0, 0.0, {}), load_average={})
        write_run(run, training=record, weights=network.state_dict())
    return read_run(evaluation)
