"""The best validation score to expect of a number of trials (Dodge et al. 2019, arXiv:1909.03004)."""

from collections.abc import Sequence

import numpy as np

from textstudy.evaluate.percentiles import DRAWS, interval


def expected_maximum(scores: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the expected best of 1, 2, … trials, as many as there are scores.

    Trials are taken to be drawn from the distribution of the scores measured, with replacement: the best of n is at
    most the i-th smallest of N scores with probability (i / N)^n.

    Args:
        scores: (..., trials), each row a set of trials.

    Returns:
        (..., trials).
    """
    ordered = np.sort(np.asarray(scores, float), axis=-1)
    trials = ordered.shape[-1]
    at_most = (np.arange(trials + 1) / trials)[:, None] ** np.arange(1, trials + 1)  # (trials + 1, budgets)
    return ordered @ np.diff(at_most, axis=0)


def budget_curve(scores: Sequence[float]) -> list[dict[str, float]]:
    """Return {"trials", "mean", "low", "high"} for each budget from one trial to all.

    The interval is that of a bootstrap over the trials: other draws of as many settings. It is too narrow where there
    are few of them, as no draw can be better than the best one measured.
    """
    generator = np.random.default_rng(0)
    drawn = expected_maximum(generator.choice(np.asarray(scores, float), size=(DRAWS, len(scores))))
    means = expected_maximum(scores)
    rows = []
    for place, mean in enumerate(means):
        low, high = interval(drawn[:, place])
        rows.append({"trials": place + 1, "mean": float(mean), "low": low, "high": high})
    return rows
