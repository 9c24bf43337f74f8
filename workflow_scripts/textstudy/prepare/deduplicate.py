"""One document of every cluster of texts that are the same, or nearly so."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from textstudy.errors import StudyError
from textstudy.prepare.ledger import entry
from textstudy.prepare.overlap import Pairs, jaccard, near_pairs
from textstudy.prepare.words import exact_key

# Where a text that stands in two splits stays: the split of the lower number.
_PREFERENCES = {
    # A test document that also stands in train is lost to test, so train stays whole but for its own duplicates.
    "train": {"train": 0, "": 0, "validation": 1, "test": 2},
    # The held-out splits stay as published, where train has more than enough.
    "held_out": {"test": 0, "validation": 1, "train": 2, "": 2},
}


def deduplicate(
    clean: pd.DataFrame, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Drop the documents whose text stands elsewhere, by default but for one of each cluster of duplicates.

    Two texts are exact duplicates if their words are equal without case and punctuation, and near-duplicates if the
    Jaccard similarity of their word 5-grams reaches the threshold; in scripts written without spaces each character
    is a word. (Of a text of fewer than five words all its words are one such 5-gram, so it has exact duplicates only.)

    Clusters are the connected components of both relations. With `within_splits`, one document of each is kept: of
    train before validation before test (with `keep: held_out`, the reverse), then the first by id. Without,
    duplicates inside one split stay; in the same order of preference, each split loses the documents that are
    duplicates of one kept in a split before it. Either way no two documents kept in different splits are duplicates.

    Args:
        clean: a CLEAN table.
        settings: `near_threshold`, or None to look for exact duplicates only; `within_splits` (default True); `keep`
            ("train", the default, or "held_out").

    Returns:
        The UNIQUE table in the order of `clean`, where duplicates that stay share their `cluster`; the table of
        duplicates, which lists the documents dropped and those they were dropped for, with `kind` (kept, exact, near)
        and `similarity` to the kept document; two ledger entries.

    Raises:
        StudyError: `within_splits` is False and a document has no official split.
    """
    frame = clean.reset_index(drop=True).sort_values("id")  # so that the order of the rows decides nothing
    within_splits = settings.get("within_splits", True)
    if not within_splits:
        _check_splits(frame)
    level = frame["official_split"].map(_PREFERENCES[settings.get("keep", "train")]).to_numpy(int)  # (documents,)
    keys, texts = pd.factorize(np.array([exact_key(text) for text in frame["text"]], object))
    pairs = _pairs(texts, settings["near_threshold"])
    kept, head = (_one_of_each if within_splits else _one_split_of_each)(keys, level, pairs, len(texts))
    rows = np.arange(len(frame))
    kind = np.select([kept == rows, keys[kept] == keys], ["kept", "exact"], "near")

    unique = frame.assign(cluster=frame["id"].array[head])[kept == rows].sort_index().reset_index(drop=True)
    where = "" if within_splits else " in another split"
    return unique, _duplicates(frame, kept, kind, keys, texts), _ledger(frame["official_split"], kind, where)


def _check_splits(frame: pd.DataFrame) -> None:
    without = int((frame["official_split"] == "").sum())
    if without:
        raise StudyError(
            f"deduplicate has `within_splits: false` and {without} of {len(frame)} documents have no official split: "
            "leave it true, or draw the splits with `sample: parts` of the corpus."
        )


def _pairs(texts: np.ndarray, near_threshold: float | None) -> Pairs:
    """Return the pairs of distinct texts that are near-duplicates."""
    if near_threshold is None:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return near_pairs(texts, threshold=near_threshold)


def _one_of_each(keys: np.ndarray, level: np.ndarray, pairs: Pairs, texts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each document the row of the one kept of its cluster, twice: it is also the cluster's head."""
    cluster = _components(pairs.first, pairs.second, texts)[keys]  # (documents,)
    kept = _first_rows(cluster, level)[cluster]
    return kept, kept


def _one_split_of_each(keys: np.ndarray, level: np.ndarray, pairs: Pairs, texts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each document the row of the one it gives way to, or its own, and the row of its cluster's head.

    The cluster of a document that stays holds the duplicates of its own split; for the others it means nothing.
    """
    first = _first_rows(keys, level)  # (texts,)
    other = _nearest_before(pairs, level[first])  # (texts,)
    stays = other == np.arange(texts)
    kept = np.where(stays[keys] & (level == level[first][keys]), np.arange(len(keys)), first[other][keys])
    together = stays[pairs.first] & stays[pairs.second]
    cluster = _components(pairs.first[together], pairs.second[together], texts)[keys]  # (documents,)
    return kept, _first_rows(cluster, level)[cluster]


def _nearest_before(pairs: Pairs, level: np.ndarray) -> np.ndarray:
    """Return for each text the most similar one that stays in a split before its own, or itself where there is none."""
    nearest = np.arange(len(level))
    ours, theirs, similarity = (
        np.concatenate(columns)
        for columns in ((pairs.first, pairs.second), (pairs.second, pairs.first), (pairs.similarity, pairs.similarity))
    )
    for current in np.unique(level):
        before = (level[ours] == current) & (level[theirs] < current) & (nearest[theirs] == theirs)
        order = np.lexsort((theirs[before], level[theirs[before]], -similarity[before]))
        losing, best = np.unique(ours[before][order], return_index=True)
        nearest[losing] = theirs[before][order][best]
    return nearest


def _components(first: np.ndarray, second: np.ndarray, texts: int) -> np.ndarray:
    """Return the number of the cluster of each distinct text."""
    graph = sparse.csr_array((np.ones(len(first), np.int8), (first, second)), shape=(texts, texts))
    return connected_components(graph, directed=False)[1]


def _first_rows(group: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return for each group number the row of its first document in the split to be preferred."""
    order = np.argsort(level, kind="stable")
    _, first = np.unique(group[order], return_index=True)
    return order[first]


def _duplicates(
    frame: pd.DataFrame, kept: np.ndarray, kind: np.ndarray, keys: np.ndarray, texts: np.ndarray
) -> pd.DataFrame:
    """Return the documents dropped and those they were dropped for, group by group, the kept one first."""
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


def _ledger(official_split: pd.Series, kind: np.ndarray, where: str) -> list[dict[str, Any]]:
    distinct, unique = official_split[kind != "exact"], official_split[kind == "kept"]
    return [
        entry(
            step="deduplicate",
            reason=f"same words as a document kept{where}",
            documents_in=len(official_split),
            kept=distinct,
        ),
        entry(
            step="deduplicate",
            reason=f"nearly the same words as a document kept{where}",
            documents_in=len(distinct),
            kept=unique,
        ),
    ]
