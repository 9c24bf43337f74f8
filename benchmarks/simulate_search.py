"""Whether what a report says of searches holds: made-up trials whose true accuracies are known.

Documents differ in difficulty, so that one which a trial gets wrong is likely wrong in the other trials. `make
check-statistics` prints the rates.
"""

from collections.abc import Iterator

import numpy as np
from rates import Rate, show
from scipy.stats import norm

from textstudy.evaluate.optimism import optimism
from textstudy.evaluate.tuning import budget_curve

TRIALS = 20
REPEATS = 200
ALIKE = 0.7  # share of a document's difficulty that all trials see


def _right(accuracies: np.ndarray, documents: int, generator: np.random.Generator) -> np.ndarray:
    """Return (trials, documents) whether a trial is right on a document."""
    own = generator.standard_normal((len(accuracies), documents))
    seen = np.sqrt(ALIKE) * generator.standard_normal(documents) + np.sqrt(1 - ALIKE) * own
    return seen < norm.ppf(accuracies)[:, None]


def optimisms() -> Iterator[Rate]:
    """Yield how much the best trial loses on other documents, estimated for each part of what it really loses."""
    for documents, spread in ((200, 0.0), (200, 0.02), (1000, 0.0), (1000, 0.02)):
        generator, lost, estimated = np.random.default_rng(7), [], []
        for _ in range(REPEATS):
            accuracies = 0.7 + spread * generator.standard_normal(TRIALS)
            right = _right(accuracies, documents, generator)
            scores = right.mean(axis=1)
            lost.append(scores.max() - accuracies[scores.argmax()])
            estimated.append(optimism(right))
        what = f"optimism of the best of {TRIALS} trials on {documents} documents, accuracies {spread:.0%} apart"
        yield Rate(f"{what}, of the true one", 0.7, 1.5, float(np.mean(estimated) / np.mean(lost)))


def budgets() -> Iterator[Rate]:
    """Yield how often the interval of an expected best score holds."""
    for title, draw in (
        ("without an upper end", np.random.Generator.standard_normal),
        ("with an upper end", lambda generator, size: -generator.standard_exponential(size)),
    ):
        generator = np.random.default_rng(7)
        curves = [budget_curve(draw(generator, TRIALS)) for _ in range(REPEATS)]
        for place, least in ((0, 0.82), (TRIALS // 4 - 1, 0.75), (TRIALS // 2 - 1, 0.62)):
            true = draw(generator, (100_000, place + 1)).max(axis=1).mean()
            held = np.mean([curve[place]["low"] <= true <= curve[place]["high"] for curve in curves])
            yield Rate(f"expected best of {place + 1} of {TRIALS} trials, scores {title}", least, 1.0, float(held))


def searches() -> Iterator[Rate]:
    """Yield all rates of searches."""
    yield from optimisms()
    yield from budgets()


if __name__ == "__main__":
    show(searches())
