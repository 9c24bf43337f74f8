"""Whether a pretrained encoder is part of a model: the layout of the workflow and the networks agree on it here."""

from collections.abc import Mapping
from typing import Any


def holds_encoder(settings: Mapping[str, Any]) -> bool:
    """Whether a pretrained encoder is part of the network, and not only its tokenizer, or what made its states.

    Args:
        settings: architecture and, for pretrained models, strategy.
    """
    return settings["architecture"] == "embedding_recurrent" or settings.get("strategy") in ("full", "hybrid")
