"""Ways to combine the probabilities of several models: mean, weighted product, regression on their logarithms.

Each way is a pair of functions. `fit(probabilities, labels, ...)` returns what it has learned, and
`combine(arrays, probabilities)` applies it, without scikit-learn. Probabilities are (members, documents, classes).
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from textstudy.errors import StudyError

FLOOR = 1e-6  # the least probability of a class: without it, one confident mistake would outvote all other members
FOLDS = 5
PRIOR = 1.0  # how strongly the weights of a pool are kept near equal ones, worth about one document
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Fitted:
    """What a fit has learned: `arrays` in float32, as they are stored, and what a run reports of it."""

    arrays: dict[str, np.ndarray]
    parameters: int = 0
    chosen: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int | None = None
    epoch_seconds: list[float] = field(default_factory=list)
    diagnosis: list[str] = field(default_factory=list)
    precision: str = "float32"


Fit = Callable[..., Fitted]
Combine = Callable[[Arrays, np.ndarray], np.ndarray]


def fit_average(probabilities: np.ndarray, labels: np.ndarray, **_: Any) -> Fitted:
    """Return nothing learned."""
    return Fitted({})


def average(arrays: Arrays, probabilities: np.ndarray) -> np.ndarray:
    """Return the mean of the members' probabilities, (documents, classes) float32."""
    return probabilities.mean(axis=0, dtype=np.float64).astype(np.float32)


