"""Removing duplicates: documents whose text is the same as that of another document, or nearly the same."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from textstudy.errors import StudyError
from textstudy.prepare.ledger import count_documents, entry
from textstudy.prepare.overlap import Pairs, jaccard, near_pairs
from textstudy.prepare.words import exact_key

# Setting `keep` → split → its rank. Of the documents with one text, that in the split of the lowest rank is kept.
_RANKS = {
    # Train loses only its own duplicates; a test document that is also in train is removed.
    "train": {"train": 0, "": 0, "validation": 1, "test": 2},
    # The held-out splits stay as published. For a corpus with more than enough training documents.
    "held_out": {"test": 0, "validation": 1, "train": 2, "": 2},
}


def deduplicate(
    clean: pd.DataFrame, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Remove duplicates, so that no two documents kept in different splits have the same or nearly the same text.

    Two texts are exact duplicates if their words are equal without case and punctuation. They are near-duplicates if
    the Jaccard similarity of their word 5-grams reaches the threshold; in scripts without spaces, each character is a
    word. (A text of fewer than five words has one 5-gram, all its words, so it has exact duplicates only.)

    With `within_splits`, clusters are the connected components of both relations, and one document of each is kept: the
    one in the split of the lowest rank (`keep`), then the first by id. Without it, duplicates inside a split stay, and
    each split, in the order of the ranks, loses the documents that are duplicates of a document kept in an earlier one.

    Args:
        clean: a CLEAN table.
        settings: `near_threshold`, or None for exact duplicates only; `within_splits` (bool); `keep` ("train" or
            "held_out").

    Returns:
        - The UNIQUE table in the order of `clean`; duplicates that stay share their `cluster`.
        - The table of duplicates: the removed documents and the kept ones they duplicate, with `match` ("kept", "exact"
          or "near") and the `similarity` to the kept document.
        - Two ledger entries.

    Raises:
        StudyError: `within_splits` is False and a document has no official split.
    """
    frame = clean.reset_index(drop=True).sort_values("id")  # the result does not depend on the order of the rows
    within_splits = settings["within_splits"]
    if not within_splits:
        _check_splits(frame)
    rank = frame["official_split"].map(_RANKS[settings["keep"]]).to_numpy(int)  # (documents,)
    keys, texts = pd.factorize(np.array([exact_key(text) for text in frame["text"]], object))
    pairs = _near_pairs(texts, settings["near_threshold"])
    kept, head = (_keep_one_of_each if within_splits else _keep_one_split_of_each)(keys, rank, pairs, len(texts))
    rows = np.arange(len(frame))
    match = np.select([kept == rows, keys[kept] == keys], ["kept", "exact"], "near")

    unique = frame.assign(cluster=frame["id"].array[head])[kept == rows].sort_index().reset_index(drop=True)
    where = "" if within_splits else " in another split"
    return unique, _duplicates(frame, kept, match, keys, texts), _ledger(frame, match, where)


def _check_splits(frame: pd.DataFrame) -> None:
    without = int((frame["official_split"] == "").sum())
    if without:
        raise StudyError(
            f"The setting `deduplicate.within_splits` is false, but {without} of {len(frame)} documents have no "
            "official split: set it to true, or draw splits with the corpus setting `sample.parts`."
        )


def _near_pairs(texts: np.ndarray, near_threshold: float | None) -> Pairs:
    """Return the pairs of distinct texts that are near-duplicates."""
    if near_threshold is None:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return near_pairs(texts, threshold=near_threshold)


def _keep_one_of_each(keys: np.ndarray, rank: np.ndarray, pairs: Pairs, texts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each document the row of its cluster's kept document; twice, because it also heads the cluster."""
    cluster = _components(pairs.first, pairs.second, texts)[keys]  # (documents,)
    kept = _first_rows(cluster, rank)[cluster]
    return kept, kept


def _keep_one_split_of_each(
    keys: np.ndarray, rank: np.ndarray, pairs: Pairs, texts: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each document the row of the kept document it duplicates, or its own, and of its cluster's head.

    The cluster of a document that stays holds the duplicates in its split; for a removed document it means nothing.
    """
    first = _first_rows(keys, rank)  # (texts,)
    other = _nearest_in_earlier_split(pairs, rank[first])  # (texts,)
    stays = other == np.arange(texts)
    kept = np.where(stays[keys] & (rank == rank[first][keys]), np.arange(len(keys)), first[other][keys])
    together = stays[pairs.first] & stays[pairs.second]
    cluster = _components(pairs.first[together], pairs.second[together], texts)[keys]  # (documents,)
    return kept, _first_rows(cluster, rank)[cluster]


def _nearest_in_earlier_split(pairs: Pairs, rank: np.ndarray) -> np.ndarray:
    """Return for each text the most similar text kept in a split of lower rank, or the text itself if there is none."""
    nearest = np.arange(len(rank))
    one = np.concatenate([pairs.first, pairs.second])
    other = np.concatenate([pairs.second, pairs.first])
    similarity = np.concatenate([pairs.similarity, pairs.similarity])
    for current in np.unique(rank):
        lost = (rank[one] == current) & (rank[other] < current) & (nearest[other] == other)
        order = np.lexsort((other[lost], rank[other[lost]], -similarity[lost]))
        losing, best = np.unique(one[lost][order], return_index=True)
        nearest[losing] = other[lost][order][best]
    return nearest


def _components(first: np.ndarray, second: np.ndarray, texts: int) -> np.ndarray:
    """Return the number of the cluster of each distinct text."""
    graph = sparse.csr_array((np.ones(len(first), np.int8), (first, second)), shape=(texts, texts))
    return connected_components(graph, directed=False)[1]


def _first_rows(group: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Return for each group number the row of its first document in the split of the lowest rank."""
    order = np.argsort(rank, kind="stable")
    _, first = np.unique(group[order], return_index=True)
    return order[first]


def _duplicates(
    frame: pd.DataFrame, kept: np.ndarray, match: np.ndarray, keys: np.ndarray, texts: np.ndarray
) -> pd.DataFrame:
    """Return the removed documents and the kept ones they duplicate, group by group, the kept one first."""
    members = np.flatnonzero(np.bincount(kept, minlength=len(frame))[kept] > 1)
    members = members[np.lexsort((members, match[members] != "kept", kept[members]))]
    heads = kept[members]
    similarity = [
        jaccard(texts[keys[row]], texts[keys[head]]) if match[row] == "near" else 1.0
        for row, head in zip(members, heads, strict=True)
    ]
    member, head = frame.iloc[members].reset_index(drop=True), frame.iloc[heads].reset_index(drop=True)
    return pd.DataFrame(
        {
            "id": member["id"],
            "cluster": head["id"],
            "match": pd.Series(match[members], dtype="str"),
            "similarity": np.array(similarity, float),
            "label": member["label"],
            "kept_label": head["label"],
            "official_split": member["official_split"],
            "kept_split": head["official_split"],
        }
    )


def _ledger(frame: pd.DataFrame, match: np.ndarray, where: str) -> list[dict[str, Any]]:
    everything, distinct, unique = map(count_documents, (frame, frame[match != "exact"], frame[match == "kept"]))
    return [
        entry(
            step="deduplicate",
            reason=f"same words as a document kept{where}",
            setting="deduplicate.within_splits",
            before=everything,
            after=distinct,
        ),
        entry(
            step="deduplicate",
            reason=f"nearly the same words as a document kept{where}",
            setting="deduplicate.near_threshold",
            before=distinct,
            after=unique,
        ),
    ]
