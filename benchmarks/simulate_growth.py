"""Whether the intervals of learning curves hold: made-up models whose error follows a known law.

Each model is measured at five sizes with several runs, as a study does it. Documents differ in difficulty, so one that
a run gets wrong is likely wrong in other runs and at other sizes. Each run is off the law by an error of its own.
`make check-statistics` prints the rates; the intervals are a little too wide, as the noise of single documents is both
in the draws of documents and in what runs are off the law.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rates import Rate, show
from scipy.stats import norm

from textstudy.evaluate.growth import grow
from textstudy.report.language.growth import growth_verdict

REPEATS = 200
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
ALL_DOCUMENTS = 2000
ALIKE = 0.8  # share of a document's difficulty that all runs see


@dataclass(frozen=True)
class Learner:
    """A kind of model: the law of its error, its runs of each size, and how far a run is off the law."""

    floor: float
    drop: float
    exponent: float
    runs: int = 3
    spread: float = 0.006
    tests: int = 1000

    def error(self, share: float) -> float:
        """Return the error at a share of the documents, which may be above 1."""
        return self.floor + self.drop * share**-self.exponent

    def curve(self, generator: np.random.Generator) -> dict[str, Any]:
        """Return a learning curve, measured on documents and with trainings drawn anew."""
        difficulty = generator.standard_normal(self.tests)
        trials = [
            ("m", share, self._test(share, difficulty, generator),
             {"documents": round(share * ALL_DOCUMENTS), "of": ALL_DOCUMENTS, "skipped": None,
              "training": {"seconds": 0.0}})
            for share in SHARES[:-1] for _ in range(self.runs)
        ]  # fmt: skip
        return grow(trials, {"m": [self._test(1.0, difficulty, generator) for _ in range(self.runs)]})["m"]

    def _test(self, share: float, difficulty: np.ndarray, generator: np.random.Generator) -> pd.DataFrame:
        chance = np.clip(self.error(share) + self.spread * generator.standard_normal(), 0.001, 0.999)
        seen = np.sqrt(ALIKE) * difficulty + np.sqrt(1 - ALIKE) * generator.standard_normal(self.tests)
        predicted = (seen < norm.ppf(chance)).astype(int)
        probabilities = list(np.eye(2, dtype="float32")[predicted])
        return pd.DataFrame(
            {"id": np.arange(self.tests), "split": "test", "label": 0, "predicted": predicted,
             "probabilities": probabilities}
        )  # fmt: skip


LEARNERS = {
    "learns fast": Learner(0.10, 0.08, 0.6),
    "learns slowly": Learner(0.05, 0.25, 0.25),
    "learns slowly, 2 runs on 400 documents": Learner(0.05, 0.25, 0.25, runs=2, spread=0.010, tests=400),
    "learns slowly, 1 run": Learner(0.05, 0.25, 0.25, runs=1),
    "has learned all": Learner(0.25, 0.0, 0.5, spread=0.010),
    "has learned all, 1 run": Learner(0.25, 0.0, 0.5, runs=1, spread=0.010),
}


def learning_curves() -> Iterator[Rate]:
    """Yield how often the interval of a gain holds, and how often more labels are wrongly said to matter."""
    for title, learner in LEARNERS.items():
        generator = np.random.default_rng(7)
        curves = [learner.curve(generator) for _ in range(REPEATS)]
        for place, factor in enumerate((2, 4)):
            true = learner.error(1.0) - learner.error(factor)
            gains = [curve["more"][place]["gain"] for curve in curves]
            held = np.mean([gain["low"] <= true <= gain["high"] for gain in gains])
            yield Rate(f"gain with {factor} times the labels: {title}", 0.93, 1.0, float(held))
        wrong = {"harm"} if learner.drop else {"harm", "more"}
        share = np.mean([growth_verdict(curve) in wrong for curve in curves])
        yield Rate(f"false “{' or '.join(sorted(wrong))}”: {title}", 0.0, 0.06, float(share))


if __name__ == "__main__":
    show(learning_curves())
