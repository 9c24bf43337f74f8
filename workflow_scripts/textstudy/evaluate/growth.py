"""How accuracy grows with the number of training documents, and what more of them would bring, with its uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.comparison import Plan, estimate, read_split
from textstudy.evaluate.percentiles import DRAWS, interval
from textstudy.evaluate.power_law import PARAMETERS, PowerLaws, fit_power_laws

FACTORS = (2, 4)  # times as many documents; a law fitted over one decade says nothing of more
DRAWN_POINTS = 40  # of the curve

Trial = tuple[str, float, pd.DataFrame, Mapping[str, Any]]


@dataclass(frozen=True)
class Size:
    """The runs of a model with one number of training documents.

    Attributes:
        documents: their mean number over the runs.
        errors: (draws + 1, runs): the test error of each run, on the test documents and on each draw of them.
    """

    documents: float
    errors: np.ndarray


def grow(
    trials: Sequence[Trial], full: Mapping[str, Sequence[pd.DataFrame]], groups: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return model → its learning curve over training size.

    A curve has `sizes` (share, documents, runs, accuracy with its interval and spread), `skipped` (shares at which some
    run had nothing to learn, and why), `seconds` (of all its trainings with fewer documents) and, where at least four
    sizes were measured, `law`, `curve` and `more` of `extrapolate`; else these are None, [] and [].

    Args:
        trials: (model, share, PREDICTIONS, record of the trial) of each run with fewer documents.
        full: model → PREDICTIONS of each of its runs with all documents.
        groups: id and the group columns of the documents, where they have any.
    """
    return {
        model: _curve([trial for trial in trials if trial[0] == model], runs, groups) for model, runs in full.items()
    }


def _curve(trials: Sequence[Trial], full: Sequence[pd.DataFrame], groups: pd.DataFrame | None) -> dict[str, Any]:
    skipped = {share: record["skipped"] for _, share, _, record in trials if record["skipped"]}
    tables: dict[float, list[pd.DataFrame]] = {}
    documents: dict[float, list[int]] = {1.0: [trials[0][3]["of"]]}
    for _, share, table, record in trials:
        if share not in skipped:
            tables.setdefault(share, []).append(table)
            documents.setdefault(share, []).append(record["documents"])
    tables = {share: tables[share] for share in sorted(tables)} | {1.0: list(full)}
    test = read_split(tables, "test", Plan(chosen_from=[]), groups)
    estimates = {share: estimate(test, share, "accuracy") for share in tables}
    drawn = _draw_errors(tables, test.groups.get(estimates[1.0]["grouped_by"]))
    sizes = [Size(float(np.mean(documents[share])), drawn[share]) for share in tables]
    found = {
        "sizes": [
            {
                "share": share, "documents": size.documents, "runs": len(tables[share]),
                "accuracy": at["mean"], "low": at["low"], "high": at["high"], "spread": at["spread"],
            }
            for (share, at), size in zip(estimates.items(), sizes, strict=True)
        ],
        "skipped": [{"share": share, "reason": reason} for share, reason in sorted(skipped.items())],
        "seconds": sum(record["training"]["seconds"] for *_, record in trials if record["training"]),
    }  # fmt: skip
    if len(sizes) <= PARAMETERS:
        return {**found, "law": None, "curve": [], "more": []}
    return found | extrapolate(sizes)


def _draw_errors(tables: Mapping[float, Sequence[pd.DataFrame]], groups: np.ndarray | None) -> dict[float, np.ndarray]:
    """Return share → (draws + 1, runs): the test errors of its runs, on the test documents and on each draw of them.

    All runs have the same draws. Documents are drawn one by one, or in whole `groups` (documents,). Units of the same
    size with the same errors are alike, so a draw is a multinomial draw of how often each sort occurs.
    """
    runs = [(share, table[table["split"] == "test"].sort_values("id")) for share in tables for table in tables[share]]
    wrong = np.column_stack([table["label"].to_numpy() != table["predicted"].to_numpy() for _, table in runs])
    unit = np.arange(len(wrong)) if groups is None else groups
    sums = np.column_stack([np.bincount(unit), *(np.bincount(unit, weights=column) for column in wrong.T)])
    sorts, counts = np.unique(sums, axis=0, return_counts=True)
    drawn = np.random.default_rng(0).multinomial(counts.sum(), counts / counts.sum(), size=DRAWS)
    totals = np.vstack([counts, drawn]) @ sorts
    errors, shares = totals[:, 1:] / totals[:, :1], np.array([share for share, _ in runs])
    return {share: errors[:, shares == share] for share in tables}


def extrapolate(sizes: Sequence[Size]) -> dict[str, Any]:
    """Return the power law of a learning curve and what it says of more documents than there are.

    The interval is that of a bootstrap: test documents, or their groups, are drawn, the same for every size, and the
    residuals of the runs change size and sign at random (wild bootstrap, Wu 1986), which stands for other draws of
    training documents, for other seeds, and for where the law does not fit.

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
    freedom = runs - PARAMETERS
    # Least squares makes residuals smaller than errors, and how large these are is known from few of them: so the noise
    # of a draw is scaled as Student's t is.
    inflation = np.sqrt(runs / generator.chisquare(freedom, size=(draws, 1)))
    return np.column_stack(
        [(inflation * generator.standard_normal((draws, len(each))) * each).mean(axis=1) for each in residuals]
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
