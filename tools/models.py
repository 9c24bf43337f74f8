"""The parameters of every model of every study, by the studies' full definitions: `make models`.

Nothing is trained or downloaded: networks are built without storage, from the sizes that the study files state. What
only a corpus or a run decides (the features of a linear model, the winner of a phase) is said so instead.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow_scripts"))

import torch  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from transformers import AutoConfig, AutoModel, PretrainedConfig  # noqa: E402

from textstudy.corpora.demo import GROUPS  # noqa: E402
from textstudy.corpora.sst import LABELS  # noqa: E402
from textstudy.encode.encoders import load_configuration  # noqa: E402
from textstudy.errors import StudyError  # noqa: E402
from textstudy.models.parameters import count_parameters  # noqa: E402
from textstudy.settings.models import DefinedModel  # noqa: E402
from textstudy.settings.models.ensemble import EnsembleModel  # noqa: E402
from textstudy.settings.study import Study  # noqa: E402
from textstudy.workflow.catalog import canonical, load_catalog  # noqa: E402

BASES = {"bert-base-uncased": "bert", "distilbert-base-uncased": "distilbert"}
UNKNOWN = {"total": None, "trainable": None, "frozen": None}


def class_count(study: Study) -> int | None:
    """Return how many labels a study's corpus has, or None where only its file tells."""
    corpus = study.preparation.corpus
    named = getattr(corpus, "groups", None) or getattr(corpus, "labels", None)
    if named:
        return len(set(named if corpus.kind == "newsgroups" else named.values()))
    return {"newsgroups": 20, "sst": len(LABELS), "demo": len(GROUPS)}.get(corpus.kind)


def published_configuration(name: str) -> PretrainedConfig:
    """Return the configuration of an encoder by its name, without its weights.

    BERT and DistilBERT base are the defaults of their classes, so nothing is fetched for them; another encoder's
    configuration alone comes from the hub or its cache, or from a local folder.

    Raises:
        StudyError: it cannot be had.
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
            f"the configuration of the encoder {name!r} cannot be had ({reason}): check its name."
        ) from None


def size(study: Study, model: DefinedModel) -> dict[str, Any]:
    """Return {"total", "trainable", "frozen"} of a model, with `note` where a figure cannot be had without a run."""
    classes = class_count(study)
    if model.architecture == "linear":
        return {**UNKNOWN, "note": "as many features as the corpus has"}
    if model.architecture == "ensemble":
        return ensemble_size(model, classes)
    encoding = study.encodings[model.encoding]
    if classes is None:
        return {**UNKNOWN, "note": "as many classes as the corpus has"}
    build = importlib.import_module(f"textstudy.models.{model.architecture}").build
    encoder = published_configuration(encoding.encoder) if encoding.tokenizer == "wordpieces" else None
    with torch.device("meta"):
        if getattr(model, "strategy", None) == "freeze":
            counted = count_parameters(AutoModel.from_config(encoder))["total"]
            head = count_parameters(build(canonical(model), classes=classes, feature_size=encoder.hidden_size))
            return {"total": head["total"] + counted, "trainable": head["trainable"], "frozen": counted}
        if model.holds_encoder:
            return count_parameters(build(canonical(model), classes=classes, encoder=AutoModel.from_config(encoder)))
        vocabulary_size = encoder.vocab_size if encoder else encoding.vocabulary_size
        if vocabulary_size is None:
            return {**UNKNOWN, "note": "as many words as the corpus has"}
        vectors = torch.empty(vocabulary_size, model.embedding_size) if model.embeddings != "random" else None
        network = build(canonical(model), classes=classes, vocabulary_size=vocabulary_size, embedding=vectors)
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
    """Return model → its size; a model that extends a winner has one only where every candidate has the same."""
    found = {}
    for name, model in study.models.items():
        candidates = [size(study, candidate) for candidate in study.candidates(name)]
        same = all(candidate == candidates[0] for candidate in candidates)
        found[name] = candidates[0] if same else {**UNKNOWN, "note": f"as the winner of {model.winner}"}
    return found


def all_sizes() -> dict[str, dict[str, dict[str, Any]]]:
    """Return study → model → size, for every study file of the project."""
    folder = ROOT / "config" / "studies"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    return {name: sizes(load_catalog({"studies": [name]}, folder).studies[name].study) for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=["table", "json"], default="table")
    found = all_sizes()
    if parser.parse_args().format == "json":
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


if __name__ == "__main__":
    main()
