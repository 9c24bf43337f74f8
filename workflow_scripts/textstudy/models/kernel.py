"""Kernel ridge regression on the states of a frozen encoder (Saunders et al. 1998): curved borders between classes.

A document is compared with training documents by a Gaussian kernel on their states, which are standardised and then
brought to length 1. Its score for a class is a sum of the kernels with learned coefficients. They solve a system of
linear equations, so nothing is random. Where there are more training documents than `landmarks`, a document is compared
with some of them, but the coefficients are fitted to all (Rudi et al. 2015, arXiv:1507.04717).
"""

from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn

from textstudy.models.remembered import RememberedStates, build_remembered

SMALLEST = 1e-6  # deviation; less is rounding, of a value that is the same in all documents


class KernelRidge(RememberedStates):
    """The remembered documents and the coefficient of each for each class.

    Attributes:
        coefficients: (documents, classes).
        shares: (classes,) of the training documents: the scores where no kernel says anything.
        mean, deviation: (hidden,) of the training documents' states.
        gamma: how fast the kernel exp(-gamma · distance²) falls.
        temperature: of the softmax over the scores.
    """

    sized: ClassVar[tuple[str, ...]] = ("states", "coefficients", "mean", "deviation")

    def __init__(self, *, classes: int, feature_size: int) -> None:
        super().__init__(classes=classes, feature_size=feature_size)
        self.register_buffer("coefficients", torch.zeros(0, classes))
        self.register_buffer("shares", torch.zeros(classes))
        self.register_buffer("mean", torch.zeros(feature_size))
        self.register_buffer("deviation", torch.ones(feature_size))
        self.register_buffer("gamma", torch.tensor(1.0))
        self.register_buffer("temperature", torch.tensor(1.0))

    def standardize(self, features: Tensor) -> None:
        """Set mean and deviation to those of these states, (documents, hidden)."""
        self.mean = features.float().mean(dim=0)
        deviation = features.float().std(dim=0, correction=0)
        self.deviation = torch.where(deviation > SMALLEST, deviation, 1.0)

    def place(self, features: Tensor) -> Tensor:
        """Return states, (batch, hidden), as they are compared: standardised, of length 1."""
        return nn.functional.normalize((features.float() - self.mean) / self.deviation, dim=-1)

    def kernel(self, states: Tensor) -> Tensor:
        """Return the kernels, (batch, documents), of states as they are compared with those that are remembered."""
        return torch.exp(2 * self.gamma * (states @ self.states.T - 1))  # of length 1, so distance² = 2 - 2 cosine

    def compare(self, features: Tensor) -> Tensor:
        """Return the logarithms of the probabilities, (batch, classes)."""
        scores = self.shares + self.kernel(self.place(features)) @ self.coefficients
        return torch.log_softmax(scores / self.temperature, dim=-1)


build = partial(build_remembered, KernelRidge)
