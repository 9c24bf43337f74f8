"""What the models would score where the classes are more or less frequent than in the test documents.

A model is taken to be as accurate within each class as it is here; only how often the classes come changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.contrasts import Contrasts, contrast
from textstudy.evaluate.documents import number_groups, right_answers, validation_accuracy
from textstudy.evaluate.percentiles import interval
from textstudy.evaluate.significance import draw_counts, metric_draws, one_hot, patterns

SIGNIFICANCE = 0.05
SAME = 0.005  # shares that differ by less are taken for the same
GIVEN = "given"


def shift_classes(
    runs: Mapping[str, Sequence[pd.DataFrame]], split: pd.DataFrame, *, choices: Sequence[str]
) -> dict[str, Any]:
    """Return the scores of each model under other shares of the classes, and whether another model would be best.

    Returns:
        `reference`, the model with the highest validation accuracy; `common`, the most frequent class; and
        `scenarios`: as given, equally frequent classes, and half and twice the share of the most frequent class. Each
        has `name`, `shares` (label → share) and `models`: name → `accuracy`, `macro_f1`, `change` of the accuracy from
        the given shares, and `lead` over the reference, {"mean", "low", "high", "p_value", "better"}. The intervals and
        p-values of the leads are corrected for all of them (Bonferroni).

    Args:
        runs: model → PREDICTIONS of each seed.
        split: the SPLIT table.
        choices: models among which validation chooses, so no refits.
    """
    test = split[split["split"] == "test"].sort_values("id")
    labels, classes = np.unique(test["label"].to_numpy(dtype=str)), test["label"].to_numpy(dtype=str)
    codes, kin = np.searchsorted(labels, classes), list(number_groups(test).values())
    given = np.bincount(codes) / len(codes)
    right = {name: right_answers(tables, test["id"]) for name, tables in runs.items()}
    reference = min(choices, key=lambda name: (-validation_accuracy(runs[name]), name))
    shares = _scenarios(given)
    comparisons = len(shares) * (len(runs) - 1)
    weights = np.stack(list(shares.values()))
    scores = {}
    for name, answers in right.items():
        accuracy, change = (contrast(answers, codes, each, kin) for each in (weights, weights - given))
        lead = contrast(answers, codes, weights, kin, against=right[reference]) if name != reference else None
        scores[name] = (accuracy, change, lead, _macro_f1(runs[name], test, weights, split["label"].nunique()))
    scenarios = [
        {
            "name": scenario,
            "shares": dict(zip(labels.tolist(), weights[row].tolist(), strict=True)),
            "models": {
                name: {
                    "accuracy": _estimate(accuracy, row),
                    "change": _estimate(change, row),
                    "lead": _lead(lead, row, comparisons) if lead else None,
                    "macro_f1": macro_f1[row],
                }
                for name, (accuracy, change, lead, macro_f1) in scores.items()
            },
        }
        for row, scenario in enumerate(shares)
    ]
    return {"reference": reference, "common": str(labels[given.argmax()]), "scenarios": scenarios}


def _scenarios(given: np.ndarray) -> dict[str, np.ndarray]:
    """Return name → share of each class; without those that change next to nothing, or leave other classes nothing."""
    common, largest = given.argmax(), given.max()
    found = {GIVEN: given, "equal": np.full(len(given), 1 / len(given))}
    for name, share in (("half", largest / 2), ("twice", 2 * largest)):
        if share < 1 and len(given) > 1:
            found[name] = given * (1 - share) / (1 - largest)
            found[name][common] = share
    return {name: each for name, each in found.items() if name == GIVEN or np.abs(each - given).max() >= SAME}


def _macro_f1(
    tables: Sequence[pd.DataFrame], test: pd.DataFrame, weights: np.ndarray, classes: int
) -> list[dict[str, float]]:
    """Return the macro F1 under each row of `weights`, with a bootstrap interval that seeds widen."""
    tests = [table[table["split"] == "test"].set_index("id").loc[test["id"]] for table in tables]
    found = patterns(tests[0]["label"].to_numpy(), np.stack([each["predicted"].to_numpy() for each in tests], axis=1))
    counts = draw_counts(found).astype(float)
    present, codes = np.unique(found.labels, return_inverse=True)
    support = counts @ one_hot(codes, len(present))  # (draws, classes)
    result = []
    for shares in weights:
        factors = np.divide(shares, support, out=np.zeros_like(support), where=support > 0)
        by_run = metric_draws(found, counts * factors[:, codes], classes)["macro_f1"]  # (draws, seeds)
        mean, draws = by_run[0].mean(), by_run[1:].mean(axis=1)
        low, high = interval(draws)
        spread = by_run[0].var(ddof=1) / by_run.shape[1] if by_run.shape[1] > 1 else 0.0
        wider = np.sqrt(1 + spread / max(draws.var(), 1e-12)) if draws.var() else 1.0
        result.append(
            {"mean": float(mean), "low": float(mean - (mean - min(low, mean)) * wider),
             "high": float(mean + (max(high, mean) - mean) * wider)}
        )  # fmt: skip
    return result


def _estimate(found: Contrasts, row: int, comparisons: int = 1) -> dict[str, float]:
    low, high = found.intervals(comparisons=comparisons)
    return {"mean": float(found.mean[row]), "low": float(low[row]), "high": float(high[row])}


def _lead(found: Contrasts, row: int, comparisons: int) -> dict[str, Any]:
    p_value = min(1.0, comparisons * float(found.p_values_alone()[row]))
    better = bool(found.mean[row] > 0 and p_value < SIGNIFICANCE)
    return {**_estimate(found, row, comparisons), "p_value": p_value, "better": better}
