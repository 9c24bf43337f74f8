"""What held-out documents share with training documents: groups such as authors and threads, and their time."""

import logging
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from textstudy.storage.tables import GROUP, HELD_OUT, SPLITS, TIME, group_kinds

EASIER_SHARE = 0.05  # difference between the shares of validation and test from which it is worth a sentence
EASIER_ORDER = 0.10  # the same for the share of pairs in order of time

_logger = logging.getLogger(__name__)


def audit_groups(split: pd.DataFrame) -> dict[str, Any]:
    """Return the part of `audit.json` on groups and time; nothing for a corpus that has neither.

    Returns:
        - `groups`: for each kind and held-out split, see `_shared`;
        - `times`: for each split, see `_span`;
        - `easier`: each kind of group, and "time", by which validation is nearer to the training documents than test
          is, so that scores on validation are likely too high; with the two shares that are compared.
    """
    parts = {name: split[split["split"] == name] for name in SPLITS}
    kinds = group_kinds(split)
    groups = [_shared(kind, name, parts) for kind in kinds for name in HELD_OUT if len(parts[name])]
    times = [_span(name, parts) for name in SPLITS if TIME in split and parts[name][TIME].notna().any()]
    if not groups and not times:
        return {}
    easier = [*_easier_by_groups(groups), *_easier_by_time(times)]
    for row in easier:
        _logger.warning("Validation is nearer to the training documents than test is, by %s: %s", row["by"], row)
    return {"groups": groups, "times": times, "easier": easier}


def known_groups(documents: pd.DataFrame, train: pd.DataFrame, kind: str) -> np.ndarray:
    """Return for each document 1 if a training document has the same group, 0 if none has, -1 if it has no group."""
    column = f"{GROUP}{kind}"
    codes, names = pd.factorize(pd.concat([train[column], documents[column]]))
    known = np.bincount(codes[: len(train)], minlength=len(names)) > 0
    return np.where(documents[column] == "", -1, known[codes[len(train) :]].astype(int))


def _shared(kind: str, name: str, parts: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Return how many documents and groups of a split are of a group that training documents have too."""
    documents = parts[name]
    known = known_groups(documents, parts["train"], kind)
    groups = documents[f"{GROUP}{kind}"]
    return {
        "kind": kind,
        "split": name,
        "documents": len(documents),
        "known": int((known == 1).sum()),
        "without": int((known == -1).sum()),
        "groups": int(groups[known >= 0].nunique()),
        "known_groups": int(groups[known == 1].nunique()),
    }


def _span(name: str, parts: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the time span of a split, and how it lies to that of the training documents.

    `later` is the share of all pairs of one of its documents and a training document in which its document is the later
    one (pairs of equal time count half): 1 where the split is past the training documents, 0.5 where time makes no
    difference. `overlap` is the share of its documents that are not later than the latest training document.
    """
    times, train = _sorted_times(parts[name]), _sorted_times(parts["train"])
    compared = name != "train" and len(train) > 0
    below = (np.searchsorted(train, times, "left") + np.searchsorted(train, times, "right")) / 2
    return {
        "split": name,
        "documents": len(times),
        "without": int(parts[name][TIME].isna().sum()),
        "earliest": _written(times[0]),
        "median": _written(times[len(times) // 2]),
        "latest": _written(times[-1]),
        "later": float(below.mean() / len(train)) if compared else None,
        "overlap": float((times <= train[-1]).mean()) if compared else None,
    }


def _sorted_times(documents: pd.DataFrame) -> np.ndarray:
    known = documents[TIME].dropna()
    return np.sort(known.to_numpy() if is_float_dtype(known) else known.to_numpy("datetime64[us]"))


def _written(time: Any) -> str:
    """Return a time as the report writes it: a day, or a number that stands for one."""
    return f"{time:.3g}" if isinstance(time, float) else str(pd.Timestamp(time).date())


def _easier_by_groups(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the kinds with clearly larger shares of known groups in validation: not by chance, and by some points."""
    rows = {(row["kind"], row["split"]): row for row in groups}
    found = []
    for kind in sorted({kind for kind, _ in rows}):
        pair = [rows.get((kind, name)) for name in HELD_OUT]
        if all(pair):
            sizes = np.array([row["documents"] for row in pair])
            shares = np.array([row["known"] for row in pair]) / sizes
            by_chance = 2 * np.sqrt((shares * (1 - shares) / sizes).sum())
            if shares[0] - shares[1] > max(EASIER_SHARE, by_chance):
                found.append({"by": kind, **dict(zip(HELD_OUT, shares.tolist(), strict=True))})
    return found


def _easier_by_time(times: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return whether test is later than the training documents more often than validation is."""
    later = {row["split"]: row["later"] for row in times if row["later"] is not None}
    if set(later) != set(HELD_OUT) or later["test"] - later["validation"] < EASIER_ORDER:
        return []
    return [{"by": TIME, "validation": later["validation"], "test": later["test"]}]
