"""The best validation score to expect of a number of trials (Dodge et al. 2019, arXiv:1909.03004)."""

from collections.abc import Sequence
from math import comb

import numpy as np

from textstudy.evaluate.percentiles import DRAWS, interval


def expected_maximum(scores: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the expected best of 1, 2, … trials, as many as there are scores.

    It is the mean over all sets of n of the N trials, which is unbiased (Tang et al. 2020, arXiv:2004.13705): the i-th
    smallest score is the best of C(i - 1, n - 1) of the C(N, n) sets.

    Args:
        scores: (..., trials), each row the scores of a model's trials.

    Returns:
        (..., trials).
    """
    ordered = np.sort(np.asarray(scores, float), axis=-1)
    trials = range(ordered.shape[-1])
    weights = [[comb(place, least) / comb(len(trials), least + 1) for least in trials] for place in trials]
    return ordered @ np.array(weights)  # (..., trials) @ (trials, budgets)


def budget_curve(scores: Sequence[float]) -> list[dict[str, float | None]]:
    """Return {"trials", "mean", "low", "high"} for each budget from one trial to all.

    The interval is that of a bootstrap over the trials, other draws of as many settings. No draw can be better than the
    best one measured, so it is too narrow: of 95 %, it covers the truth in about 90 % of cases for a few of 20 trials,
    70 to 85 % for half of them, and 50 % for all. Beyond half of the trials there is none, `low` and `high` are None.
    """
    generator = np.random.default_rng(0)
    drawn = expected_maximum(generator.choice(np.asarray(scores, float), size=(DRAWS, len(scores))))
    rows = []
    for place, mean in enumerate(expected_maximum(scores)):
        low, high = interval(drawn[:, place]) if 2 * place < len(scores) else (None, None)
        rows.append({"trials": place + 1, "mean": float(mean), "low": low, "high": high})
    return rows
