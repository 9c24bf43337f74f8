"""The semantic audit: which training document is nearest in meaning to each held-out document.

Documents are compared by the cosine of the mean states of a frozen encoder, from which the mean over training is
subtracted: the states of some encoders all point nearly the same way (Ethayarajh 2019, arXiv:1909.00512), and cosines
would all be near 1. The comparison of words in `prepare/audit.py` finds copies; this one finds what was reworded too.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.encode.table import read_encoding
from textstudy.errors import StudyError
from textstudy.prepare.shingles import shingles
from textstudy.storage.files import read_tensors
from textstudy.storage.tables import HELD_OUT

NEAR = 0.8  # on 20 Newsgroups, half of the pairs above it were one text edited, or issues of one series
LEVELS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # between groups of test documents
SHOWN = 5  # pairs of each level from `SHOWN_FROM` on, drawn at random
SHOWN_FROM = 0.6
EXCERPT = 240  # characters shown of a document
YARDSTICK = 10_000  # most training documents that are compared with the rest of training
QUANTILES = {"p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95, "p99": 0.99, "maximum": 1.0}
SEED = 13  # of the draws
_ROWS, _COLUMNS = 1024, 16_384  # of the cosines that are in memory at once: 64 MB


def audit_meaning(split: pd.DataFrame, encoding_file: Path | str, features_file: Path | str) -> dict[str, Any]:
    """Return the content of `semantic.json`, without the name of the encoder.

    Args:
        split: the SPLIT table.
        encoding_file: token ids, whose rows are those of the states.
        features_file: the states of the encoder.

    Returns:
        - `near`: the cosine from which two documents count as near;
        - `splits`: for validation and test, what `_summary` says of their nearest training documents; for train the
          same of a sample, each compared with the rest of training, as a yardstick;
        - `levels`: test documents by the similarity of their nearest training document, `low` included, `high` not
          (null: no bound), and how many of them have its label;
        - `pairs`: some test documents of each level with their nearest training document, the most similar first.

    Raises:
        StudyError: the states are not those of this split.
    """
    states = _unit_states(split, encoding_file, features_file)
    labels, rows = split["label"].to_numpy(), {name: np.flatnonzero(split["split"] == name) for name in HELD_OUT}
    train = np.flatnonzero(split["split"] == "train")
    known = states[train]
    drawn = np.sort(np.random.default_rng(SEED).permutation(len(train))[:YARDSTICK])
    found = {"train": (train[drawn], *nearest(known[drawn], known, own=drawn))}
    found |= {name: (rows[name], *nearest(states[rows[name]], known)) for name in HELD_OUT}
    agree = {name: labels[own] == labels[train[other]] for name, (own, other, _) in found.items()}
    own, other, similarity = found["test"]
    return {
        "near": NEAR,
        "splits": {name: _summary(cosines, agree[name]) for name, (_, _, cosines) in found.items()},
        "levels": [
            {"low": low, "high": high, "documents": len(level), "same_label": int(agree["test"][level].sum())}
            for low, high, level in _levels(similarity)
        ],
        "pairs": [_pair(split, own[row], train[other[row]], similarity[row]) for row in _drawn(similarity)],
    }


def nearest(queries: np.ndarray, known: np.ndarray, *, own: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return for each query the row of the nearest known vector, (queries,) int64, and the cosine, (queries,) float32.

    Of equally near ones, the first counts. The search is exact; memory grows with neither number of vectors.

    Args:
        queries: (queries, hidden) float32 of length 1.
        known: (known, hidden) float32 of length 1; there is at least one beside a query's own.
        own: for each query the row in `known` that it is itself, with which it is not compared.
    """
    rows, cosines = np.zeros(len(queries), np.int64), np.full(len(queries), -np.inf, np.float32)
    for start in range(0, len(queries), _ROWS):
        part = slice(start, start + _ROWS)
        for column in range(0, len(known), _COLUMNS):
            block = queries[part] @ known[column : column + _COLUMNS].T
            if own is not None:
                within = np.flatnonzero((own[part] >= column) & (own[part] < column + block.shape[1]))
                block[within, own[part][within] - column] = -np.inf
            best = block.argmax(axis=1)
            values = block[np.arange(len(block)), best]
            nearer = values > cosines[part]
            rows[part][nearer], cosines[part][nearer] = best[nearer] + column, values[nearer]
    return rows, np.clip(cosines, -1, 1)  # rounding may pass 1


