"""How fast the training loop is, against a plain one: documents a second, at the same accuracy.

Side by side on this machine, the same documents, batch size, optimizer, learning rate, epochs and threads. The plain
way is what a tutorial writes: random batches padded to the maximum length, a packed `torch.nn.LSTM`, or
`torch.nn.TransformerEncoder` with a padding mask, and plain Adam. Ours: batches of documents of like length, recurrent
layers on padded batches, attention without a mask where nothing is padded, fused Adam. The two take turns epoch by
epoch, so that a busy machine slows both.

    python benchmarks/training.py DOCUMENTS.csv.gz [--model bilstm|transformer] [--documents 4000] [--epochs 3]

The file has the columns `text` and `label`.
"""

import argparse
from collections import Counter
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from textstudy.batching import epoch_batches
from textstudy.encode.word_encoder import UNKNOWN
from textstudy.encode.words import build_vocabulary
from textstudy.models import recurrent, transformer
from textstudy.models.attention import AttentionPooling
from textstudy.models.lengths import real_positions
from textstudy.models.transformer import sinusoids
from textstudy.train.documents import Documents
from textstudy.train.optimizers import make_optimizer
from textstudy.train.predict import predict_logits
from textstudy.words import find_tokens

MAXIMUM_LENGTH, VOCABULARY, WIDTH, HIDDEN, BATCH = 256, 20_000, 128, 128, 32
VALIDATION = 1500  # documents
WORDS = {"embeddings": "random", "embedding_size": WIDTH, "freeze_embeddings": False}
DROPOUT = {"dropout": 0.3, "embedding_dropout": 0.3, "word_dropout": 0.0}
SETTINGS = {
    "bilstm": {
        **WORDS,
        **DROPOUT,
        "cell": "lstm",
        "layers": 2,
        "hidden_size": HIDDEN,
        "bidirectional": True,
        "tfidf_weighting": False,
        "pooling": "attention",
    },
    "transformer": {
        **WORDS,
        **DROPOUT,
        "attention_dropout": DROPOUT["dropout"],  # as PyTorch's own layers have it
        "layers": 2,
        "heads": 4,
        "hidden_size": WIDTH,
        "feedforward_size": 512,
        "positions": "sinusoidal",
        "maximum_length": MAXIMUM_LENGTH,
        "normalisation": "pre",
        "activation": "relu",
        "pooling": "mean",
    },
}
TRAINING = {
    "batch_size": BATCH,
    "batch_tokens": None,
    "learning_rate": 1e-3,
    "optimizer": "adam",
    "weight_decay": 0.0,
    "betas": (0.9, 0.999),
    "epsilon": 1e-8,
}


class PlainBiLSTM(nn.Module):
    """Packed sequences and the same attention pooling as ours."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH, padding_idx=0)
        self.dropout = nn.Dropout(DROPOUT["dropout"])
        self.network = nn.LSTM(WIDTH, HIDDEN, 2, batch_first=True, bidirectional=True, dropout=DROPOUT["dropout"])
        self.attention = AttentionPooling(2 * HIDDEN, attention_size=HIDDEN)
        self.head = nn.Linear(2 * HIDDEN, classes)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes)."""
        vectors = self.dropout(self.embedding(input_ids))
        packed = pack_padded_sequence(vectors, lengths.cpu(), batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.network(packed)[0], batch_first=True, total_length=input_ids.shape[1])
        pooled, _ = self.attention(states, real_positions(lengths, input_ids.shape[1]))
        return self.head(self.dropout(pooled))


class PlainTransformer(nn.Module):
    """`torch.nn.TransformerEncoder` with a padding mask, mean pooling."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH, padding_idx=0)
        self.dropout = nn.Dropout(DROPOUT["dropout"])
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 512, DROPOUT["dropout"], batch_first=True, norm_first=True)
        self.network = nn.TransformerEncoder(layer, 2, nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, classes)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes)."""
        real = real_positions(lengths, input_ids.shape[1])  # (batch, time)
        vectors = self.dropout(self.embedding(input_ids)) + sinusoids(input_ids.shape[1], WIDTH)
        states = self.network(self.dropout(vectors), src_key_padding_mask=~real)
        pooled = (states * real.unsqueeze(-1)).sum(dim=1) / lengths.unsqueeze(-1)
        return self.head(self.dropout(pooled))


