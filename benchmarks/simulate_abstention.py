"""How often what is promised of sure answers is kept: on made-up models, and on those of finished studies.

    python benchmarks/simulate_abstention.py [STUDY …]

Of a study, the held-out documents of each model are split again and again into validation documents, which choose the
thresholds, and new ones. Drawn like this, both are of one kind, as the promise wants it; in the study itself the test
documents may be others. Of a cascade it is measured what the study's report says: as accurate as its last member within
1 point, in at most a third of the time.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from rates import Rate, show

from textstudy.evaluate.promises import CERTAINTY, NEVER
from textstudy.evaluate.thresholds import choose_thresholds

SHARP = {"often sure": 0.05, "seldom sure": 0.2}  # parameter of the Dirichlet distribution of probabilities
SIZES = (100, 500, 2000)
POPULATION = 50_000  # documents on which the true errors are measured


def promises(repetitions: int = 400) -> Iterator[Rate]:
    """Yield how often thresholds keep what they promise on made-up models, which are as often right as they say."""
    for name, sharpness in SHARP.items():
        population = _draw(np.random.default_rng(99), POPULATION, sharpness)
        for size in SIZES:
            generator = np.random.default_rng(size)
            draws = (_draw(generator, size, sharpness) for _ in range(repetitions))
            yield from _kept(f"{name}, n = {size}", draws, *population)


def resplits(name: str, repetitions: int = 200) -> Iterator[Rate]:
    """Yield the same for the models of a finished study, and what comes of its cascades."""
    report = json.loads(Path("results/studies", name, "report.json").read_text(encoding="utf-8"))
    for model, found in report["models"].items():
        table = pd.read_parquet(Path(found["runs"][0]["folder"], "predictions.parquet"))
        held = table[table["split"] != "train"]
        labels, probabilities = held["label"].to_numpy(), np.stack(held["probabilities"].to_list())
        generator, size = np.random.default_rng(0), len(held) // 2
        rows = (generator.choice(len(held), size, replace=False) for _ in range(repetitions))
        draws = ((labels[chosen], probabilities[chosen]) for chosen in rows)
        yield from _kept(f"{name}, {model}, n = {size}", draws, labels, probabilities)
        if found["architecture"] == "cascade":
            yield from _cascade(report, model)


def _draw(generator: np.random.Generator, documents: int, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    probabilities = generator.dirichlet(np.full(5, sharpness), documents).astype(np.float32)
    return (probabilities.cumsum(axis=1) > generator.random((documents, 1))).argmax(axis=1), probabilities


def _kept(setting: str, draws: Iterator, labels: np.ndarray, probabilities: np.ndarray) -> Iterator[Rate]:
    """Yield how often each promise is kept among the documents given, with how much is answered."""
    confidence, wrong = probabilities.max(axis=1), probabilities.argmax(axis=1) != labels
    true = probabilities[np.arange(len(labels)), labels]
    found = [choose_thresholds(*draw) for draw in draws]
    for level, first in enumerate(found[0]["answers"]):
        thresholds = [row["answers"][level]["threshold"] for row in found]
        answered = [confidence >= (NEVER if each is None else each) for each in thresholds]
        kept = np.mean([wrong[rows].sum() <= first["error"] * rows.sum() for rows in answered])
        much = f"{np.mean(answered):.0%} answered"
        yield Rate(f"at most {first['error']:.0%} errors: {setting}, {much}", CERTAINTY - 0.02, 1.0, float(kept))
    for level, first in enumerate(found[0]["sets"]):
        covered = np.mean([(true >= row["sets"][level]["threshold"]).mean() for row in found])
        low = first["coverage"] - 0.005  # of simulation
        yield Rate(f"sets of {first['coverage']:.0%}: {setting}", low, 1.0, float(covered))


def _cascade(report: dict, name: str) -> Iterator[Rate]:
    models, last = report["models"], report["models"][name]["settings"]["members"][-1]
    pair = next(
        each for each in report["pairs"]
        if {each["first"], each["second"]} == {name, last} and (each["split"], each["metric"]) == ("test", "accuracy")
    )  # fmt: skip
    turn = 1 if pair["first"] == name else -1
    low, high = sorted(turn * pair[end] for end in ("low", "high"))
    own, alone = (models[each]["inference"]["latency_ms_median"] for each in (name, last))
    shown = f"{name} − {last} [{100 * low:+.1f}, {100 * high:+.1f}] points"
    yield Rate(f"not worse by 1 point, lower bound of {shown}", -0.01, 1.0, low)
    yield Rate(f"share of the time of {last}, {own:.2f} of {alone:.2f} ms", 0.0, 1 / 3, own / alone)


if __name__ == "__main__":
    simulations = [resplits(name) for name in sys.argv[1:]] or [promises()]
    sys.exit(bool(show(rate for simulation in simulations for rate in simulation)))
