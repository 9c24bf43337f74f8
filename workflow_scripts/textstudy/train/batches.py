"""Documents as arrays, and the batches of an epoch: documents of like length together, the order decided by a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from textstudy.errors import StudyError

# A document of length n is sorted as if its length were within 10 % of n: batches stay nearly unpadded,
# yet the company a document keeps changes from epoch to epoch.
JITTER = 0.1


@dataclass(frozen=True)
class Documents:
    """Encoded documents of one split: ragged token ids, or in their place cached states of each token or document.

    Attributes:
        ids: (documents,) names, for messages and predictions.
        labels: (documents,) int64 class indices.
        lengths: (documents,) int64 tokens per document, at least 1.
        starts: (documents,) int64 position in `tokens` of each document's first token.
        tokens: (all tokens,) int32, the documents one after the other; None where `features` stand for them.
        weights: (all tokens,) float32 weight of each position, or None.
        states: (all tokens, hidden) float32, what the frozen lower layers of an encoder make of the tokens, or None.
        features: (documents, hidden) float32, or None.
    """

    ids: np.ndarray
    labels: Tensor
    lengths: np.ndarray
    starts: np.ndarray
    tokens: Tensor | None = None
    weights: Tensor | None = None
    states: Tensor | None = None
    features: Tensor | None = None

    def __post_init__(self) -> None:
        if len(self.lengths) and self.lengths.min() < 1:
            first = self.ids[int(np.argmin(self.lengths))]
            raise StudyError(f"document {first} has no token: the encoding must give an empty document one <unk>.")

    def __len__(self) -> int:
        return len(self.labels)

    def to(self, device: torch.device | str) -> "Documents":
        """Return the same documents with every tensor on `device`, so that batches are cut there."""
        moved = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: value.to(device) for name, value in moved.items() if isinstance(value, Tensor)})

    def select(self, rows: np.ndarray) -> "Documents":
        """Return the documents of `rows` (indices or a boolean mask); tokens are shared, not copied."""
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        features = None if self.features is None else self.features[torch.from_numpy(rows)]
        return replace(
            self,
            ids=self.ids[rows],
            labels=self.labels[torch.from_numpy(rows)],
            lengths=self.lengths[rows],
            starts=self.starts[rows],
            features=features,
        )

    def and_of_the_same(self, other: "Documents") -> "Documents":
        """Return these documents followed by `other`, both selected from the same encoding: they share its tokens."""
        return replace(
            self,
            ids=np.concatenate([self.ids, other.ids]),
            labels=torch.cat([self.labels, other.labels]),
            lengths=np.concatenate([self.lengths, other.lengths]),
            starts=np.concatenate([self.starts, other.starts]),
            features=None if self.features is None else torch.cat([self.features, other.features]),
        )

    def labels_of(self, rows: np.ndarray) -> Tensor:
        """Return the labels (batch,) of `rows`."""
        return self.labels[torch.from_numpy(rows).to(self.labels.device)]

    def batch(self, rows: np.ndarray) -> dict[str, Tensor]:
        """Return what a model's `forward` takes for `rows`, padded with 0 to the longest of them.

        Returns:
            `features` (batch, hidden); or `lengths` (batch,) int64 with either `states` (batch, time, hidden) or
            `input_ids` (batch, time) int64 and, where there are weights, `weights` (batch, time) float32.
        """
        if self.features is not None:
            return {"features": self.features[torch.from_numpy(rows).to(self.features.device)]}
        device = self.labels.device
        lengths = torch.from_numpy(self.lengths[rows]).to(device)
        positions = torch.arange(int(self.lengths[rows].max()), device=device)
        padding = positions >= lengths[:, None]  # (batch, time)
        places = torch.from_numpy(self.starts[rows]).to(device)[:, None] + positions
        places = places.masked_fill_(padding, 0)
        if self.states is not None:
            return {"states": self.states[places].masked_fill_(padding.unsqueeze(-1), 0.0), "lengths": lengths}
        batch = {"input_ids": self.tokens[places].long().masked_fill_(padding, 0), "lengths": lengths}
        if self.weights is not None:
            batch["weights"] = self.weights[places].masked_fill_(padding, 0.0)
        return batch


def cut(order: np.ndarray, lengths: np.ndarray, *, tokens: int | None, documents: int | None) -> list[np.ndarray]:
    """Cut `order` into batches whose padded size (documents times longest) and count stay within the limits.

    A document longer than `tokens` is a batch of its own.
    """
    if not tokens and not documents:
        raise StudyError("the training settings have neither batch_tokens nor batch_size: give one of them.")
    most_tokens, most_documents = tokens or float("inf"), documents or float("inf")
    batches, start, longest = [], 0, 0
    for position, length in enumerate(lengths[order].tolist()):
        longest_with = max(longest, length)
        count_with = position - start + 1
        if position > start and (count_with > most_documents or count_with * longest_with > most_tokens):
            batches.append(order[start:position])
            start, longest_with = position, length
        longest = longest_with
    if len(order):
        batches.append(order[start:])
    return batches


def epoch_batches(lengths: np.ndarray, *, settings: Mapping[str, Any], seed: int, epoch: int) -> list[np.ndarray]:
    """Return the batches of one epoch as arrays of row indices, every document exactly once.

    A pure function of its arguments: any step of any epoch can be reached again without replaying those before it.

    Args:
        lengths: (documents,) tokens per document.
        settings: `batch_tokens` (largest padded size) and `batch_size` (largest number of documents), either None.
    """
    generator = np.random.default_rng([seed, epoch])
    jittered = lengths * generator.uniform(1 - JITTER, 1 + JITTER, size=len(lengths))
    order = np.argsort(jittered, kind="stable")
    batches = cut(order, lengths, tokens=settings["batch_tokens"], documents=settings["batch_size"])
    return [batches[index] for index in generator.permutation(len(batches))]


def ordered_batches(lengths: np.ndarray, *, tokens: int) -> list[np.ndarray]:
    """Return batches for evaluation, longest documents first, so that too large a batch fails at once."""
    return cut(np.argsort(-lengths, kind="stable"), lengths, tokens=tokens, documents=None)
