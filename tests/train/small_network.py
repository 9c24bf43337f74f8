"""A small network and small corpora for the tests of training."""

import numpy as np
import torch
from torch import nn

from textstudy.train.documents import Documents

CLASSES = ["comp", "rec", "sci"]
SETTINGS = {
    "epochs": 4,
    "batch_tokens": None,
    "batch_size": 8,
    "learning_rate": 0.01,
    "weight_decay": 0.0,
    "optimizer": "adam",
    "betas": [0.9, 0.999],
    "epsilon": 1e-8,
    "schedule": "constant",
    "warmup_share": 0.0,
    "plateau_patience": 0,
    "plateau_factor": 0.5,
    "label_smoothing": 0.0,
    "class_weights": False,
    "gradient_clip": None,
    "accumulation": 1,
    "patience": None,
    "select_by": "loss",
    "precision": "float32",
}

# Every kind of state at once: dropout, a plateau schedule with warm-up, early stopping, accumulation, clipping.
EVENTFUL = SETTINGS | {
    "epochs": 12,
    "batch_size": 4,
    "accumulation": 2,
    "optimizer": "adamw",
    "weight_decay": 0.01,
    "schedule": "plateau",
    "warmup_share": 0.1,
    "plateau_patience": 0,
    "learning_rate": 0.03,
    "gradient_clip": 0.5,
    "label_smoothing": 0.05,
    "class_weights": True,
    "patience": 3,
}


class SmallNetwork(nn.Module):
    """Embedding, LSTM, dropout, a linear layer on the last real state: the parts of a recurrent classifier."""

    def __init__(self, *, vocabulary_size: int = 30, classes: int = 3, hidden: int = 8, dropout: float = 0.0):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, classes)

    def forward(self, *, input_ids, lengths, weights=None):
        embedded = self.dropout(self.embedding(input_ids))  # (batch, time, hidden)
        if weights is not None:
            embedded = embedded * weights[..., None]
        states, _ = self.lstm(embedded)
        last = states[torch.arange(len(states)), lengths - 1]  # (batch, hidden)
        return self.output(self.dropout(self.norm(last)))


def network(*, seed: int = 1, **options) -> SmallNetwork:
    torch.manual_seed(seed)
    return SmallNetwork(**options)


def from_lists(sequences, labels, *, weights=None) -> Documents:
    """Documents of lists of token ids."""
    lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
    flat = np.concatenate([np.asarray(sequence) for sequence in sequences]).astype(np.int32)
    return Documents(
        ids=np.array([f"document-{row}" for row in range(len(sequences))]),
        labels=torch.as_tensor(labels, dtype=torch.int64),
        lengths=lengths,
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
        tokens=torch.from_numpy(flat),
        weights=None if weights is None else torch.from_numpy(np.concatenate(weights).astype(np.float32)),
    )


def corpus(count: int, *, seed: int = 0, noise: float = 0.3, longest: int = 12) -> Documents:
    """Documents whose class shows in their tokens, but for a share of them."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 3, size=count)
    sequences = []
    for label in labels:
        length = generator.integers(1, longest + 1)
        own = generator.integers(2 + 9 * label, 2 + 9 * label + 9, size=length)
        anything = generator.integers(2, 29, size=length)
        sequences.append(np.where(generator.random(length) < noise, anything, own))
    return from_lists(sequences, labels)
