"""What it costs that texts are cut: accuracy by their length, and what windows change for those that are cut."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from textstudy.evaluate.contrasts import Contrasts, contrast
from textstudy.evaluate.documents import number_groups, right_answers

ArrayLike = TypeVar("ArrayLike", np.ndarray, pd.Series)
FEWEST = 20  # test documents of a range of lengths, of those that are cut, and of all others
SHORTEST = 64  # tokens; each range is twice as long as the one before


def measure_truncation(
    runs: Mapping[str, Sequence[pd.DataFrame]],
    split: pd.DataFrame,
    *,
    lengths: Mapping[str, pd.Series],
    limits: Mapping[str, int],
    encodings: Mapping[str, str],
    pairs: Sequence[tuple[str, str]],
) -> dict[str, Any] | None:
    """Return the accuracy of each model by the length of the texts, and what windows change; None where none is cut.

    - `encoding`: the one that reads most, by whose tokens a text is measured;
    - `ranges`: {"least", "most", "documents"}, lengths in tokens; `most` is None for the longest texts;
    - `models`: name → for each range the `accuracy` {"mean", "low", "high"} and the share of its texts that are `cut`;
    - `pairs`: for each of `pairs` the two models, `cut` and `whole`, and for the test documents that the first one
      `reads_in_part` and those that it `reads_whole` their number, both accuracies and the paired `difference` with its
      p-value, corrected after Bonferroni for the number of pairs.

    Args:
        runs: model → PREDICTIONS of each seed.
        split: the SPLIT table.
        lengths: encoding → by id, the tokens of a document that it reads.
        limits: encoding → tokens of the longest document that it reads as a whole.
        encodings: model → the encoding that it reads, of those models that read one.
        pairs: of two models that differ only in windows; the second has them.
    """
    test = split[split["split"] == "test"].sort_values("id")
    kin = list(number_groups(test).values())
    read = {name: found.loc[test["id"]].to_numpy() for name, found in lengths.items()}
    cut = cut_documents(read, limits)
    if not any(found.sum() >= FEWEST for found in cut.values()):
        return None
    widest = max(sorted(limits), key=limits.get)
    edges = _edges(read[widest], limits[widest])
    codes = np.searchsorted(edges, read[widest])  # an edge is the longest length of its range
    right = {name: right_answers(tables, test["id"]) for name, tables in runs.items()}
    return {
        "encoding": widest,
        "ranges": [
            {"least": low + 1, "most": high, "documents": int((codes == number).sum())}
            for number, (low, high) in enumerate(zip([0, *edges], [*edges, None], strict=True))
        ],
        "models": {name: _by_range(each, codes, kin, cut.get(encodings.get(name))) for name, each in right.items()},
        "pairs": [
            {
                "cut": first,
                "whole": second,
                **_pair(right[first], right[second], cut[encodings[first]], kin, pairs=len(pairs)),
            }
            for first, second in pairs
            if FEWEST <= cut[encodings[first]].sum() <= len(test) - FEWEST
        ],
    }


def cut_documents(lengths: Mapping[str, ArrayLike], limits: Mapping[str, int]) -> dict[str, ArrayLike]:
    """Return encoding → whether it cuts each document, from its `lengths` as read and the longest that it reads whole.

    All but very few documents with as many tokens as an encoding keeps are cut; the others fill the room exactly.
    """
    return {name: found >= limits[name] for name, found in lengths.items()}


def _edges(lengths: np.ndarray, limit: int) -> list[int]:
    """Return the longest length of each range but the last, so that no range has too few documents."""
    edges, edge, below = [], SHORTEST, 0
    while edge < limit:
        up_to = int((lengths <= edge).sum())
        if up_to - below >= FEWEST and len(lengths) - up_to >= FEWEST:
            edges.append(edge)
            below = up_to
        edge *= 2
    return edges


def _by_range(
    right: np.ndarray, codes: np.ndarray, kin: Sequence[np.ndarray], cut: np.ndarray | None
) -> list[dict[str, Any]]:
    found = _estimates(contrast(right, codes, np.eye(codes.max() + 1), kin))
    shares = np.bincount(codes, cut) / np.bincount(codes) if cut is not None else np.zeros(len(found))
    return [{"accuracy": each, "cut": float(share)} for each, share in zip(found, shares, strict=True)]


def _pair(
    first: np.ndarray, second: np.ndarray, cut: np.ndarray, kin: Sequence[np.ndarray], *, pairs: int
) -> dict[str, Any]:
    codes = np.where(cut, 0, 1)
    accuracies = [_estimates(contrast(each, codes, np.eye(2), kin)) for each in (first, second)]
    change = contrast(second, codes, np.eye(2), kin, against=first)
    differences = _estimates(change, least=-1.0, comparisons=pairs)
    p_values = np.minimum(change.p_values_alone() * pairs, 1.0)
    return {
        part: {
            "documents": int((codes == number).sum()),
            "cut": accuracies[0][number],
            "whole": accuracies[1][number],
            "difference": differences[number],
            "p_value": float(p_values[number]),
        }
        for number, part in enumerate(("reads_in_part", "reads_whole"))
    }


def _estimates(found: Contrasts, *, least: float = 0.0, comparisons: int = 1) -> list[dict[str, float]]:
    low, high = found.intervals(comparisons=comparisons)
    return [
        {"mean": float(mean), "low": float(max(below, least)), "high": float(min(above, 1.0))}
        for mean, below, above in zip(found.mean, low, high, strict=True)
    ]