def fit_pool(probabilities: np.ndarray, labels: np.ndarray, *, members: Sequence[str], **_: Any) -> Fitted:
    """Return the weights of a log-linear pool that minimise the cross-entropy of the documents.

    The problem is convex. Weights are not negative and need not sum to 1, so that their sum also corrects members that
    are all too confident or not confident enough. A Gaussian prior around equal weights helps with few documents.
    """
    logs = logarithms(probabilities)
    count, documents = len(labels), np.arange(len(labels))
    equal = np.full(len(logs), 1 / len(logs))
    true_logs = logs[:, documents, labels].sum(axis=1)  # (members,)

    def loss_and_gradient(weights: np.ndarray) -> tuple[float, np.ndarray]:
        pooled = log_softmax(np.tensordot(weights, logs, axes=1), axis=1)  # (documents, classes)
        expected = np.tensordot(logs, np.exp(pooled), axes=2)  # (members,)
        apart = weights - equal
        loss = PRIOR / 2 * apart @ apart - pooled[documents, labels].sum()
        return loss / count, (expected - true_logs + PRIOR * apart) / count

    options = {"ftol": 1e-14, "gtol": 1e-8}
    bounds = [(0, None)] * len(logs)
    found = minimize(loss_and_gradient, equal, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    weights = found.x.astype(np.float32)
    chosen = {"weights": dict(zip(members, weights.tolist(), strict=True))}
    return Fitted({"weights": weights}, parameters=len(weights), chosen=chosen)


def pool(arrays: Arrays, probabilities: np.ndarray) -> np.ndarray:
    """Return the log-linear pool, (documents, classes) float32: p is in proportion to the product of p_m ** w_m.

    Genest and Zidek 1986, Combining Probability Distributions, Statistical Science 1 (1), 114-135.
    """
    scores = np.tensordot(arrays["weights"].astype(np.float64), logarithms(probabilities), axes=1)
    return softmax(scores, axis=1).astype(np.float32)


def fit_stacked(
    probabilities: np.ndarray, labels: np.ndarray, *, settings: Mapping[str, Any], seed: int, **_: Any
) -> Fitted:
    """Return a multinomial logistic regression on the members' log-probabilities (stacking, Wolpert 1992).

    Its C is the value of `settings["regularization"]` with the least log-loss in a cross-validation on these documents.

    Raises:
        StudyError: the documents are too few to cross-validate.
    """
    features, classes = side_by_side(logarithms(probabilities)), probabilities.shape[2]
    folds = stratified_folds(labels, seed=seed)

    def log_loss(strength: float) -> float:
        losses = []
        for fold in range(folds.max() + 1):
            held = folds == fold
            arrays = regression(features[~held], labels[~held], classes=classes, strength=strength)
            likely = _regress(arrays, features[held])[np.arange(held.sum()), labels[held]]
            losses.append(-np.log(np.maximum(likely, FLOOR)).sum())
        return float(np.sum(losses))

    strength = min(settings["regularization"], key=log_loss)
    arrays = regression(features, labels, classes=classes, strength=strength)
    size = sum(array.size for array in arrays.values())
    return Fitted(arrays, parameters=size, chosen={"regularization": strength})


def stack(arrays: Arrays, probabilities: np.ndarray) -> np.ndarray:
    """Return the probabilities, (documents, classes) float32, of a regression on the members' log-probabilities."""
    return _regress(arrays, side_by_side(logarithms(probabilities))).astype(np.float32)


def regression(features: np.ndarray, labels: np.ndarray, *, classes: int, strength: float) -> dict[str, np.ndarray]:
    """Return coefficients (classes, features) and intercept (classes,), float32, of a logistic regression with C.

    A class that no document has gets the intercept -inf: probability 0.
    """
    from sklearn.linear_model import LogisticRegression

    present = np.unique(labels)
    if len(present) > 1:
        # Around their mean: the same regression, since its intercept is free, in a fifth of the iterations.
        mean = features.mean(axis=0)
        model = LogisticRegression(C=strength, max_iter=2000, tol=1e-3).fit(features - mean, labels)
        found, bias = model.coef_, model.intercept_ - model.coef_ @ mean
    else:
        found, bias = np.zeros((1, features.shape[1])), np.zeros(1)
    if len(present) == 2:
        # Two classes have one score s, the second class's log-odds: the softmax of -s/2 and s/2 gives them back.
        found, bias = np.concatenate([-found, found]) / 2, np.concatenate([-bias, bias]) / 2
    coefficients = np.zeros((classes, features.shape[1]), dtype=np.float32)
    intercept = np.full(classes, -np.inf, dtype=np.float32)
    coefficients[present], intercept[present] = found, bias
    return {"coefficients": coefficients, "intercept": intercept}


def _regress(arrays: Arrays, features: np.ndarray) -> np.ndarray:
    coefficients, intercept = (arrays[name].astype(np.float64) for name in ("coefficients", "intercept"))
    return softmax(features @ coefficients.T + intercept, axis=1)


def logarithms(probabilities: np.ndarray) -> np.ndarray:
    """Return log-probabilities in float64, none below that of `FLOOR`."""
    return np.log(np.maximum(probabilities.astype(np.float64), FLOOR))


def side_by_side(values: np.ndarray) -> np.ndarray:
    """Return (documents, members·classes) of (members, documents, classes)."""
    return values.transpose(1, 0, 2).reshape(values.shape[1], -1)


def stratified_folds(labels: np.ndarray, *, seed: int) -> np.ndarray:
    """Return the fold of each document, (documents,), five where the classes are large enough.

    Raises:
        StudyError: no class has two documents.
    """
    from sklearn.model_selection import StratifiedKFold

    count = min(FOLDS, int(np.bincount(labels).max(initial=0)))
    if count < 2:
        raise StudyError(
            f"{len(labels)} documents, no two of one class, are too few to fit an ensemble on: give it a larger "
            "validation split, or set its method to average."
        )
    splitter = StratifiedKFold(count, shuffle=True, random_state=seed)
    folds = np.empty(len(labels), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")  # it is spread as far as it goes
        for fold, (_, held) in enumerate(splitter.split(labels, labels)):
            folds[held] = fold
    return folds


METHODS: dict[str, tuple[Fit, Combine]] = {
    "average": (fit_average, average),
    "pool": (fit_pool, pool),
    "stacked": (fit_stacked, stack),
}


def method(name: str) -> tuple[Fit, Combine]:
    """Return how a method is fitted and how it is applied."""
    if name == "learned":
        # By name: the other methods need no torch, and are not stale when the training of networks changes.
        network = import_module("textstudy.train.meta_model")
        return network.fit_network, network.combine
    if name == "cascade":
        cascades = import_module("textstudy.train.cascades")
        return cascades.fit_cascade, cascades.combine
    return METHODS[name]
