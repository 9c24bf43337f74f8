"""What kind of model an entry of a study is, in words that hold across studies."""

from collections.abc import Mapping
from typing import Any

# Architecture → kind; pretrained encoders by what of them learns.
KINDS = {
    "linear": "linear, on TF-IDF features",
    "recurrent": "recurrent network",
    "encoder_decoder": "encoder-decoder",
    "transformer": "Transformer from scratch",
    "embedding_recurrent": "recurrent network over an encoder's embeddings",
    "frozen": "pretrained encoder, frozen",
    "fine_tuned": "pretrained encoder, fine-tuned",
    "neighbours": "nearest neighbours",
    "ensemble": "ensemble",
}


def kind(settings: Mapping[str, Any]) -> str:
    """Return the kind of a model with these settings, as a run has them; an architecture unknown here is its own."""
    key = settings["architecture"]
    if key == "pretrained":
        key = "frozen" if settings.get("strategy") == "freeze" else "fine_tuned"
    return KINDS.get(key, key.replace("_", " "))
