"""The mean of the vectors of hashed n-grams, and a linear layer on it: fastText (Joulin et al. 2016, arXiv:1607.01759).

Vectors begin between -1/d and 1/d and the linear layer at zero, as there.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from textstudy.models.bags import BagClassifier


def build(settings: Mapping[str, Any], *, classes: int, vocabulary_size: int) -> BagClassifier:
    """Return a classifier with fresh weights.

    Args:
        settings: embedding_size; dropout, the share of n-grams that is left out.
        classes: number of labels.
        vocabulary_size: numbers that n-grams are hashed to, and padding.
    """
    size = settings["embedding_size"]
    table = torch.empty(vocabulary_size, size).uniform_(-1 / size, 1 / size)
    table[0] = 0
    head = nn.Linear(size, classes)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return BagClassifier(table, head, dropout=settings["dropout"])
