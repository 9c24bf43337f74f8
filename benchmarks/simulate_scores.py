"""How often claims on scores are wrong, on simulated models whose true scores are known.

Each model has a logit for each class: what documents have in common for all models, what their group adds, what one
training adds, and noise. Documents, groups and trainings are drawn anew each time, and the functions of
`textstudy.evaluate` judge what they see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from rates import Rate

from textstudy.evaluate.comparison import Split, best_on_validation, compare_two, estimate, score_runs
from textstudy.evaluate.influence import Influence, influences

REPEATS = 2000


@dataclass(frozen=True)
class World:
    """Documents and trainings from which a study is drawn.

    Attributes:
        documents: of the test split.
        classes: equally frequent.
        signal: logit of the true class above the others.
        seeds: trainings of each model.
        between_trainings: standard deviation of the signal over trainings.
        noise: of a document's logits that differs from training to training, as a share of the standard deviation.
        group_size: documents of a group; 1 for none.
        within_group: share of the variance of a document's logits that its group shares.
    """

    documents: int = 1000
    classes: int = 5
    signal: float = 1.0
    seeds: int = 3
    between_trainings: float = 0.04
    noise: float = 0.5
    group_size: int = 1
    within_group: float = 0.0

    def draw_documents(self, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return labels (documents,), what all models see of them (documents, classes), and their groups."""
        labels = generator.integers(self.classes, size=self.documents)
        groups = np.arange(self.documents) // self.group_size
        shared = generator.normal(size=(self.documents, self.classes))
        if self.within_group:
            of_group = generator.normal(size=(groups[-1] + 1, self.classes))[groups]
            labels = generator.integers(self.classes, size=groups[-1] + 1)[groups]  # a thread has one subject
            shared = np.sqrt(1 - self.within_group) * shared + np.sqrt(self.within_group) * of_group
        return labels, shared, groups

    def draw_luck(self, generator: np.random.Generator, seeds: int | None = None) -> list[float]:
        """Return what each training of a model adds to the signal."""
        return list(self.between_trainings * generator.normal(size=seeds or self.seeds))

    def train(
        self, generator: np.random.Generator, labels: np.ndarray, shared: np.ndarray, luck: Sequence[float] = ()
    ) -> list[dict[str, Influence]]:
        """Return the scores and influences of each training of a model, of trainings with this luck if it is given."""
        found = []
        for own_luck in luck or self.draw_luck(generator):
            own = generator.normal(size=shared.shape)
            logits = np.sqrt(1 - self.noise**2) * shared + self.noise * own
            logits[np.arange(len(labels)), labels] += self.signal + own_luck
            logits = np.exp(logits)
            found.append(influences(labels, logits.argmax(axis=1), logits / logits.sum(axis=1, keepdims=True)))
        return found


@cache
def true_scores(world: World) -> dict[str, float]:
    """Return metric → its mean over very many trainings, on very many documents."""
    large, generator = replace(world, documents=100_000 - 100_000 % world.group_size), np.random.default_rng(1)
    found = []
    for _ in range(40):
        labels, shared, _ = large.draw_documents(generator)
        found.append(score_runs(large.train(generator, labels, shared, large.draw_luck(generator, 4))))
    return {metric: float(np.mean([each.mean(metric) for each in found])) for metric in found[0].scores}


def draw_study(world: World, generator: np.random.Generator, *signals: float) -> Split:
    """Return a split with one model for each signal."""
    labels, shared, groups = world.draw_documents(generator)
    models = {
        str(number): score_runs(replace(world, signal=signal).train(generator, labels, shared))
        for number, signal in enumerate(signals)
    }
    return Split(models, world.documents, {"thread": groups} if world.group_size > 1 else {})


WORLDS = {
    "2,210 documents, 3 seeds as on SST-5": World(2210, 5, 0.55, 3, 0.05, 0.6),
    "869 documents, 2 seeds": World(869, 8, 2.9, 2, 0.10, 0.5),
    "869 documents, 3 seeds as on the demo": World(869, 8, 2.9, 3, 0.10, 0.5),
    "200 documents, 5 seeds": World(200, 2, 1.5, 5, 0.15, 0.7),
    "5,000 documents, 3 seeds far apart": World(5000, 4, 1.5, 3, 0.1, 0.3),
    "1,000 documents, one run": World(1000, 5, 1.5, 1, 0.0, 0.7),
    "2,000 documents in threads of 5": World(2000, 20, 1.6, 3, 0.04, 0.5, 5, 0.6),
}
METRICS = ("accuracy", "macro_f1", "log_loss", "brier_score")


