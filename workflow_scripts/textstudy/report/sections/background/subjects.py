"""The subjects that a reader must know to understand the models of a study."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.types import Report

RECURRENT = ("recurrent", "encoder_decoder", "embedding_recurrent")
PRETRAINED = ("pretrained", "neighbours", "embedding_recurrent")


def subjects(report: Report) -> set[str]:
    """Return what the study's models ask a reader to know."""
    found: set[str] = set()
    for model in report["models"].values():
        found |= _of_model(model)
    return found


def _of_model(model: Mapping[str, Any]) -> set[str]:
    kind, settings = model["architecture"], model.get("settings") or {}
    found = {kind} & {"linear", "neighbours"}
    if kind in RECURRENT:
        cell = settings.get("cell", "rnn") if kind == "recurrent" else "lstm"
        found |= {"recurrent", *({cell} & {"lstm", "gru"})}
        found |= {"bidirectional"} if kind != "recurrent" or settings.get("bidirectional") else set()
    if "attention" in str(settings.get("pooling")) or settings.get("attention") or kind == "embedding_recurrent":
        found |= {"attention"}
    if kind in ("transformer", "pretrained", "neighbours"):
        found |= {"attention", "transformer"}
    if kind in PRETRAINED:
        found |= {"pretraining"}
    if "distil" in ((model.get("encoder") or {}).get("role") or ""):
        found |= {"distillation"}
    return found
