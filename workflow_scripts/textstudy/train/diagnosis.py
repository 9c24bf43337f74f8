"""What a training shows, by fixed criteria: overfitting, underfitting, instability, collapse to one class."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

OVERFITTING_ACCURACY = 0.85  # training accuracy above this ...
OVERFITTING_GAP = 0.10  # ... and leading validation accuracy by more than this, at the best epoch
LOSS_RISE = 0.10  # validation loss above its minimum by this share while training loss fell
STILL_FALLING = 0.01  # the last epoch improved both losses by more than this share: perhaps stopped too early
HARDLY_LEARNT = 0.05  # training accuracy less than this above the share of the largest class ...
ROOM_LEFT = 0.5  # ... or, where that leaves little room above it, less than this share of the room
LOSS_MATTERS = 0.01  # nats: a smaller change of a loss is noise, whatever its share
TRAIN_LOSS_JUMP = 0.10  # training loss rises by more than this share within one epoch
ACCURACY_DROP = 0.10  # validation accuracy falls by more than this within one epoch
GRADIENT_RATIO = 10.0  # an epoch's mean gradient norm over the median epoch's
COLLAPSE_SHARE = 0.95  # share of validation documents given the same class

History = Sequence[Mapping[str, Any]]


def diagnose(
    history: History,
    *,
    best_epoch: int,
    train_accuracy: float,
    predicted_shares: Sequence[float],
    majority_share: float,
    classes: Sequence[str],
    epochs: int,
    annealed: bool,
) -> list[str]:
    """Return sentences on a run, each with its epoch and figures; none for a healthy run.

    Args:
        history: one mapping per epoch, as the training loop records them.
        best_epoch: the epoch, from 1, whose weights are kept.
        train_accuracy: of the kept weights on training documents, in evaluation mode. That of the history is the mean
            over an epoch's steps with dropout, which is lower and hides overfitting.
        predicted_shares: share of the validation documents predicted as each class at the best epoch.
        majority_share: share of the largest class among the training documents.
        classes: label names in the order of `predicted_shares`.
        epochs: the most epochs the run was allowed.
        annealed: whether the learning rate falls to 0 by then. The losses then fall because of that, and tell nothing
            about more epochs.
    """
    best = history[best_epoch - 1]
    return [
        *_collapse(best, predicted_shares, majority_share, classes),
        *_overfitting(history, best, train_accuracy),
        *_hardly_learnt(best, train_accuracy, majority_share),
        *([] if annealed or len(history) < epochs else _stopped_early(history)),
        *_instability(history),
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _rises(before: float, after: float, share: float) -> bool:
    return after > (1 + share) * before and after - before > LOSS_MATTERS


def _falls(before: float, after: float, share: float) -> bool:
    return after < (1 - share) * before and before - after > LOSS_MATTERS


def _collapse(best: Mapping, shares: Sequence[float], majority: float, classes: Sequence[str]) -> list[str]:
    largest = max(range(len(shares)), key=shares.__getitem__)
    # Where nearly all documents are of one class, predicting it is no collapse.
    if shares[largest] < COLLAPSE_SHARE or majority >= COLLAPSE_SHARE:
        return []
    return [
        f"Collapse: at epoch {best['epoch']} the model predicts {classes[largest]!r} for {_percent(shares[largest])} "
        f"of the validation documents."
    ]


def _overfitting(history: History, best: Mapping, train_accuracy: float) -> list[str]:
    sentences = []
    gap = train_accuracy - best["validation_accuracy"]
    if train_accuracy > OVERFITTING_ACCURACY and gap > OVERFITTING_GAP:
        sentences.append(
            f"Overfitting: at epoch {best['epoch']}, the best, it is right on {_percent(train_accuracy)} of the "
            f"training documents, but only on {_percent(best['validation_accuracy'])} of the validation documents."
        )
    lowest, last = min(history, key=lambda entry: entry["validation_loss"]), history[-1]
    risen = _rises(lowest["validation_loss"], last["validation_loss"], LOSS_RISE)
    if risen and last["train_loss"] < lowest["train_loss"]:
        sentences.append(
            f"Overfitting after epoch {lowest['epoch']}: validation loss rises from {lowest['validation_loss']:.3f} to "
            f"{last['validation_loss']:.3f} at epoch {last['epoch']} while training loss still falls."
        )
    return sentences


def _hardly_learnt(best: Mapping, train_accuracy: float, majority: float) -> list[str]:
    if train_accuracy >= majority + min(HARDLY_LEARNT, ROOM_LEFT * (1 - majority)):
        return []
    return [
        f"Underfitting: at epoch {best['epoch']}, the best, it is right on {_percent(train_accuracy)} of the training "
        f"documents; always naming the largest class is right on {_percent(majority)}."
    ]


def _stopped_early(history: History) -> list[str]:
    """Return whether the losses were still falling at the last epoch allowed, under a learning rate that stays up."""
    if len(history) < 2:
        return []
    before, last = history[-2:]
    falling = all(_falls(before[key], last[key], STILL_FALLING) for key in ("train_loss", "validation_loss"))
    if not falling or last["validation_loss"] > min(entry["validation_loss"] for entry in history):
        return []
    return [
        f"Underfitting: training ended at epoch {last['epoch']} while the validation loss was still falling "
        f"({before['validation_loss']:.3f} to {last['validation_loss']:.3f}); more epochs may help."
    ]


def _instability(history: History) -> list[str]:
    sentences = []
    for before, after in pairwise(history):
        if _rises(before["train_loss"], after["train_loss"], TRAIN_LOSS_JUMP):
            sentences.append(
                f"Instability: training loss rises from {before['train_loss']:.3f} to {after['train_loss']:.3f} "
                f"at epoch {after['epoch']}."
            )
        drop = before["validation_accuracy"] - after["validation_accuracy"]
        if drop > ACCURACY_DROP:
            sentences.append(
                f"Instability: validation accuracy falls by {100 * drop:.1f} points to "
                f"{_percent(after['validation_accuracy'])} at epoch {after['epoch']}."
            )
    usual = median(entry["gradient_norm"] for entry in history)
    for entry in history:
        if entry["gradient_norm"] > GRADIENT_RATIO * usual:
            sentences.append(
                f"Instability: the mean gradient norm is {entry['gradient_norm']:.3g} at epoch {entry['epoch']}, "
                f"against {usual:.3g} in the median epoch."
            )
    return sentences
