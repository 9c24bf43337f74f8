"""Draws of a held-out part: evenly over labels, in whole groups, or the latest documents.

Each returns the clusters of duplicates that are drawn. They depend on ids, labels, groups, times and the seed, not on
the order of the rows.
"""

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from textstudy.components import components
from textstudy.errors import StudyError
from textstudy.storage.tables import GROUP, TIME

_logger = logging.getLogger(__name__)


def draw_by_label(documents: pd.DataFrame, *, share: float, part: str, seed: int) -> np.ndarray:
    """Return a share of the clusters, the same of each label.

    A label with a single cluster is not drawn, because nothing would be left to learn it from.

    Args:
        documents: rows of a UNIQUE table by cluster, the head first.
        part: name of the part, for messages.
    """
    labels = documents.drop_duplicates("cluster").set_index("cluster")["label"]
    counts = labels.value_counts()
    single = sorted(counts.index[counts < 2])
    if single:
        _logger.warning("Labels with a single document stay in train, not in %s: %s", part, ", ".join(single))
    labels = labels[~labels.isin(single)]
    try:
        _, drawn = train_test_split(
            labels.index.to_numpy(), test_size=share, random_state=seed, stratify=labels.to_numpy()
        )
    except ValueError as error:
        reason = error if len(labels) else "no label has two documents"
        raise StudyError(
            f"The setting `split.{part}` is {share}, but this share cannot be drawn from {counts.sum()} documents with "
            f"{len(counts)} labels ({reason}): use a larger corpus or another share."
        ) from error
    return drawn


def draw_by_group(documents: pd.DataFrame, kinds: Sequence[str], *, share: float, part: str, seed: int) -> np.ndarray:
    """Return clusters that hold about a share of the documents of each label, and no group that others hold too.

    Clusters with a group in common are one unit, which is drawn as a whole. A unit counts for its most common label.
    Units are drawn at random; one that is larger than what is left to draw of its label stays.

    Args:
        documents, part: as for `draw_by_label`.
        kinds: kinds of groups that the draw must not divide.
    """
    documents = documents.sort_values("id")
    unit = group_units(documents, kinds)
    labels, names = pd.factorize(documents["label"], sort=True)
    counts = pd.Series(1, [unit, labels]).groupby(level=[0, 1]).sum()  # documents by unit and label
    most_common = counts.sort_values(kind="stable").groupby(level=0).tail(1).sort_index()
    taken = _fill(
        np.bincount(unit), most_common.index.get_level_values(1).to_numpy(), share, np.random.default_rng(seed)
    )
    left = np.bincount(labels, ~taken[unit], minlength=len(names))
    taken[unit[(left == 0)[labels]]] = False  # of a label that would leave train
    if not taken.any():
        raise StudyError(
            f"The setting `split.{part}` is {share}, but no group of {len(documents)} documents fits into this share: "
            f"up to {np.bincount(unit).max()} documents are connected by {' and '.join(kinds)}. Name another kind of "
            "group in `split.group`, use another share, or `by: label`."
        )
    return documents["cluster"][taken[unit]].unique()


def group_units(documents: pd.DataFrame, kinds: Sequence[str]) -> np.ndarray:
    """Return the unit of each document: clusters that a group connects, directly or through others, are one."""
    columns = [documents["cluster"], *(documents[f"{GROUP}{kind}"] for kind in kinds)]
    rows, nodes, size = [], [], len(documents)
    for column in columns:
        codes, names = pd.factorize(column.where(column != ""))  # an unknown group, -1, connects nothing
        rows.append(np.flatnonzero(codes >= 0))
        nodes.append(codes[codes >= 0] + size)
        size += len(names)
    return pd.factorize(components(np.concatenate(rows), np.concatenate(nodes), size)[: len(documents)])[0]


def _fill(sizes: np.ndarray, strata: np.ndarray, share: float, generator: np.random.Generator) -> np.ndarray:
    """Return which units are taken: at random, as many as fit into a share of each stratum. One unit always stays."""
    totals, units = np.bincount(strata, sizes), np.bincount(strata)
    target = np.where(units > 1, np.floor(share * totals + 0.5), 0)
    order = generator.permutation(len(sizes))
    order = order[np.argsort(strata[order], kind="stable")]
    taken = np.zeros(len(sizes), bool)
    while True:  # each round ends a stratum at its first unit that does not fit, and the next leaves this unit out
        left = target - np.bincount(strata, sizes * taken)
        candidates = order[~taken[order] & (sizes[order] <= left[strata[order]])]
        if not len(candidates):
            return taken
        running = pd.Series(sizes[candidates]).groupby(strata[candidates]).cumsum().to_numpy()
        taken[candidates[running <= left[strata[candidates]]]] = True


def draw_by_time(documents: pd.DataFrame, *, share: float, part: str, seed: int) -> np.ndarray:
    """Return the latest clusters, which hold about a share of the documents; a cluster is as late as its latest.

    Of documents with one time, the seed decides. A cluster without a time is not drawn.
    """
    by_cluster = documents.groupby("cluster", sort=True)[TIME].agg(["max", "size"])
    dated = by_cluster[by_cluster["max"].notna()].sample(frac=1, random_state=seed)
    dated = dated.sort_values("max", ascending=False, kind="stable")
    drawn = dated.index[dated["size"].cumsum() <= round(share * len(documents))].to_numpy()
    if not len(drawn) or len(drawn) == len(by_cluster):
        raise StudyError(
            f"The setting `split.{part}` is {share}, but this share cannot be drawn by time from {len(documents)} "
            f"documents, of which {int(documents[TIME].notna().sum())} have a time: use another share, or `by: label`."
        )
    return drawn
