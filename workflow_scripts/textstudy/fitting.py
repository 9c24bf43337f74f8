"""Batches without gradients that fit into the memory of the device, whatever it is."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import torch

from textstudy.batching import cut, longest_first
from textstudy.errors import StudyError

Found = TypeVar("Found")
_logger = logging.getLogger(__name__)


class FittingBatches:
    """Batches, longest documents first; smaller ones after one for which the GPU had not memory enough.

    Several threads may take batches, but only one if they compute on a GPU.

    Args:
        lengths: (documents,) tokens of each document.
        tokens: the largest padded size.
        padded: whether documents of several lengths may share a batch.
    """

    def __init__(self, lengths: np.ndarray, *, tokens: int, padded: bool = True) -> None:
        self._lengths = lengths
        self._waiting = deque(longest_first(lengths, tokens=tokens, padded=padded))

    def __len__(self) -> int:
        return len(self._waiting)

    def each(self, work: Callable[[np.ndarray], Found]) -> Iterator[tuple[np.ndarray, Found]]:
        """Yield the rows of each batch that is left, and what `work` returns for them.

        Raises:
            StudyError: there is not memory enough for a single document.
        """
        while self._waiting:
            try:
                rows = self._waiting.popleft()
            except IndexError:  # another thread took the last one
                return
            try:
                found = work(rows)
            except torch.OutOfMemoryError as error:
                # The error holds the tensors of the failed attempt until this block ends.
                failed = str(error).partition("\n")[0]
            else:
                yield rows, found
                continue
            self._halve(rows, failed)

    def _halve(self, rows: np.ndarray, failed: str) -> None:
        """Cut a batch that did not fit, and all that wait, to half its padded size."""
        tokens = halved_tokens([rows], self._lengths, failed)
        _logger.warning("a batch does not fit into the memory of the GPU: now at most %d tokens a batch", tokens)
        rest = np.concatenate([rows, *self._waiting])
        self._waiting = deque(cut(rest, self._lengths, tokens=tokens, documents=None))


def halved_tokens(batches: list[np.ndarray], lengths: np.ndarray, failed: str) -> int:
    """Return half the padded size of the largest batch, after giving the memory of failed attempts back to the GPU.

    Raises:
        StudyError: no batch has more than one document.
    """
    if max(map(len, batches)) == 1:
        longest = max(int(lengths[rows].max()) for rows in batches)
        raise StudyError(
            f"a single document of {longest} tokens does not fit into the memory of the GPU ({failed}): lower "
            "maximum_length, or use a GPU with more memory."
        )
    torch.cuda.empty_cache()
    return max(len(rows) * int(lengths[rows].max()) for rows in batches if len(rows) > 1) // 2
