"""The parameters of every model of every study, by the studies' full definitions: `textstudy models`.

Nothing is trained or downloaded: networks are built without storage, from the sizes that the study files state. What
only a corpus or a run decides (the features of a linear model, the winner of a phase) has a note instead of a figure.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from transformers import AutoConfig, AutoModel, PretrainedConfig

from textstudy.encode.encoders import load_configuration
from textstudy.errors import StudyError
from textstudy.models.parameters import count_parameters
from textstudy.settings.models import DefinedModel
from textstudy.settings.models.cascade import CascadeModel
from textstudy.settings.models.ensemble import EnsembleModel
from textstudy.settings.study import Study
from textstudy.workflow.catalog import canonical, load_catalog

STUDIES = Path("config/studies")
BASES = {"bert-base-uncased": "bert", "distilbert-base-uncased": "distilbert"}
UNKNOWN = {"total": None, "trainable": None, "frozen": None}


def published_configuration(name: str) -> PretrainedConfig:
    """Return the configuration of an encoder by its name, without its weights.

    BERT and DistilBERT base are the defaults of their classes, so nothing is fetched for them; another encoder's
    configuration alone comes from the hub or its cache, or from a local folder.

    Raises:
        StudyError: it cannot be loaded.
    """
    if name in BASES:
        return AutoConfig.for_model(BASES[name])
    if Path(name).is_dir():
        return load_configuration(name)
    try:
        return AutoConfig.from_pretrained(name, trust_remote_code=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StudyError(
            f"the configuration of the encoder {name!r} cannot be loaded ({reason}): check its name."
        ) from None


def size(study: Study, model: DefinedModel) -> dict[str, Any]:
    """Return {"total", "trainable", "frozen"} of a model, with `note` where only a run has the figure."""
    classes = study.preparation.corpus.classes
    if model.learner == "linear":
        return {**UNKNOWN, "note": "as many features as the corpus has"}
    if model.learner == "prompted":
        return {**UNKNOWN, "note": "those of the language model"}
    if isinstance(model, EnsembleModel):
        return ensemble_size(model, classes)
    if isinstance(model, CascadeModel):
        learned = len(model.members) - 1  # a threshold each
        return {"total": learned, "trainable": learned, "frozen": 0}
    encoding = study.encodings[model.encoding]
    if classes is None:
        return {**UNKNOWN, "note": "as many classes as the corpus has"}
    build = importlib.import_module(f"textstudy.models.{model.architecture}").build
    encoder = published_configuration(encoding.encoder) if encoding.tokenizer == "wordpieces" else None
    windows = {"window": encoding.maximum_length} if getattr(encoding, "windows", None) else {}
    with torch.device("meta"):
        if model.reads_states and not model.holds_encoder:
            counted = count_parameters(AutoModel.from_config(encoder))["total"]
            sizes = {"classes": classes, "feature_size": encoder.hidden_size, **windows}
            head = count_parameters(build(canonical(model), **sizes))
            return {"total": head["total"] + counted, "trainable": head["trainable"], "frozen": counted}
        if model.holds_encoder:
            network = build(canonical(model), classes=classes, encoder=AutoModel.from_config(encoder), **windows)
            return count_parameters(network)
        vocabulary_size = encoder.vocab_size if encoder else encoding.vocabulary_size
        if vocabulary_size is None:
            return {**UNKNOWN, "note": "as many words as the corpus has"}
        options = {"vocabulary_size": vocabulary_size}
        if getattr(model, "embeddings", "random") != "random":
            options["embedding"] = torch.empty(vocabulary_size, model.embedding_size)
        network = build(canonical(model), classes=classes, **options)
    return count_parameters(network)


def ensemble_size(model: EnsembleModel, classes: int | None) -> dict[str, Any]:
    """Return what an ensemble learns itself; its members count as models of their own."""
    if classes is None:
        return {**UNKNOWN, "note": "as many classes as the corpus has"}
    inputs = len(model.members) * classes
    if model.method == "learned":
        build = importlib.import_module("textstudy.models.ensemble").build
        return count_parameters(build(canonical(model), classes=classes, feature_size=inputs))
    learned = {"average": 0, "pool": len(model.members), "stacked": inputs * classes + classes}[model.method]
    return {"total": learned, "trainable": learned, "frozen": 0}


def sizes(study: Study) -> dict[str, dict[str, Any]]:
    """Return model → its size; one that a search or a phase decides has one only where every candidate has the same."""
    found = {}
    for name, model in study.models.items():
        candidates = [size(study, candidate) for candidate in study.candidates(name)]
        same = all(candidate == candidates[0] for candidate in candidates)
        winner = getattr(model, "winner", None)
        note = f"as the winner of {winner}" if winner else "as a search or a phase decides"
        found[name] = candidates[0] if same else {**UNKNOWN, "note": note}
    return found


def all_sizes() -> dict[str, dict[str, dict[str, Any]]]:
    """Return study → model → size, for every study file of the project.

    Raises:
        StudyError: there are no study files here.
    """
    names = sorted(path.stem for path in STUDIES.glob("*.yaml"))
    if not names:
        raise StudyError(f"there is no study in {STUDIES.resolve()}: run this in the folder of the project.")
    return {name: sizes(load_catalog({"studies": [name]}, STUDIES).studies[name].study) for name in names}


def print_models(output: str) -> None:
    """Print all sizes as a "table" or as "json"."""
    found = all_sizes()
    if output == "json":
        print(json.dumps(found, indent=1))
        return
    table = Table("study", "model", "total", "trainable", "frozen", "")
    for study, models in found.items():
        for name, row in models.items():
            counts = (f"{row[key]:,}" if row[key] is not None else "–" for key in UNKNOWN)
            table.add_row(study, name, *counts, row.get("note", ""))
        table.add_section()
    for column in table.columns[2:5]:
        column.justify = "right"
    Console(width=None if sys.stdout.isatty() else 140).print(table)
