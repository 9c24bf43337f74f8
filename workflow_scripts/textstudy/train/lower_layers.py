"""The states after the frozen lower layers of an encoder: the same in every epoch, so computed once."""

import logging
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from textstudy.batching import longest_first
from textstudy.train.documents import Documents

logger = logging.getLogger(__name__)
LARGEST_GB = 4.0  # larger states are not cached, and the lower layers run in every epoch
BATCH_TOKENS = 2048


def cache_lower_states(model: nn.Module, documents: dict[str, Documents]) -> dict[str, Documents]:
    """Return training and validation documents with the states after the frozen layers in place of their token ids.

    Where the states would take more than `LARGEST_GB`, the documents are returned as they are.
    """
    train, validation = documents["train"], documents["validation"]
    both = train.followed_by(validation)
    gigabytes = int(both.lengths.sum()) * model.hidden_size * 4 / 1e9
    if gigabytes > LARGEST_GB:
        logger.info("the states of the frozen layers would take %.1f GB: they are computed in every epoch", gigabytes)
        return documents
    logger.info("caching the states of the frozen layers, %.1f GB", gigabytes)
    # Moved before they are divided: both parts share the states, and each would move a copy of all of them.
    cached, rows = _compute_states(model, both).to(next(model.parameters()).device), np.arange(len(both))
    return documents | {"train": cached.select(rows[: len(train)]), "validation": cached.select(rows[len(train) :])}


@torch.no_grad()
def _compute_states(model: nn.Module, documents: Documents) -> Documents:
    model.eval()
    states = torch.empty(int(documents.lengths.sum()), model.hidden_size)  # (all tokens, hidden)
    starts = np.cumsum(documents.lengths) - documents.lengths
    moved = documents.to(next(model.parameters()).device)
    for rows in longest_first(documents.lengths, tokens=BATCH_TOKENS):
        found = model.lower_states(**moved.batch(rows)).float().cpu()  # (batch, time, hidden)
        for document, row in zip(found, rows, strict=True):
            states[starts[row] : starts[row] + documents.lengths[row]] = document[: documents.lengths[row]]
    return replace(documents, tokens=None, states=states, starts=starts)
