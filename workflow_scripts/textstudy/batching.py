"""Batches: which documents go together.

Documents of like length share a batch, so that little arithmetic is spent on padding.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from textstudy.errors import StudyError
from textstudy.ragged import last_of_equal

# A document of length n is sorted as if its length were within 10 % of n: batches stay nearly unpadded,
# yet a document meets other documents in every epoch.
JITTER = 0.1


def cut(order: np.ndarray, lengths: np.ndarray, *, tokens: int | None, documents: int | None) -> list[np.ndarray]:
    """Cut `order` into batches whose padded size (documents times longest) and count stay within the limits.

    A document longer than `tokens` is a batch of its own.

    Args:
        order: (documents,) row numbers.
        lengths: tokens of each row.
        tokens: the largest padded size, or None for no limit.
        documents: the largest count, or None for no limit.
    """
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
    """Return the batches of one epoch as arrays of row numbers, every document exactly once.

    A pure function of its arguments: any step of any epoch can be reached again without replaying those before it.

    Args:
        lengths: (documents,) tokens of each document.
        settings: `batch_tokens` (largest padded size) and `batch_size` (largest number of documents), one of them None.

    Raises:
        StudyError: both limits are None.
    """
    limits = {"tokens": settings["batch_tokens"], "documents": settings["batch_size"]}
    if not any(limits.values()):
        raise StudyError("the training settings have neither batch_tokens nor batch_size: give one of them.")
    generator = np.random.default_rng([seed, epoch])
    jittered = lengths * generator.uniform(1 - JITTER, 1 + JITTER, size=len(lengths))
    batches = cut(np.argsort(jittered, kind="stable"), lengths, **limits)
    return [batches[index] for index in generator.permutation(len(batches))]


def longest_first(lengths: np.ndarray, *, tokens: int, padded: bool = True) -> list[np.ndarray]:
    """Return batches without gradients, longest documents first: memory peaks early, and cores finish together.

    Args:
        lengths: (documents,) tokens of each document.
        tokens: the largest padded size.
        padded: whether documents of several lengths may share a batch.
    """
    order = np.argsort(-lengths, kind="stable")
    pieces = [order] if padded else np.split(order, last_of_equal(lengths[order])[:-1] + 1)
    return [batch for piece in pieces for batch in cut(piece, lengths, tokens=tokens, documents=None)]
