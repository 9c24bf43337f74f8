"""Removing duplicates: documents whose text is the same as that of another document, or nearly the same."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.conflicts import settle_conflicts
from textstudy.prepare.incidence import Incidence, find_shared
from textstudy.prepare.ledger import count_documents, entry
from textstudy.prepare.shingles import hash_texts
from textstudy.prepare.similar import Pairs, link, near_clusters, near_pairs

# Setting `keep` → split → its rank. Of the documents with one text, that in the split of the lowest rank is kept.
_RANKS = {
    # Train loses only its own duplicates; a test document that is also in train is removed.
    "train": {"train": 0, "": 0, "validation": 1, "test": 2},
    # The held-out splits stay as published. For a corpus with more than enough training documents.
    "held_out": {"test": 0, "validation": 1, "train": 2, "": 2},
}


class _Texts(NamedTuple):
    """The distinct texts of a corpus: documents with the same words have one text."""

    exact: np.ndarray  # (documents,) equal for documents that are exact duplicates
    words: np.ndarray  # (documents,) equal for documents with the same words
    of: np.ndarray  # (documents,) number of the text of each document
    incidence: Incidence | None  # of the texts; None where near-duplicates do not count
    threshold: float | None


def deduplicate(
    clean: pd.DataFrame, settings: Mapping[str, Any], *, processes: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Remove duplicates, so that no two documents kept in different splits have the same or nearly the same text.

    Two texts are exact duplicates if they are equal but for case, white space and Unicode normal form. They are
    near-duplicates if the Jaccard similarity of their word 5-grams reaches the threshold; in scripts without spaces,
    each character is a word. Texts with the same words, which differ in punctuation only, are near-duplicates of
    similarity 1. (A text of fewer than five words has one 5-gram, all its words.)

    With `within_splits`, clusters are the connected components of both relations, and one document of each is kept: the
    one in the split of the lowest rank (`keep`), then the first by id. Where the labels of a cluster differ,
    `conflicts` decides whether one is kept at all: see `settle_conflicts`. Without `within_splits`, duplicates inside a
    split stay, and each split, in the order of the ranks, loses the documents that are duplicates of a document kept in
    an earlier one.

    Args:
        clean: a CLEAN table.
        settings: `near_threshold`, or None for exact duplicates only; `within_splits` (bool); `keep` ("train" or
            "held_out"); `conflicts` ("drop", "majority" or "keep").
        processes: how many may read texts at a time. The result does not depend on it.

    Returns:
        - The UNIQUE table in the order of `clean`; duplicates that stay share their `cluster`.
        - The table of duplicates: the removed documents, each under the document that it duplicates (`cluster`), with
          `match` ("exact", "words" or "near"), the `similarity` to that document, and labels and official splits of
          both. That document comes first; its `match` is "kept", or "conflict" if it was removed as well.
        - Four ledger entries.

    Raises:
        StudyError: `within_splits` is False and a document has no official split.
    """
    within_splits = settings["within_splits"]
    if not within_splits:
        _check_splits(clean)
    order = clean["id"].argsort().to_numpy()  # the result does not depend on the order of the rows
    frame = clean[["id", "label", "official_split"]].iloc[order].reset_index(drop=True)
    rank = frame["official_split"].map(_RANKS[settings["keep"]]).to_numpy(int)  # (documents,)
    texts = _read_texts(clean["text"].iloc[order], settings["near_threshold"], processes)
    dropped = np.zeros(len(frame), bool)
    if within_splits:
        cluster = _clusters(texts)[texts.of]  # (documents,)
        kept, dropped = settle_conflicts(frame, cluster, _first_rows(cluster, rank), settings["conflicts"])
        head = kept
    else:
        kept, head = _keep_one_split_of_each(texts, rank)
    match = _matches(texts, kept, dropped)
    stays = match == "kept"
    cluster = pd.Series(frame["id"].array[head][stays], index=order[stays]).sort_index()
    unique = clean.iloc[cluster.index].reset_index(drop=True).assign(cluster=cluster.array)
    where = "" if within_splits else " in another split"
    return unique, _duplicates(frame, kept, match, texts), _ledger(frame, match, dropped[kept], where)


def _check_splits(clean: pd.DataFrame) -> None:
    without = int((clean["official_split"] == "").sum())
    if without:
        raise StudyError(
            f"The setting `deduplicate.within_splits` is false, but {without} of {len(clean)} documents have no "
            "official split: set it to true, or draw splits with the corpus setting `sample.parts`."
        )


