"""The thresholds of a cascade, chosen on documents that its members have not learned from; see `models.cascade`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from textstudy.models.cascade import walk
from textstudy.ragged import last_of_equal
from textstudy.train.combiners import Arrays, Fitted

CERTAINTY = 0.9  # share of the draws of validation documents in which no more accuracy is lost than allowed
EVERYTHING = np.float32(2.0)  # a threshold that no probability reaches: all documents go on
NOTHING = np.float32(0.0)  # one that every probability reaches


def combine(arrays: Arrays, probabilities: np.ndarray) -> np.ndarray:
    """Return the answers of a cascade, (documents, classes) float32, from those of its members."""
    return _walk(arrays, probabilities)[0]


def asked_shares(arrays: Arrays, probabilities: np.ndarray, members: Sequence[str]) -> dict[str, float]:
    """Return member → the share of the documents (members, documents, classes) that it is asked about."""
    asked = _walk(arrays, probabilities)[1]
    return {member: count / asked[0] for member, count in zip(members, asked, strict=True)}


def _walk(arrays: Arrays, probabilities: np.ndarray) -> tuple[np.ndarray, list[int]]:
    return walk(arrays["thresholds"], probabilities.shape[1], lambda member, rows: probabilities[member, rows])


def fit_cascade(
    probabilities: np.ndarray, labels: np.ndarray, *, members: Sequence[str], settings: Mapping[str, Any], **_: Any
) -> Fitted:
    """Return the thresholds that send on the fewest documents and are shown to lose less accuracy than `loss`.

    They are chosen from the last member but one to the first, each for what follows it as a whole. Each may lose an
    equal part of `loss`, with an equal part of the doubt, so that together they keep it in CERTAINTY of all draws.
    """
    right = probabilities.argmax(axis=2) == labels  # (members, documents)
    following, thresholds = right[-1], []
    parts = len(members) - 1
    for member in reversed(range(parts)):
        confidence = probabilities[member].max(axis=1)
        threshold = choose_threshold(
            confidence, right[member], following, loss=settings["loss"] / parts, doubt=(1 - CERTAINTY) / parts
        )
        following = np.where(confidence < threshold, following, right[member])
        thresholds.insert(0, threshold)
    arrays = {"thresholds": np.array(thresholds, dtype=np.float32)}
    shares = asked_shares(arrays, probabilities, members)
    return Fitted(
        arrays,
        parameters=len(thresholds),
        chosen={"thresholds": dict(zip(members, arrays["thresholds"].tolist(), strict=False))},
        diagnosis=list(_oddities(shares)),
    )


def choose_threshold(
    confidence: np.ndarray, right: np.ndarray, following: np.ndarray, *, loss: float, doubt: float
) -> np.float32:
    """Return the lowest threshold from which on, up to the highest, the accuracy is shown to fall by less than `loss`.

    One more document stays at a time, the surest first, until the test fails for the first time: a threshold that
    passes it by luck further down is not taken (fixed-sequence testing, as in Angelopoulos et al. 2021,
    arXiv:2110.01052), so that all tests together are wrong in at most `doubt` of the draws of documents. Documents of
    equal confidence go the same way.

    Args:
        confidence: (documents,) float32, of a member's answers.
        right, following: (documents,) whether the member, and what follows it, answer rightly.
        loss: share of all documents.
        doubt: probability, of one draw of documents, that more is lost.
    """
    order = np.argsort(-confidence, kind="stable")
    ends = last_of_equal(confidence[order])
    lost = np.cumsum(following[order] & ~right[order])[ends]  # answered wrongly once so many documents stay
    gained = np.cumsum(right[order] & ~following[order])[ends]
    shown = rule_out_loss(lost, gained, documents=len(right), loss=loss) >= norm.isf(doubt)
    good = np.logical_and.accumulate(shown)
    if good.all():
        return NOTHING
    return confidence[order][ends[good.sum() - 1]] if good.any() else EVERYTHING


def rule_out_loss(lost: np.ndarray, gained: np.ndarray, *, documents: int, loss: float) -> np.ndarray:
    """Return how far paired answers are from losing a share `loss`, in standard errors: Tango's (1998) score statistic.

    It holds for few lost documents, too, where an interval around the observed difference would have no width.

    Args:
        lost, gained: numbers of documents that are answered rightly by only the one, and by only the other model.
        documents: number of all.
        loss: difference of the two shares that is to be ruled out, above 0.
    """
    # The likeliest share of gained documents if the loss were as large.
    linear = lost + gained + loss * (lost - gained - 2 * documents)
    constant = 8 * documents * gained * loss * (1 - loss)
    share = (linear + np.sqrt(linear**2 + constant)) / (4 * documents)
    return (documents * loss - (lost - gained)) / np.sqrt(documents * (2 * share + loss * (1 - loss)))


def _oddities(shares: Mapping[str, float]) -> Iterator[str]:
    """Yield sentences on members that are asked everything after the first, or nothing."""
    for member in list(shares)[1:]:
        if shares[member] == 0:
            yield (
                f"{member} is asked about no validation document: what comes before it loses no more accuracy than the "
                "setting loss allows. Leave it out, or allow less loss."
            )
        elif shares[member] == 1:
            yield (
                f"{member} is asked about every validation document: they cannot show that what comes before it loses "
                "less accuracy than the setting loss allows. Use it alone, allow more loss, or validate on more."
            )
