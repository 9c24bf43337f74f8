"""What splits share at each stage of a preparation: exact and near-duplicates, and texts within others."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from textstudy.prepare.incidence import Incidence, find_shared
from textstudy.prepare.shingles import Hashes, hash_texts, join_hashes
from textstudy.prepare.similar import find_contained, find_near
from textstudy.storage.tables import SPLITS

CONTAINED_SHARE = 0.8  # share of a document's 5-grams that one other document has


class _Stage(NamedTuple):
    """The documents of a stage that belong to a split."""

    texts: pd.Series  # by id
    side: np.ndarray  # (documents,) number of the split in SPLITS
    hashes: Hashes


def count_overlaps(
    stages: Mapping[str, tuple[pd.DataFrame, str]], threshold: float, *, processes: int = 1
) -> Iterator[dict[str, Any]]:
    """Yield what each two splits share at each stage, counted in documents of the second one.

    Args:
        stages: name → a table with `id` and `text`, and its column that names the split ("" for none).
        threshold: least similarity of near-duplicates.
        processes: how many may read texts at a time.

    Yields:
        `stage`, `first`, `second` (splits); `exact`: documents of the second split whose text one of the first has;
        `near`: the same for near-duplicates that are not exact ones; `contained`: share of the documents of the second
        split with most of their 5-grams in one document of the first; `documents`: all documents of the second split.
    """
    known, overlaps = None, []
    for name, (frame, column) in stages.items():
        frame = frame.loc[frame[column].isin(SPLITS), ["id", "text", column]]
        if not len(frame):
            continue
        stage = _read(frame, column, known, processes)
        if known is None or not _is_same(stage, known):
            overlaps = list(_compare_splits(stage, threshold))
        known = stage
        yield from ({"stage": name} | overlap for overlap in overlaps)


def _read(frame: pd.DataFrame, column: str, known: _Stage | None, processes: int) -> _Stage:
    """Return a stage; texts that the stage before it has, too, are not read again."""
    texts = frame.set_index("id")["text"]
    side = frame[column].map(SPLITS.index).to_numpy()
    if known is None:
        return _Stage(texts, side, hash_texts(texts, processes=processes))
    place = known.texts.index.get_indexer(texts.index)
    same = place >= 0
    same[same] = known.texts.iloc[place[same]].to_numpy() == texts[same].to_numpy()
    new = hash_texts(texts[~same], processes=processes)
    rows = np.where(same, place, len(known.texts) + np.cumsum(~same) - 1)
    return _Stage(texts, side, join_hashes([known.hashes, new]).take(rows))


def _is_same(stage: _Stage, other: _Stage) -> bool:
    """Return whether two stages have the same documents, texts and splits."""
    if len(stage.texts) != len(other.texts):
        return False
    place = other.texts.index.get_indexer(stage.texts.index)
    return bool(
        (place >= 0).all()
        and (other.side[place] == stage.side).all()
        and (other.texts.iloc[place].to_numpy() == stage.texts.to_numpy()).all()
    )


def _compare_splits(stage: _Stage, threshold: float) -> Iterator[dict[str, Any]]:
    incidence = find_shared(stage.hashes, stage.side)
    rows = {name: np.flatnonzero(stage.side == side) for side, name in enumerate(SPLITS)}
    for first, second in combinations((name for name in SPLITS if len(rows[name])), 2):
        counts = _count(stage.hashes, incidence, rows[first], rows[second], threshold)
        yield {"first": first, "second": second} | counts


def _count(
    hashes: Hashes, incidence: Incidence, first: np.ndarray, second: np.ndarray, threshold: float
) -> dict[str, Any]:
    exact = np.isin(hashes.exact[second], hashes.exact[first])
    near = find_near(incidence, first, second, threshold=threshold)
    contained = find_contained(incidence, first, second, share=CONTAINED_SHARE)
    return {
        "exact": int(exact.sum()),
        "near": int((near & ~exact).sum()),
        "contained": float(contained.mean()),
        "documents": len(second),
    }
