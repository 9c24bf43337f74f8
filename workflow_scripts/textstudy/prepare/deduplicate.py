"""One document of every cluster of texts that are the same, or nearly so."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from textstudy.prepare.ledger import entry
from textstudy.prepare.overlap import exact_key, jaccard, near_pairs

# A test document that also stands in train is lost to test, so train stays whole but for its own duplicates.
_PREFERENCE = {"train": 0, "": 0, "validation": 1, "test": 2}


def deduplicate(
    clean: pd.DataFrame, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Keep one document of each cluster: of train before validation before test, then the first in row order.

    Two texts are exact duplicates if their words are equal without case and punctuation, and near-duplicates if the
    Jaccard similarity of their word 5-grams reaches the threshold. Clusters are the connected components of both, so no
    two of the documents kept are duplicates of each other.

    Args:
        clean: a CLEAN table.
        settings: `near_threshold`, or None to look for exact duplicates only.

    Returns:
        The UNIQUE table in the order of `clean`; the table of duplicates, which lists the members of every cluster of
        two or more with `kind` (kept, exact, near) and `similarity` to the kept document; two ledger entries.
    """
    frame = clean.reset_index(drop=True)
    keys, texts = pd.factorize(np.array([exact_key(text) for text in frame["text"]], object))
    cluster = _components(texts, settings["near_threshold"])[keys]  # (documents,)
    kept = _kept_rows(cluster, frame["official_split"])[cluster]  # (documents,) row of the kept document
    rows = np.arange(len(frame))
    kind = np.select([kept == rows, keys[kept] == keys], ["kept", "exact"], "near")

    unique = frame[kept == rows].reset_index(drop=True)
    unique["cluster"] = unique["id"]  # a kept document stands for its cluster
    return unique, _duplicates(frame, kept, kind, keys, texts), _ledger(frame["official_split"], kind)


def _components(texts: np.ndarray, near_threshold: float | None) -> np.ndarray:
    """Return the number of the cluster of each distinct text."""
    if near_threshold is None:
        return np.arange(len(texts))
    first, second, _ = near_pairs(texts, threshold=near_threshold)
    graph = sparse.csr_array((np.ones(len(first), np.int8), (first, second)), shape=(len(texts), len(texts)))
    return connected_components(graph, directed=False)[1]


def _kept_rows(cluster: np.ndarray, official_split: pd.Series) -> np.ndarray:
    """Return the row of the document to keep for each cluster number."""
    order = np.argsort(official_split.map(_PREFERENCE).to_numpy(int), kind="stable")
    _, first = np.unique(cluster[order], return_index=True)
    return order[first]


def _duplicates(
    frame: pd.DataFrame, kept: np.ndarray, kind: np.ndarray, keys: np.ndarray, texts: np.ndarray
) -> pd.DataFrame:
    """Return the members of all clusters of two or more, each cluster together and its kept document first."""
    members = np.flatnonzero(np.bincount(kept, minlength=len(frame))[kept] > 1)
    members = members[np.lexsort((members, kind[members] != "kept", kept[members]))]
    heads = kept[members]
    similarity = [
        jaccard(texts[keys[row]], texts[keys[head]]) if kind[row] == "near" else 1.0
        for row, head in zip(members, heads, strict=True)
    ]
    member, head = frame.iloc[members].reset_index(drop=True), frame.iloc[heads].reset_index(drop=True)
    return pd.DataFrame(
        {
            "id": member["id"],
            "cluster": head["id"],
            "kind": pd.Series(kind[members], dtype="str"),
            "similarity": np.array(similarity, float),
            "label": member["label"],
            "kept_label": head["label"],
            "official_split": member["official_split"],
            "kept_split": head["official_split"],
        }
    )


def _ledger(official_split: pd.Series, kind: np.ndarray) -> list[dict[str, Any]]:
    distinct, unique = official_split[kind != "exact"], official_split[kind == "kept"]
    return [
        entry(
            step="deduplicate",
            reason="same words as a document kept",
            documents_in=len(official_split),
            kept=distinct,
        ),
        entry(
            step="deduplicate",
            reason="nearly the same words as a document kept",
            documents_in=len(distinct),
            kept=unique,
        ),
    ]