def encoded(frame: pd.DataFrame, ids: dict[str, int], classes: list) -> Documents:
    """Return the texts of a table as documents of word ids."""
    rows = [
        np.array([ids.get(token, UNKNOWN) for token in find_tokens(text, lowercase=True)][:MAXIMUM_LENGTH] or [UNKNOWN])
        for text in frame["text"]
    ]
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return Documents(
        ids=np.arange(len(rows)).astype(str),
        labels=torch.tensor([classes.index(label) for label in frame["label"]]),
        lengths=lengths,
        starts=np.cumsum(lengths) - lengths,
        tokens=torch.from_numpy(np.concatenate(rows)),
    )


def plain_batches(documents: Documents, epoch: int) -> list[np.ndarray]:
    """Return random batches."""
    order = np.random.default_rng(epoch).permutation(len(documents))
    return [order[start : start + BATCH] for start in range(0, len(order), BATCH)]


def epoch_seconds(model: nn.Module, documents: Documents, batches: list[np.ndarray], optimizer, *, pad: bool) -> float:
    """Train one epoch and return its seconds; `pad` fills every batch up to the maximum length."""
    model.train()
    start = perf_counter()
    for rows in batches:
        batch = documents.batch(rows)
        if pad:
            batch["input_ids"] = nn.functional.pad(
                batch["input_ids"], (0, MAXIMUM_LENGTH - batch["input_ids"].shape[1])
            )
        nn.functional.cross_entropy(model(**batch), documents.labels_of(rows)).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return perf_counter() - start


def accuracy(model: nn.Module, documents: Documents) -> float:
    """Return the share of documents that the model gets right."""
    return float((predict_logits(model, documents).argmax(dim=1) == documents.labels).float().mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", choices=SETTINGS, default="bilstm")
    parser.add_argument("--documents", type=int, default=4000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    table = pd.read_csv(options.file)
    drawn = table.sample(options.documents + VALIDATION, random_state=0)
    train, validation = drawn.iloc[VALIDATION:], drawn.iloc[:VALIDATION]
    classes = sorted(table["label"].unique())
    counts = Counter(token for text in train["text"] for token in find_tokens(text, lowercase=True))
    vocabulary = build_vocabulary(counts, VOCABULARY, 1)
    ids = {word: number for number, word in enumerate(vocabulary)}
    train, validation = (encoded(frame, ids, classes) for frame in (train, validation))

    torch.manual_seed(0)
    module = {"bilstm": recurrent, "transformer": transformer}[options.model]
    ours = module.build(SETTINGS[options.model], classes=len(classes), vocabulary_size=VOCABULARY)
    plain = {"bilstm": PlainBiLSTM, "transformer": PlainTransformer}[options.model](len(classes))
    optimizers = make_optimizer(ours, TRAINING), torch.optim.Adam(plain.parameters(), lr=TRAINING["learning_rate"])
    seconds = {"ours": [], "plain": []}
    for epoch in range(options.epochs):
        batches = epoch_batches(train.lengths, settings=TRAINING, seed=0, epoch=epoch)
        seconds["ours"].append(epoch_seconds(ours, train, batches, optimizers[0], pad=False))
        seconds["plain"].append(epoch_seconds(plain, train, plain_batches(train, epoch), optimizers[1], pad=True))
    mean_length = train.lengths.mean()
    print(f"{options.model}, {len(train)} documents of {mean_length:.0f} words on average, {options.threads} threads")
    for name, model in (("ours", ours), ("plain", plain)):
        speed = len(train) / median(seconds[name])
        print(f"{name:6s} {speed:7.1f} documents/s, validation accuracy {accuracy(model, validation):.3f}")
    print(f"ratio  {median(seconds['plain']) / median(seconds['ours']):.2f}")


if __name__ == "__main__":
    main()
