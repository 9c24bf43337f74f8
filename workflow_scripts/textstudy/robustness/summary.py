"""How robust the models of a study are: every figure of its report, from the scores of their runs."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from textstudy.robustness.examples import worked_examples
from textstudy.robustness.grid import CLEAN, SENTENCE, Grid, make_grid
from textstudy.robustness.measures import Measures, draw_sums, estimate, measure_run, over_runs

_AVERAGED = ("flip_rate", "confidence", "calibration_error", "tokens_added", "unknown_added")


def summarize(
    runs: Mapping[str, Mapping[int, pd.DataFrame]], samples: pd.DataFrame, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the contents of robustness.json.

    All figures are shares between 0 and 1. {value, low, high} hold a 95 % bootstrap interval over documents; the runs
    of a model are fixed. A drop is paired: the clean and the perturbed text of a document are drawn together.

    Args:
        runs: model → seed → ROBUSTNESS.
        samples: the PERTURBED table that the runs were scored on.
        settings: of the perturbations.

    Raises:
        StudyError: a run was scored on other samples.
    """
    grid = make_grid(samples, settings)
    arranged = grid.arrange(samples, "the table of perturbed samples")
    measures = {}
    for model, seeds in runs.items():
        tables = (grid.arrange(seeds[seed], f"robustness.parquet of {model}, seed {seed},") for seed in sorted(seeds))
        measures[model] = over_runs([measure_run(table, grid) for table in tables])
    sums = draw_sums(np.vstack([measured.right for measured in measures.values()]))
    by_model = np.split(sums, len(measures), axis=1)  # each (draws, 1 + conditions)
    accuracy = {
        model: drawn / (len(grid.documents) * measured.chances)
        for (model, measured), drawn in zip(measures.items(), by_model, strict=True)
    }
    models = {model: _model(measured, accuracy[model], grid) for model, measured in measures.items()}
    return {
        "settings": dict(settings),
        "documents": len(grid.documents),
        "samples": _samples(arranged, grid),
        "models": models,
        "pairs": [_pair(*two, accuracy) for two in combinations(sorted(accuracy), 2)],
        "ranking": ranking({model: figures["relative"] for model, figures in models.items()}),
        "sentence": _sentence(arranged, measures, settings) if settings["sentence"] else None,
        "examples": worked_examples(samples[samples["id"] != SENTENCE], grid.kinds),
    }


def _samples(samples: pd.DataFrame, grid: Grid) -> list[dict[str, Any]]:
    """Return how much of the text each condition changed; an edit changes one word."""
    edited = samples["edits"].map(len).to_numpy()
    share = edited / np.maximum(samples["words"].to_numpy(), 1)
    _, shares = grid.over_documents(share)
    _, unchanged = grid.over_documents(edited == 0)
    return [
        {
            "perturbation": kind,
            "share": severity,
            "words_changed": float(shares[row].mean()),
            "unchanged": float(unchanged[row].mean()),
        }
        for row, (kind, severity) in enumerate(grid.conditions)
    ]


def _model(measured: Measures, accuracy: np.ndarray, grid: Grid) -> dict[str, Any]:
    """Return the figures of one model; `accuracy` is (draws, 1 + conditions), the clean texts first."""
    clean, perturbed = accuracy[:, 0], accuracy[:, 1:]
    rows = [
        {
            "perturbation": kind,
            "share": share,
            "accuracy": estimate(accuracy[:, column]),
            "drop": estimate(clean - accuracy[:, column]),
            "flip_rate": float(measured.flips[column]),
            **_certainty(measured, column),
            **_tokens(measured, column),
        }
        for column, (kind, share) in enumerate(grid.conditions, start=1)
    ]
    largest = max(share for _, share in grid.conditions)
    worst = max((row for row in rows if row["share"] == largest), key=lambda row: row["drop"]["mean"])
    return {
        "clean": {"accuracy": estimate(clean), **_certainty(measured, 0)},
        "perturbed": rows,
        "worst": {name: worst[name] for name in ("perturbation", "share", "drop")},
        "overall": {
            "accuracy": estimate(perturbed.mean(axis=1)),
            "drop": estimate(clean - perturbed.mean(axis=1)),
            **{name: float(np.mean([row[name] for row in rows])) for name in _AVERAGED},
        },
        "relative": _relative(clean, perturbed.mean(axis=1)),
    }


