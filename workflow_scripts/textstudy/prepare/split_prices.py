"""What a random split hides: the accuracy of one model on a random test part, and on one of later or other groups."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.draw import draw_by_group, draw_by_time
from textstudy.storage.tables import TIME, group_kinds

AT_MOST = 50_000  # documents that are divided anew; six trainings on more would take minutes
RESAMPLES = 10_000
SEED = 13
Answer = Callable[[pd.DataFrame, pd.DataFrame], np.ndarray | None]


def price_of_splits(split: pd.DataFrame, answer: Answer) -> list[dict[str, Any]]:
    """Return for time and each kind of group what a test part drawn at random promises too much.

    All documents are divided anew, three ways of the same size: at random, so that test is past all training documents,
    and so that no group is in both. One document of each cluster of duplicates takes part, and
    at most `AT_MOST` documents.

    Args:
        split: the SPLIT table; the share of its test part is that of the parts drawn here.
        answer: trains on the first documents and returns for each of the second whether the answer is right, or None.

    Returns:
        A row has `by`: "time" or a kind of group; `train` and `test`, the numbers of documents; `random` and `strict`,
        the two accuracies, and `difference`, the first minus the second, each {"mean", "low", "high"} with a 95 %
        bootstrap interval over documents. No row for what the corpus does not have, or what cannot be divided so.
    """
    documents = split.drop_duplicates("cluster").reset_index(drop=True)
    share = float((split["split"] == "test").mean())
    rows = []
    for by in [TIME] * (TIME in documents) + group_kinds(documents):
        chosen = _limit(documents, by)
        drawn = _draw(chosen, by, share)
        if drawn is not None:
            at_random = np.zeros(len(chosen), bool)
            at_random[np.random.default_rng(SEED).permutation(len(chosen))[: drawn.sum()]] = True
            answers = [answer(chosen[~in_test], chosen[in_test]) for in_test in (at_random, drawn)]
            if all(right is not None for right in answers):
                sizes = {"train": int((~drawn).sum()), "test": int(drawn.sum())}
                rows.append({"by": by, **sizes, **_compare(*answers)})
    return rows


def _limit(documents: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return at most `AT_MOST` documents: those with a time, or documents of whole groups."""
    if by == TIME:
        dated = documents[documents[TIME].notna()]
        return dated.sample(min(len(dated), AT_MOST), random_state=SEED)
    if len(documents) <= AT_MOST:
        return documents
    drawn = draw_by_group(documents, [by], share=AT_MOST / len(documents), part="test", seed=SEED)
    return documents[documents["cluster"].isin(drawn)]


def _draw(documents: pd.DataFrame, by: str, share: float) -> np.ndarray | None:
    """Return whether each document is in the test part, or None if it cannot be drawn."""
    chosen = {"share": share, "part": "test", "seed": SEED}
    try:
        drawn = draw_by_time(documents, **chosen) if by == TIME else draw_by_group(documents, [by], **chosen)
    except StudyError:
        return None
    in_test = documents["cluster"].isin(drawn).to_numpy()
    # Labels of the test part that could not be learned would count as errors of the split.
    return None if set(documents["label"][in_test]) - set(documents["label"][~in_test]) else in_test


def _compare(at_random: np.ndarray, strict: np.ndarray) -> dict[str, dict[str, float]]:
    """Return the accuracies of two test parts and their difference; the documents are not the same, so not paired."""
    generator = np.random.default_rng(SEED)
    draws = {
        name: np.append(right.mean(), generator.binomial(len(right), right.mean(), RESAMPLES) / len(right))
        for name, right in (("random", at_random), ("strict", strict))
    }
    draws["difference"] = draws["random"] - draws["strict"]
    return {name: _estimate(found) for name, found in draws.items()}


def _estimate(draws: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return {"mean": float(draws[0]), "low": float(low), "high": float(high)}
