"""The thresholds of a cascade, chosen on documents that its members have not learned from; see `models.cascade`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from textstudy.models.cascade import walk
from textstudy.ragged import last_of_equal
from textstudy.train.combiners import Arrays, Fitted

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
    """Return the thresholds that send on the fewest documents at an accuracy of the last member's, less `loss`.

    They are chosen from the last but one to the first, each for what follows it as a whole. Of several, each may lose
    an equal part of what may be lost.
    """
    right = probabilities.argmax(axis=2) == labels  # (members, documents)
    least = right[-1].mean() - settings["loss"]
    following, thresholds = right[-1], []
    for step, member in enumerate(reversed(range(len(members) - 1)), 1):
        spared = settings["loss"] * (1 - step / (len(members) - 1))  # what the earlier members may still lose
        confidence = probabilities[member].max(axis=1)
        threshold = choose_threshold(confidence, right[member], following, least=least + spared)
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


def choose_threshold(confidence: np.ndarray, right: np.ndarray, following: np.ndarray, *, least: float) -> np.float32:
    """Return the lowest threshold from which on, up to the highest, the accuracy is at least `least`.

    Accuracy is followed from where all documents go on, down to the first fall below `least`: a threshold that reaches
    it by luck further down, between two that do not, is not taken (fixed-sequence testing, as in Angelopoulos et al.
    2021, arXiv:2110.01052). Documents of equal confidence go the same way.

    Args:
        confidence: (documents,) float32, of a member's answers.
        right, following: (documents,) whether the member, and what follows it, answer rightly.
        least: accuracy that is wanted; what follows has it.
    """
    order = np.argsort(-confidence, kind="stable")
    gained = np.cumsum(right[order].astype(int) - following[order])  # once so many documents stay
    enough = (following.sum() + gained) >= least * len(right) - 1e-9
    steps = last_of_equal(confidence[order])
    good = np.logical_and.accumulate(enough[steps])
    if good.all():
        return NOTHING
    return confidence[order][steps[good.sum() - 1]] if good.any() else EVERYTHING


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
                f"{member} is asked about every validation document: no confidence of what comes before it keeps the "
                "accuracy within the setting loss. Use it alone, or allow more loss."
            )
