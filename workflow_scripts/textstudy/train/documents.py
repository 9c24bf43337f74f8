"""Encoded documents as arrays, from which padded batches are taken."""

from collections.abc import Set
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from textstudy.errors import StudyError
from textstudy.machine.transfer import fits, send
from textstudy.padded import Padded
from textstudy.ragged import Ragged


@dataclass(frozen=True)
class Documents:
    """Encoded documents of one split: ragged token ids, or in their place the cached states of an encoder.

    Attributes:
        ids: (documents,) names, for messages and predictions.
        labels: (documents,) int64 class indices.
        lengths: (documents,) int64 tokens per document, at least 1.
        starts: (documents,) int64 position in `tokens` of each document's first token.
        tokens: (all tokens,) int32, the documents one after the other; None where `features` replace them.
        weights: (all tokens,) float32 weight of each position, or None.
        features: (documents, hidden) float32, one state a document, or None. Or (all windows, hidden).
        windows: the rows of `features` that are a document's windows, where a document may have several; else None.
    """

    ids: np.ndarray
    labels: Tensor
    lengths: np.ndarray
    starts: np.ndarray
    tokens: Tensor | None = None
    weights: Tensor | None = None
    features: Tensor | None = None
    windows: Ragged | None = None

    def __post_init__(self) -> None:
        if len(self.lengths) and self.lengths.min() < 1:
            first = self.ids[int(np.argmin(self.lengths))]
            raise StudyError(f"document {first} has no token: the encoding must give an empty document one <unk>.")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def _has_one_state_each(self) -> bool:
        return self.features is not None and self.windows is None

    def to(self, device: torch.device | str) -> "Documents":
        """Return the same documents for batches on `device`.

        Every tensor moves there, so that batches are cut there. Where they would take too much of its memory, only the
        labels move: batches are cut in main memory and sent.
        """
        held = {f.name: getattr(self, f.name) for f in fields(self)}
        tensors = {name: value for name, value in held.items() if isinstance(value, Tensor)}
        if not fits(list(tensors.values()), torch.device(device)):
            tensors = {"labels": self.labels}
        return replace(self, **{name: value.to(device) for name, value in tensors.items()})

    def select(self, rows: np.ndarray) -> "Documents":
        """Return the documents of `rows` (indices or a boolean mask); tokens and windows are shared, not copied."""
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        return replace(
            self,
            ids=self.ids[rows],
            labels=self.labels[torch.from_numpy(rows)],
            lengths=self.lengths[rows],
            starts=self.starts[rows],
            features=self.features[torch.from_numpy(rows)] if self._has_one_state_each else self.features,
            windows=None if self.windows is None else self.windows.take(rows),
        )

    def without(self, ids: Set[str]) -> "Documents":
        """Return all but the documents of these ids and their perturbed copies, whose ids are `ID~NUMBER`."""
        if not ids:
            return self
        return self.select(np.array([not {name, name.rpartition("~")[0]} & ids for name in self.ids.tolist()], bool))

    def followed_by(self, other: "Documents") -> "Documents":
        """Return these documents followed by `other`, both selected from the same encoding: they share its tokens."""
        return replace(
            self,
            ids=np.concatenate([self.ids, other.ids]),
            labels=torch.cat([self.labels, other.labels]),
            lengths=np.concatenate([self.lengths, other.lengths]),
            starts=np.concatenate([self.starts, other.starts]),
            features=torch.cat([self.features, other.features]) if self._has_one_state_each else self.features,
            windows=None if self.windows is None else self.windows.followed_by(other.windows),
        )

    def labels_of(self, rows: np.ndarray) -> Tensor:
        """Return the labels (batch,) of `rows`."""
        return self.labels[send(torch.from_numpy(rows), self.labels.device)]

    def batch(self, rows: np.ndarray) -> dict[str, Tensor]:
        """Return what a model's `forward` takes for `rows`, padded with 0 to the longest of them.

        Returns:
            `features` (batch, hidden), or those of their windows, (windows, hidden), with `counts` (batch,) int64; or
            `lengths` (batch,) int64, `input_ids` (batch, time) int64 and, where there are weights, `weights` (batch,
            time) float32; all where the labels are.
        """
        if self.features is not None:
            windows = None if self.windows is None else self.windows.take(rows)
            taken = rows if windows is None else windows.values
            batch = {"features": self.features[send(torch.from_numpy(taken), self.features.device)]}
            if windows is not None:
                batch["counts"] = torch.from_numpy(windows.lengths)
        else:
            padded = Padded.of(self.starts[rows], self.lengths[rows], self.tokens.device)
            batch = {"input_ids": padded.take(self.tokens, filler=0).long(), "lengths": padded.lengths}
            if self.weights is not None:
                batch["weights"] = padded.take(self.weights, filler=0.0)
        return {name: send(value, self.labels.device) for name, value in batch.items()}
