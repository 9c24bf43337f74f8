"""How accuracy grows with the number of training documents, and what more of them would bring, with its uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from textstudy.evaluate.power_law import PARAMETERS, PowerLaws, fit_power_laws
from textstudy.evaluate.significance import LEVEL, draw_counts, interval, patterns

FACTORS = (2, 4)  # times as many documents; a law fitted over one decade says nothing of more
DRAWN_POINTS = 40  # of the curve

Trial = tuple[str, float, pd.DataFrame, Mapping[str, Any]]


@dataclass(frozen=True)
class Size:
    """The runs of a model with one number of training documents.

    Attributes:
        share: of the training documents.
        documents: their mean number over the runs.
        errors: (draws + 1, runs): the test error of each run, on the test documents and on each draw of them.
    """

    share: float
    documents: float
    errors: np.ndarray


def grow(trials: Sequence[Trial], full: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, Any]:
    """Return model → its learning curve over training size.

    A curve has `sizes` (share, documents, runs, accuracy with its interval and spread), `skipped` (shares at which some
    run had nothing to learn, and why), `seconds` (of all its trainings with fewer documents) and, where at least four
    sizes were measured, `law`, `curve` and `more` of `extrapolate`; else these are None, None and [].

    Args:
        trials: (model, share, PREDICTIONS, record of the trial) of each run with fewer documents.
        full: model → PREDICTIONS of each of its runs with all documents.
    """
    return {model: _curve([trial for trial in trials if trial[0] == model], runs) for model, runs in full.items()}


def _curve(trials: Sequence[Trial], full: Sequence[pd.DataFrame]) -> dict[str, Any]:
    skipped = {share: record["skipped"] for _, share, _, record in trials if record["skipped"]}
    used = [(share, table, record["documents"]) for _, share, table, record in trials if share not in skipped]
    used += [(1.0, table, trials[0][3]["of"]) for table in full]
    sizes = _sizes(used)
    found = {
        "sizes": [{"share": size.share, "documents": size.documents, **_accuracy(size)} for size in sizes],
        "skipped": [{"share": share, "reason": reason} for share, reason in sorted(skipped.items())],
        "seconds": sum(record["training"]["seconds"] for *_, record in trials if record["training"]),
    }
    if len(sizes) <= PARAMETERS:
        return {**found, "law": None, "curve": [], "more": []}
    return found | extrapolate(sizes)


def _sizes(runs: Sequence[tuple[float, pd.DataFrame, int]]) -> list[Size]:
    """Return the sizes from (share, PREDICTIONS, documents) of each run; all share the same draws of test documents."""
    tests = [table[table["split"] == "test"].sort_values("id") for _, table, _ in runs]
    labels = tests[0]["label"].to_numpy()
    wrong = np.column_stack([test["predicted"].to_numpy() != labels for test in tests])
    found = patterns(np.zeros(len(labels), int), wrong)
    counts = draw_counts(found)
    errors = counts @ found.predictions / counts.sum(axis=1, keepdims=True)  # (draws + 1, runs)
    shares = np.array([share for share, _, _ in runs])
    documents = np.array([number for _, _, number in runs])
    return [
        Size(float(share), float(documents[shares == share].mean()), errors[:, shares == share])
        for share in np.unique(shares)
    ]


def _accuracy(size: Size) -> dict[str, Any]:
    """Return the mean accuracy, its interval for new documents and new trainings, and the spread over runs."""
    accuracies = 1 - size.errors[0]
    runs, mean = len(accuracies), accuracies.mean()
    of_runs = accuracies.var(ddof=1) / runs if runs > 1 else 0.0
    variance = size.errors[1:].mean(axis=1).var(ddof=1) + of_runs
    freedom = variance**2 / (of_runs**2 / (runs - 1)) if of_runs else np.inf  # Satterthwaite
    reach = t.ppf((1 + LEVEL) / 2, freedom) * np.sqrt(variance)
    return {
        "runs": runs,
        "accuracy": float(mean),
        "low": float(max(0.0, mean - reach)),
        "high": float(min(1.0, mean + reach)),
        "spread": float(accuracies.std(ddof=1)) if runs > 1 else None,
    }


def extrapolate(sizes: Sequence[Size]) -> dict[str, Any]:
    """Return the power law of a learning curve and what it says of more documents than there are.

    The interval is that of a bootstrap: test documents are drawn, the same for every size, and the residuals of the
    runs change size and sign at random (wild bootstrap, Wu 1986), which stands for other draws of training documents,
    for other seeds, and for where the law does not fit.

    Returns:
        - `law`: floor, drop and exponent, and `residual`, the root mean square of the residuals.
        - `curve`: documents, accuracy, low, high, from the smallest size to the largest factor.
        - `more`: for each factor: documents, accuracy, low, high, and `gain` (mean, low, high) over the accuracy that
          the law has with all documents.
    """
    documents = np.array([size.documents for size in sizes])
    means = np.column_stack([size.errors.mean(axis=1) for size in sizes])  # (draws + 1, sizes)
    weights = 1 / _variances(sizes)
    law = fit_power_laws(documents, means[:1], weights)
    residuals = [size.errors[0] - at for size, at in zip(sizes, law.error(documents)[0], strict=True)]
    laws = fit_power_laws(documents, means[1:] + _noise(residuals, len(means) - 1), weights)
    every = np.concatenate(residuals)
    return {
        "law": {
            "floor": float(law.floor[0]),
            "drop": float(law.drop[0]),
            "exponent": float(law.exponent[0]),
            "residual": float(np.sqrt(np.mean(every**2))),
        },
        "curve": [
            {"documents": float(number), **_at(law, laws, number)}
            for number in np.geomspace(documents[0], max(FACTORS) * documents[-1], DRAWN_POINTS)
        ],
        "more": [_more(law, laws, factor) for factor in FACTORS],
    }


def _variances(sizes: Sequence[Size]) -> np.ndarray:
    """Return the variance of each size's mean error: over documents, and over runs by their pooled variance."""
    several = [size.errors[0] for size in sizes if size.errors.shape[1] > 1]
    pooled = np.mean([errors.var(ddof=1) for errors in several]) if several else 0.0
    return np.array(
        [
            size.errors[1:].mean(axis=1).var(ddof=1) + pooled / size.errors.shape[1] + np.finfo(float).tiny
            for size in sizes
        ]
    )


def _noise(residuals: Sequence[np.ndarray], draws: int) -> np.ndarray:
    """Return what each draw adds to the mean error of each size, (draws, sizes)."""
    generator = np.random.default_rng(1)
    runs = sum(map(len, residuals))
    inflation = np.sqrt(runs / (runs - PARAMETERS))  # least squares makes residuals smaller than errors
    return np.column_stack(
        [inflation * (generator.standard_normal((draws, len(each))) * each).mean(axis=1) for each in residuals]
    )


def _at(law: PowerLaws, laws: PowerLaws, documents: float) -> dict[str, float]:
    """Return the accuracy of the law at a number of documents, with its interval."""
    low, high = interval(1 - laws.error([documents])[:, 0])
    return {"accuracy": float(1 - law.error([documents])[0, 0]), "low": low, "high": high}


def _more(law: PowerLaws, laws: PowerLaws, factor: int) -> dict[str, Any]:
    both = [law.largest, factor * law.largest]
    now, then = law.error(both)[0]
    gains = laws.error(both)
    low, high = interval(gains[:, 0] - gains[:, 1])
    gain = {"mean": float(now - then), "low": low, "high": high}
    return {"factor": factor, "documents": both[1], **_at(law, laws, both[1]), "gain": gain}