def _pair(first: str, second: str, accuracy: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return how much the first model differs from the second on the same draws: perturbed accuracy, and drop."""
    (clean, perturbed), (other_clean, other_perturbed) = (
        (accuracy[model][:, 0], accuracy[model][:, 1:].mean(axis=1)) for model in (first, second)
    )
    more = perturbed - other_perturbed
    return {
        "first": first,
        "second": second,
        "accuracy": estimate(more),
        "drop": estimate(clean - other_clean - more),
    }


def _certainty(measured: Measures, column: int) -> dict[str, float]:
    return {
        "confidence": float(measured.confidence[column]),
        "calibration_error": float(measured.calibration[column]),
    }


def _tokens(measured: Measures, column: int) -> dict[str, float]:
    """Return the tokens that a perturbation adds, as a share of the clean texts', and to the share of unknown ones."""
    tokens, unknown = measured.tokens, measured.unknown  # a text of stop words may have no token
    unknown_share = np.divide(unknown, tokens, out=np.zeros_like(unknown), where=tokens > 0)
    return {
        "tokens_added": float(tokens[column] / tokens[0] - 1) if tokens[0] else 0.0,
        "unknown_added": float(unknown_share[column] - unknown_share[0]),
    }


def _relative(clean: np.ndarray, perturbed: np.ndarray) -> dict[str, float] | None:
    """Return perturbed accuracy as a share of clean accuracy; None for a model that predicts no clean text right."""
    usable = clean > 0
    return estimate(perturbed[usable] / clean[usable]) if usable[0] else None


def ranking(relative: Mapping[str, Mapping[str, float] | None]) -> list[dict[str, Any]]:
    """Return the models, the most robust first, those without a figure last.

    A model's rank is one more than the number of models whose intervals are wholly above its own, so models that the
    documents cannot distinguish share ranks. `ties` are the models whose intervals overlap with its own.

    Args:
        relative: model → {value, low, high}.
    """
    known = {model: figure for model, figure in relative.items() if figure is not None}
    rows = [
        {
            "model": model,
            "rank": 1 + sum(other["low"] > figure["high"] for other in known.values()),
            "relative": dict(figure),
            "ties": sorted(
                name
                for name, other in known.items()
                if name != model and other["low"] <= figure["high"] and figure["low"] <= other["high"]
            ),
        }
        for model, figure in known.items()
    ]
    rows.sort(key=lambda row: (row["rank"], -row["relative"]["mean"], row["model"]))
    last = len(known) + 1
    return rows + [
        {"model": model, "rank": last, "relative": None, "ties": []} for model in sorted(set(relative) - set(known))
    ]


def _sentence(samples: pd.DataFrame, measures: Mapping[str, Measures], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the published protocol: one sentence, and the share of its variants that each model predicts right."""
    variants = samples[samples["id"] == SENTENCE]
    clean = variants[variants["perturbation"] == CLEAN].iloc[0]
    edited = variants["edits"].map(len).gt(0).groupby(variants["perturbation"]).mean()
    return {
        "text": clean["text"],
        "label": clean["label"],
        "share": settings["sentence"]["share"],
        "variants": settings["sentence"]["variants"],
        "edited": {kind: float(edited[kind]) for kind in settings["kinds"]},
        "models": {
            model: {
                "clean": float(measured.sentence[0]),
                "accuracies": dict(zip(settings["kinds"], measured.sentence[1:].tolist(), strict=True)),
            }
            for model, measured in measures.items()
        },
    }
