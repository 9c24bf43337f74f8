"""Training of kernel ridge regression on the states of a frozen encoder."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.kernel import KernelRidge
from textstudy.models.remembered import AT_ONCE
from textstudy.runs import Run
from textstudy.train.documents import Documents
from textstudy.train.remembered import log_loss, train_remembered

JITTER = 1e-6  # added to the kernel of each landmark with itself, which is 1: equal landmarks have no unique solution


def train_kernel(run: Run) -> None:
    """Fit the coefficients and write weights, settings and cost.

    Gamma, regularisation and temperature are those of the grid with the least log-loss on validation, the first of
    equals. With `run.base` they are that run's, and it learns from the documents of both splits.
    """
    train_remembered(run, fit_kernel)


def fit_kernel(
    model: KernelRidge, train: Documents, validation: Documents | None, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Fit a head to `train`; return the {"gamma", "regularization", "temperature"} that suit `validation` best.

    Args:
        settings: the values of each that are tried, and `landmarks`. One value of each without `validation`.
    """
    model.standardize(train.features)
    states = model.place(train.features)  # (documents, hidden)
    targets = nn.functional.one_hot(train.labels, model.classes).double()  # (documents, classes)
    model.shares = targets.mean(dim=0).float()
    model.states = draw_landmarks(states, settings["landmarks"])
    least = float("inf")
    for gamma in settings["gamma"]:
        model.gamma = torch.tensor(gamma)
        for regularization, coefficients in solve(model, states, targets, settings["regularization"]):
            model.coefficients = coefficients
            for temperature in settings["temperature"]:
                model.temperature = torch.tensor(temperature)
                loss = log_loss(model, validation) if validation else 0.0
                if loss < least:
                    chosen, least = {"gamma": gamma, "regularization": regularization, "temperature": temperature}, loss
                    best = model.gamma, coefficients, model.temperature
    model.gamma, model.coefficients, model.temperature = best
    return chosen


def draw_landmarks(states: Tensor, count: int) -> Tensor:
    """Return at most `count` of the states, (documents, hidden), drawn at random, always the same, in their order."""
    drawn = torch.randperm(len(states), generator=torch.Generator().manual_seed(0))[:count]
    return states[drawn.sort().values]


def solve(
    model: KernelRidge, states: Tensor, targets: Tensor, strengths: Sequence[float]
) -> Iterator[tuple[float, Tensor]]:
    """Yield each regularisation with its coefficients, (landmarks, classes).

    Where each document is a landmark, with kernels K and targets Y, they are (K + λI)⁻¹ Y. Else, with the kernels C of
    the documents with the landmarks, they are (CᵀC + λK)⁻¹ CᵀY: the least squared errors of all documents.
    """
    targets = targets - targets.mean(dim=0)
    own = model.kernel(model.states).double()  # (landmarks, landmarks)
    own.diagonal().add_(JITTER)
    exact = len(model.states) == len(states)
    left, right = (own, targets) if exact else _products(model, states, targets)
    added = 0.0
    for strength in strengths:  # in place: a system of ten thousand landmarks has 800 MB
        if exact:
            left.diagonal().add_(strength - added)
        else:
            left.add_(own, alpha=strength - added)
        added = strength
        yield strength, torch.cholesky_solve(right, torch.linalg.cholesky(left)).float().contiguous()


def _products(model: KernelRidge, states: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return CᵀC and CᵀY, block by block of documents."""
    landmarks = len(model.states)
    left = torch.zeros(landmarks, landmarks, dtype=torch.float64)
    right = torch.zeros(landmarks, targets.shape[1], dtype=torch.float64)
    rows = max(1, AT_ONCE // landmarks)
    for block, wanted in zip(states.split(rows), targets.split(rows), strict=True):
        kernels = model.kernel(block).double()  # (rows, landmarks)
        left.addmm_(kernels.T, kernels)
        right.addmm_(kernels.T, wanted)
    return left, right
