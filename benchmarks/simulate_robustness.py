"""How often intervals of robustness hold: made-up models whose true share of accuracy kept is known.

A document is right where a normal score is above zero. The score has a part of the document, one of the training, one
of both, and on perturbed text a loss with the same three parts; documents of a group share a part too. So the true
share kept follows from the normal distribution. `python benchmarks/simulate_robustness.py` prints a table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from rates import Rate, show
from scipy.stats import norm

from textstudy.evaluate.jackknife import estimate, estimate_together, leave_out
from textstudy.robustness.figures import share_kept

TIMES = 1500
CHANCE = 0.5
MODELS = 3  # of one setting: any two that are called different are an error
LOSSES = (0.2, 0.4, 0.6, 0.8)  # of the score, under four conditions


@dataclass(frozen=True)
class World:
    """What a study measures, and how much documents, trainings and groups vary (standard deviations of the score)."""

    documents: int = 400
    runs: int = 1
    training: float = 0.0
    loss_of_training: float = 0.0  # how much trainings of one model differ in what they lose
    both: float = 0.5
    group: float = 0.0
    groups: int = 0

    def name(self) -> str:
        """Return the setting as the table calls it."""
        seeds = f"{self.runs} seed{'s' * (self.runs > 1)}"
        spread = f", which differ by {self.training:g}" if self.runs > 1 else ""
        groups = f" in {self.groups} groups" if self.groups else ""
        return f"{self.documents} documents{groups}, {seeds}{spread}"


WORLDS = (
    World(),
    World(documents=100),
    World(runs=2),
    World(runs=3),
    World(runs=2, training=0.05, loss_of_training=0.05),
    World(runs=3, training=0.05, loss_of_training=0.05),
    World(runs=3, training=0.1, loss_of_training=0.1),
    World(runs=5, training=0.1, loss_of_training=0.1),
    World(group=0.7, groups=60),
)


def shares_kept() -> Iterator[Rate]:
    """Yield how often the interval of a share kept holds the truth, and how often equal models are called different."""
    for number, world in enumerate(WORLDS):
        yield from _rates(world, np.random.default_rng(number))


def _rates(world: World, generator: np.random.Generator) -> Iterator[Rate]:
    truth, covered, apart = _truth(world), 0, 0
    for _ in range(TIMES):
        documents = _draw_documents(world, generator)
        models = [_draw_model(world, documents, generator) for _ in range(MODELS)]  # of one setting
        found = estimate(models[0])
        covered += found["low"] <= truth <= found["high"]
        apart += any(_differ(*pair) for pair in combinations(models, 2))
    few = world.runs == 2  # two trainings hardly tell how much trainings differ
    yield Rate(
        f"interval of a share kept: {world.name()}", 0.90 if few else 0.93, 0.98 if few else 0.97, covered / TIMES
    )
    yield Rate(f"any two of three equal models differ: {world.name()}", 0.0, 0.08 if few else 0.06, apart / TIMES)


def _differ(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether a pair of models is called different, corrected for all pairs."""
    found = estimate_together(first, second, level=1 - 0.05 / comb(MODELS, 2))
    return found["low"] > 0 or found["high"] < 0


@dataclass(frozen=True)
class Documents:
    """What all models find alike in the documents: parts of the score, and of the loss under each condition."""

    score: np.ndarray
    loss: np.ndarray  # (conditions, documents)
    groups: np.ndarray | None


def _draw_documents(world: World, generator: np.random.Generator) -> Documents:
    count, conditions = world.documents, len(LOSSES)
    groups = np.sort(generator.integers(world.groups, size=count)) if world.groups else None
    score, loss = generator.normal(size=count), 0.3 * generator.normal(size=(conditions, count))
    if groups is not None:
        score = score + world.group * generator.normal(size=world.groups)[groups]
        loss = loss + world.group * generator.normal(size=world.groups)[groups]
    return Documents(score, loss, groups)


def _draw_model(world: World, documents: Documents, generator: np.random.Generator) -> np.ndarray:
    """Return (1 + groups, runs): the share that each run keeps, with all documents and without each group in turn."""
    return np.stack([_draw_run(world, documents, generator) for _ in range(world.runs)], axis=1)


def _draw_run(world: World, documents: Documents, generator: np.random.Generator) -> np.ndarray:
    training, loss = world.training * generator.normal(), world.loss_of_training * generator.normal()
    count = world.documents
    clean = 1.0 + training + documents.score + world.both * generator.normal(size=count)
    lost = np.array(LOSSES)[:, None] + loss + documents.loss + world.both * generator.normal(size=documents.loss.shape)
    sums = leave_out(np.vstack([np.ones(count), clean > 0, (clean > lost).mean(axis=0)]), documents.groups)
    return share_kept(sums[:, 1] / sums[:, 0], sums[:, 2] / sums[:, 0], CHANCE)


def _truth(world: World, trainings: int = 200_000) -> float:
    """Return the mean share kept of new trainings on all documents that there are."""
    generator = np.random.default_rng(99)
    spread = np.sqrt(1 + world.group**2 + world.both**2)
    lost = np.sqrt(spread**2 + 0.3**2 + world.group**2 + world.both**2)
    training = world.training * generator.normal(size=trainings)
    loss = world.loss_of_training * generator.normal(size=trainings)
    clean = norm.cdf((1.0 + training) / spread)
    perturbed = np.mean([norm.cdf((1.0 + training - each - loss) / lost) for each in LOSSES], axis=0)
    return float(share_kept(clean, perturbed, CHANCE).mean())


if __name__ == "__main__":
    show(shares_kept())
