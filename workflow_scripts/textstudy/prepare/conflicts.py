"""Duplicates with different labels: which label is right cannot be known, so the alphabet must not decide."""

import numpy as np
import pandas as pd

from textstudy.storage.tables import HELD_OUT


def settle_conflicts(
    frame: pd.DataFrame, cluster: np.ndarray, heads: np.ndarray, rule: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each document the row of the document that its cluster keeps, and which of these are dropped instead.

    A cluster whose documents have different labels is dropped whole if a held-out document would be kept: a model
    cannot be measured on it. Else `rule` decides: "drop" it; keep the "majority" of the labels that its documents
    outside the held-out splits have, and drop it where two labels are equally frequent; or "keep" the first document.

    Args:
        frame: documents with `label` and `official_split`.
        cluster: (documents,) the number of each document's cluster.
        heads: (clusters,) the row of the document to keep, in the order of the clusters' numbers.
        rule: "drop", "majority" or "keep".

    Returns:
        Rows, (documents,) int64, and booleans, (documents,), true at the rows of dropped documents.
    """
    _, cluster = np.unique(cluster, return_inverse=True)
    labels, names = pd.factorize(frame["label"])
    held_out = frame["official_split"].isin(HELD_OUT).to_numpy()
    heads = heads.copy()
    in_conflict = np.zeros(len(heads), bool)
    in_conflict[cluster[labels != labels[heads][cluster]]] = True

    dropped = in_conflict & (held_out[heads] if rule == "keep" else True)
    if rule == "majority":
        voters = np.flatnonzero(in_conflict[cluster] & ~held_out & ~held_out[heads][cluster])
        decided, rows = _majorities(cluster[voters], labels[voters], voters)
        heads[decided] = rows
        dropped[decided] = False
    is_dropped = np.zeros(len(frame), bool)
    is_dropped[heads[dropped]] = True
    return heads[cluster], is_dropped


def _majorities(cluster: np.ndarray, labels: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the clusters in which one label is more frequent than any other, and the first row with it."""
    votes = pd.DataFrame({"cluster": cluster, "label": labels, "row": rows})
    counts = votes.groupby(["cluster", "label"])["row"].agg(["size", "min"]).reset_index()
    most = counts.groupby("cluster")["size"].transform("max")
    counts = counts[counts["size"] == most]
    counts = counts[~counts["cluster"].duplicated(keep=False)]
    return counts["cluster"].to_numpy(), counts["min"].to_numpy()