def null_rates() -> Iterator[Rate]:
    """Yield how often one of two models with equal settings is called better."""
    for title, world in WORLDS.items():
        generator = np.random.default_rng(0)
        wrong = dict.fromkeys(METRICS, 0)
        for _ in range(REPEATS):
            found = draw_study(world, generator, world.signal, world.signal)
            for metric in METRICS:
                wrong[metric] += compare_two(found, "0", "1", metric, comparisons=1)["significant"]
        for metric in METRICS:
            yield Rate(f"false “better”, {metric}: {title}", 0.0, 0.06, wrong[metric] / REPEATS)


def coverages() -> Iterator[Rate]:
    """Yield how often the interval of a score, and of a difference, holds the true one."""
    for title, world in WORLDS.items():
        other = replace(world, signal=1.1 * world.signal)
        truths = true_scores(world), true_scores(other)
        generator, inside = np.random.default_rng(0), {}
        for _ in range(REPEATS):
            found = draw_study(world, generator, world.signal, other.signal)
            for metric in METRICS:
                score = estimate(found, "0", metric)
                pair = compare_two(found, "0", "1", metric, comparisons=1)
                for what, each, truth in (
                    ("score", score, truths[0][metric]), ("difference", pair, truths[0][metric] - truths[1][metric]),
                ):  # fmt: skip
                    inside.setdefault((what, metric), []).append(each["low"] <= truth <= each["high"])
        # Two seeds tell little of the spread of a score; on few documents the intervals are a little too wide.
        least, most = 0.90 if world.seeds == 2 else 0.93, 0.98 if world.documents <= 200 else 0.97
        for (what, metric), held in inside.items():
            yield Rate(f"interval of a {what} in {metric}: {title}", least, most, float(np.mean(held)))


def predictions() -> Iterator[Rate]:
    """Yield how often one other training lies where it is expected, on other documents and on the same ones."""
    for title, world in WORLDS.items():
        if world.seeds < 3:
            continue
        generator, inside = np.random.default_rng(0), {"other documents": 0, "the same documents": 0}
        for _ in range(REPEATS):
            labels, shared, groups = world.draw_documents(generator)
            found = Split(
                {"0": score_runs(world.train(generator, labels, shared))},
                world.documents,
                {"thread": groups} if world.group_size > 1 else {},
            )
            low, high = estimate(found, "0", "accuracy")["expected"]
            elsewhere, there, _ = world.draw_documents(generator)
            for where, documents in (("other documents", (elsewhere, there)), ("the same documents", (labels, shared))):
                (run,) = world.train(generator, *documents, world.draw_luck(generator, 1))
                inside[where] += low <= run["accuracy"].score <= high
        for where, held in inside.items():
            highest = 0.97 if where == "other documents" else 1.0
            yield Rate(f"a published accuracy of an equal model on {where}: {title}", 0.93, highest, held / REPEATS)


def winners() -> Iterator[Rate]:
    """Yield how often the best of ten equal models on validation is called better on test, and its interval holds."""
    for title, world in WORLDS.items():
        if world.seeds != 3 or world.documents > 3000:
            continue
        generator, wrong, inside = np.random.default_rng(0), 0, 0
        large = replace(world, documents=20_000)
        for _ in range(REPEATS // 4):
            documents = world.draw_documents(generator)
            luck = {str(number): world.draw_luck(generator) for number in range(10)}
            models = {name: world.train(generator, *documents[:2], each) for name, each in luck.items()}
            half = world.documents // 2
            validation, test = (_part(models, rows, documents[2], world) for rows in (slice(half), slice(half, None)))
            best = best_on_validation(validation, list(models))
            others = [name for name in models if name != best]
            pairs = [compare_two(test, best, name, "accuracy", comparisons=2 * len(others)) for name in others]
            wrong += any(pair["significant"] for pair in pairs)
            low, high = estimate(test, best, "accuracy")["as_trained"]
            anew = large.train(generator, *large.draw_documents(generator)[:2], luck[best])
            inside += low <= np.mean([run["accuracy"].score for run in anew]) <= high
        yield Rate(f"false “better” of the best of 10 on validation: {title}", 0.0, 0.06, wrong / (REPEATS // 4))
        yield Rate(f"test interval of the best of 10, as trained: {title}", 0.93, 0.97, inside / (REPEATS // 4))


def _part(models: dict[str, list[dict[str, Influence]]], rows: slice, groups: np.ndarray, world: World) -> Split:
    """Return the accuracies of models on some of the documents."""
    found = {}
    for name, runs in models.items():
        right = [(run["accuracy"].of_document + run["accuracy"].score)[rows] for run in runs]
        found[name] = score_runs([{"accuracy": Influence(float(each.mean()), each - each.mean())} for each in right])
    numbers = groups[rows] - groups[rows].min()
    return Split(found, len(numbers), {"thread": numbers} if world.group_size > 1 else {})