def _unit_states(split: pd.DataFrame, encoding_file: Path | str, features_file: Path | str) -> np.ndarray:
    """Return (documents, hidden) float32 in the order of `split`: mean states about the mean of training, of length 1.

    A document in which nothing differs from that mean has zeros, and is like no other.
    """
    encoding = read_encoding(encoding_file)
    rows = pd.Index(encoding.ids).get_indexer(split["id"])  # perturbed copies are left out
    states = read_tensors(features_file, ["mean"])["mean"]  # one of the three states of each document
    if len(states) > len(encoding):  # those of windows
        windows = read_tensors(features_file, ["windows"])["windows"]  # (documents + 1,) where documents begin
        states = np.add.reduceat(states, windows[:-1]) / np.diff(windows)[:, None].astype(np.float32)
    if (rows < 0).any() or rows.max(initial=0) >= len(states):
        raise StudyError(f"{features_file} does not hold all documents of the split: delete it and run again.")
    states = states[rows]
    states -= states[(split["split"] == "train").to_numpy()].mean(axis=0, dtype=np.float64).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", states, states))
    states /= np.where(lengths > 0, lengths, 1)[:, None]
    return states


def _summary(cosines: np.ndarray, agree: np.ndarray) -> dict[str, Any]:
    """Return what the nearest training documents of some documents are like.

    `documents`; `quantiles` of the similarity, null without documents; `near`, how many have a near training document,
    and `near_same_label`, how many of these have its label; `same_label`, how many of all have the nearest one's label.
    """
    near = cosines >= NEAR
    quantiles = np.quantile(cosines, list(QUANTILES.values())).tolist() if len(cosines) else None
    return {
        "documents": len(cosines),
        "quantiles": dict(zip(QUANTILES, quantiles, strict=True)) if quantiles else None,
        "near": int(near.sum()),
        "near_same_label": int(agree[near].sum()),
        "same_label": int(agree.sum()),
    }


def _levels(cosines: np.ndarray) -> Iterator[tuple[float | None, float | None, np.ndarray]]:
    """Yield (low, high, rows) of each level that has documents, the most similar first."""
    level = np.searchsorted(LEVELS, cosines, side="right")
    bounds = [None, *LEVELS, None]
    for number in reversed(range(len(LEVELS) + 1)):
        rows = np.flatnonzero(level == number)
        if len(rows):
            yield bounds[number], bounds[number + 1], rows


def _drawn(cosines: np.ndarray) -> np.ndarray:
    """Return the rows of the pairs to show, the most similar first."""
    generator = np.random.default_rng(SEED)
    shown = [rows for low, _, rows in _levels(cosines) if low is not None and low >= SHOWN_FROM]
    rows = np.concatenate([*(generator.permutation(rows)[:SHOWN] for rows in shown), np.empty(0, np.int64)])
    return rows[np.argsort(-cosines[rows], kind="stable")]


def _pair(split: pd.DataFrame, own: int, other: int, similarity: float) -> dict[str, Any]:
    """Return two documents side by side; `shared` is the share of the shorter one's word 5-grams that both have."""
    document, neighbour = split.iloc[own], split.iloc[other]
    first, second = shingles(document["text"]), shingles(neighbour["text"])
    return {
        "similarity": float(similarity),
        "shared": len(first & second) / max(1, min(len(first), len(second))),
        "id": document["id"],
        "label": document["label"],
        "text": _excerpt(document["text"]),
        "neighbour": neighbour["id"],
        "neighbour_label": neighbour["label"],
        "neighbour_text": _excerpt(neighbour["text"]),
    }


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT].rstrip()} …"
