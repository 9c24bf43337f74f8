"""Training of nearest neighbours: the training documents' states, and the vote that validation prefers."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from textstudy.models.neighbours import NearestNeighbours
from textstudy.runs import Run
from textstudy.train.documents import Documents
from textstudy.train.remembered import log_loss, train_remembered


def train_neighbours(run: Run) -> None:
    """Remember the training documents and write weights, settings and cost.

    The number of neighbours and the temperature are those of the grid with the least log-loss on validation, the first
    of equals. With `run.base` both are that run's, and the documents of both splits are remembered.
    """
    train_remembered(run, fit_vote)


def fit_vote(
    model: NearestNeighbours, train: Documents, validation: Documents | None, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Remember `train`; return the {"neighbours", "temperature"} that suit `validation` best.

    Args:
        settings: the values of each that are tried; one value of each without `validation`.
    """
    model.remember(train.features, train.labels)
    grid = list(product(settings["neighbours"], settings["temperature"]))
    losses = [log_loss(model.vote(*choice), validation) if validation else 0.0 for choice in grid]
    neighbours, temperature = grid[losses.index(min(losses))]
    model.vote(neighbours, temperature)
    return {"neighbours": neighbours, "temperature": temperature}