def _read_texts(texts: pd.Series, threshold: float | None, processes: int) -> _Texts:
    hashes = hash_texts(texts, processes=processes)
    exact, words = hashes.exact, hashes.words
    numbers, _ = pd.factorize(exact if threshold is None else words)
    if threshold is None:
        return _Texts(exact, words, numbers, None, None)
    hashes = hashes.take(np.flatnonzero(~pd.Series(numbers).duplicated()))  # the others are no longer in memory
    return _Texts(exact, words, numbers, find_shared(hashes), threshold)


def _clusters(texts: _Texts) -> np.ndarray:
    """Return the number of the cluster of each text."""
    if texts.incidence is None:
        return np.arange(texts.of.max(initial=-1) + 1)
    return near_clusters(texts.incidence, threshold=texts.threshold)


def _keep_one_split_of_each(texts: _Texts, rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each document the row of the kept document it duplicates, or its own, and of its cluster's head.

    The cluster of a document that stays holds the duplicates in its split; for a removed document it means nothing.
    """
    keys, numbers = texts.of, np.arange(texts.of.max(initial=-1) + 1)
    first = _first_rows(keys, rank)  # (texts,)
    if texts.incidence is None:
        pairs = Pairs(numbers[:0], numbers[:0], np.empty(0))
    else:
        pairs = near_pairs(texts.incidence, threshold=texts.threshold)
    other = _nearest_in_earlier_split(pairs, rank[first])  # (texts,)
    stays = other == numbers
    kept = np.where(stays[keys] & (rank == rank[first][keys]), np.arange(len(keys)), first[other][keys])
    together = stays[pairs.first] & stays[pairs.second]
    cluster = link(numbers, pairs.first[together], pairs.second[together])[keys]  # (documents,)
    return kept, _first_rows(cluster, rank)[pd.factorize(cluster, sort=True)[0]]


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


def _first_rows(group: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Return for each group, in the order of their numbers, the row of its first document in the lowest rank."""
    order = np.argsort(rank, kind="stable")
    _, first = np.unique(group[order], return_index=True)
    return order[first]


def _matches(texts: _Texts, kept: np.ndarray, dropped: np.ndarray) -> np.ndarray:
    """Return how each document matches the one that is kept of its cluster; `dropped`: heads of dropped clusters."""
    rows = np.arange(len(kept))
    own = [dropped & (kept == rows), kept == rows]
    same = [texts.exact[kept] == texts.exact, texts.words[kept] == texts.words]
    return np.select([*own, *same], ["conflict", "kept", "exact", "words"], "near")


def _duplicates(frame: pd.DataFrame, kept: np.ndarray, match: np.ndarray, texts: _Texts) -> pd.DataFrame:
    """Return the removed documents and those they duplicate, group by group, the kept one first."""
    members = np.flatnonzero(np.bincount(kept, minlength=len(frame))[kept] > 1)
    heads = kept[members]
    order = np.lexsort((members, members != heads, heads))
    members, heads = members[order], heads[order]
    similarity = np.ones(len(members))
    near = match[members] == "near"
    if near.any():
        similarity[near] = texts.incidence.similarities(texts.of[members[near]], texts.of[heads[near]])
    member, head = frame.iloc[members].reset_index(drop=True), frame.iloc[heads].reset_index(drop=True)
    return pd.DataFrame(
        {
            "id": member["id"],
            "cluster": head["id"],
            "match": pd.Series(match[members], dtype="str"),
            "similarity": similarity,
            "label": member["label"],
            "kept_label": head["label"],
            "official_split": member["official_split"],
            "kept_split": head["official_split"],
        }
    )


def _ledger(frame: pd.DataFrame, match: np.ndarray, dropped: np.ndarray, where: str) -> list[dict[str, Any]]:
    """Return one entry for each kind of duplicates; `dropped` says which documents are of a dropped cluster."""
    same, near, conflict = "deduplicate.within_splits", "deduplicate.near_threshold", "deduplicate.conflicts"
    reasons = [
        (~dropped & (match == "exact"), same, f"same text as a document kept{where}, but for case and white space"),
        (~dropped & (match == "words"), near, f"same words as a document kept{where}, but for punctuation"),
        (~dropped & (match == "near"), near, f"nearly the same words as a document kept{where}"),
        (dropped, conflict, "the same or nearly the same words under different labels"),
    ]
    ledger, left = [], np.ones(len(match), bool)
    before = count_documents(frame)
    for lost, setting, reason in reasons:
        left = left & ~lost
        after = count_documents(frame[left])
        ledger.append(entry(step="deduplicate", reason=reason, setting=setting, before=before, after=after))
        before = after
    return ledger
