"""Nested subsets of the training documents, each like a smaller corpus."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.prepare.draw import group_units
from textstudy.storage.tables import group_kinds


def entry_shares(train: pd.DataFrame, *, kinds: Sequence[str], seed: int) -> pd.Series:
    """Return by id the share from which on the subset of that share holds a document.

    Subsets are nested, and every label has nearly the same share of its documents in each. Documents with a group in
    common enter together, and so do duplicates; they count for their most common label. The order depends on ids and
    the seed alone.

    Args:
        train: the training documents of a SPLIT table.
        kinds: kinds of groups that a subset must not divide.
    """
    train = train.sort_values("id", ignore_index=True)
    unit = group_units(train, kinds)
    label = train["label"].groupby(unit).agg(lambda labels: labels.value_counts(sort=False).idxmax())
    size = np.bincount(unit)
    first = train["id"].groupby(unit).first()
    order = sorted(range(len(size)), key=lambda each: _digest(seed, first[each]))
    units = pd.DataFrame({"label": label.to_numpy(), "size": size}).loc[order]
    end = units.groupby("label")["size"].cumsum()
    # A unit enters where its middle lies: the number of documents is then the share's, rounded.
    share = (end - units["size"] / 2) / units.groupby("label")["size"].transform("sum")
    return pd.Series(share.sort_index().to_numpy()[unit], index=train["id"].to_numpy())


def left_out(split: pd.DataFrame, subset: Mapping[str, Any], *, seed: int) -> frozenset[str]:
    """Return the ids of the training documents that are not in a subset.

    Args:
        split: the SPLIT table of a preparation.
        subset: `share` of the documents; `by` and `group` of the split: what it keeps together stays together here.
    """
    kinds: list[str] = []
    if subset["by"] == "group":
        kinds = [subset["group"]] if subset["group"] else group_kinds(split)
    enters = entry_shares(split[split["split"] == "train"], kinds=kinds, seed=seed)
    return frozenset(enters.index[enters > subset["share"]])


def _digest(seed: int, name: str) -> bytes:
    return hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest()
