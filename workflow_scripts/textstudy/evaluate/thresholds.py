"""When a model is sure enough: the confidence from which on it answers, and the labels that it cannot rule out.

Both are chosen on validation documents, and hold for new documents that could as well have been validation documents:
the same sources, the same time.

* To answer with at most a share of errors (Geifman and El-Yaniv 2017, arXiv:1705.08500). Whether the errors among the
  surest documents are few enough is tested one share of the documents after the other (Angelopoulos et al. 2021,
  arXiv:2110.01052), so that in CERTAINTY of all draws of validation documents the promise is kept.
* To name a set of labels that holds the true one with at least a probability, which is kept on average over draws:
  split-conformal sets (Vovk et al. 2005; Angelopoulos and Bates 2023, arXiv:2107.07511).
"""

import math
from typing import Any

import numpy as np
from scipy.stats import binom

from textstudy.evaluate.promises import CERTAINTY, COVERAGES, ERRORS
from textstudy.ragged import last_of_equal

SPARED = 2  # errors among the first documents that are tested; with none, one wrong label could end the tests at once


def choose_thresholds(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, list[dict[str, Any]]]:
    """Return `answers` and `sets`: the threshold for each of ERRORS and of COVERAGES.

    Args:
        labels: (documents,) index of the true class, of documents that the model has not learned from.
        probabilities: (documents, classes) float32.

    Returns:
        `answers`: `error`, and the least confidence that is answered as `threshold`; None where no answer can be shown
        to be good enough. `sets`: `coverage`, and the least probability of a label that is in the set as `threshold`.
    """
    rows = np.arange(len(labels))
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    return {
        "answers": [{"error": error, "threshold": answer_from(confidence, right, error=error)} for error in ERRORS],
        "sets": [
            {"coverage": coverage, "threshold": include_from(probabilities[rows, labels], coverage=coverage)}
            for coverage in COVERAGES
        ],
    }


def answer_from(confidence: np.ndarray, right: np.ndarray, *, error: float) -> float | None:
    """Return the lowest confidence from which on answers are shown to hold at most a share of errors; None if none is.

    Documents above the confidence of another one are a sample of all that are so sure, so their errors are binomial.
    Two sequences of tests with more and more documents end at the first that fails. One begins with as few as may hold
    SPARED errors, for models that are seldom sure; one with half of all, for labels that are sometimes wrong.

    Args:
        confidence: (documents,) float32.
        right: (documents,) whether the answer is.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked, wrong = confidence[order], np.cumsum(~right[order])
    # The last of each block of equally sure documents.
    ends = last_of_equal(ranked)
    fails = (1 - CERTAINTY) / 2  # of each sequence
    shown = binom.cdf(wrong[ends], ends + 1, error) <= fails
    for begins in (2 * (ends + 1) >= len(ranked), binom.cdf(SPARED, ends + 1, error) <= fails):
        start = int(begins.argmax()) if begins.any() else len(ends)
        if shown[start : start + 1].any():
            failed = np.flatnonzero(~shown[start:])
            last = ends[start + failed[0] - 1 if len(failed) else -1]
            return 0.0 if last == len(ranked) - 1 else float(np.nextafter(ranked[last + 1], np.float32(2)))
    return None


def include_from(true: np.ndarray, *, coverage: float) -> float:
    """Return the least probability with which a label is in the set; 0 where there are too few documents to tell.

    Args:
        true: (documents,) probability of the true class.
    """
    place = math.ceil((len(true) + 1) * coverage)
    return 0.0 if place > len(true) else float(np.sort(true)[::-1][place - 1])
