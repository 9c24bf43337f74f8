"""How robust the models of a study are: every figure of its report, from the scores of their runs."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.percentiles import LEVEL
from textstudy.robustness.design import EDITED_ENOUGH, FEWEST, describe_samples, make_design
from textstudy.robustness.examples import worked_examples
from textstudy.robustness.figures import compare_models, describe_model
from textstudy.robustness.grid import CLEAN, SENTENCE, Grid, make_grid
from textstudy.robustness.measures import (
    average,
    measure_averages,
    measure_sentence,
    measure_shares,
    over_runs,
)


def summarize(
    runs: Mapping[str, Mapping[int, pd.DataFrame]],
    samples: pd.DataFrame,
    settings: Mapping[str, Any],
    groups: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the contents of robustness.json.

    All figures are shares between 0 and 1, over the texts that a perturbation really edited. {mean, low, high} hold a
    95 % interval over documents and, with several runs of a model, over trainings; see `evaluate.jackknife`. The drops
    under single perturbations hold together for all models, as do the differences of all pairs of models.

    Args:
        runs: model → seed → ROBUSTNESS.
        samples: the PERTURBED table that the runs were scored on.
        settings: of the perturbations.
        groups: id → what a document shares with others (a thread, an author), where the corpus knows.

    Raises:
        StudyError: a run was scored on other samples.
    """
    grid = make_grid(samples, settings)
    arranged = grid.arrange(samples, "the table of perturbed samples")
    design = make_design(arranged, grid, groups)
    tables = {
        model: [grid.arrange(seeds[seed], f"robustness.parquet of {model}, seed {seed},") for seed in sorted(seeds)]
        for model, seeds in runs.items()
    }
    shares, averages = {}, {}
    for model, of in tables.items():
        shares[model] = over_runs([measure_shares(run, grid, design.edited) for run in of])
        averages[model] = average([measure_averages(run, grid, design.edited) for run in of])
    cells = max(1, len(runs) * len(design.measured))
    models = {
        model: describe_model(shares[model], averages[model], design, level=1 - (1 - LEVEL) / cells) for model in runs
    }
    pairs = list(combinations(sorted(runs), 2))
    found = [compare_models(*pair, shares, models, design, level=1 - (1 - LEVEL) / len(pairs)) for pair in pairs]
    return {
        "settings": dict(settings),
        "documents": len(grid.documents),
        "groups": len(np.unique(design.edited.groups)) if groups else None,
        "chance": design.chance,
        "edited_enough": EDITED_ENOUGH,
        "fewest_edited": FEWEST,
        "samples": describe_samples(arranged, design),
        "models": models,
        "pairs": found,
        "ranking": ranking({model: figures["kept"] for model, figures in models.items()}, found),
        "sentence": _sentence(arranged, tables, grid, settings) if settings["sentence"] else None,
        "examples": worked_examples(samples[samples["id"] != SENTENCE], grid.kinds),
    }


def ranking(kept: Mapping[str, Mapping[str, float] | None], pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the models, the most robust first, those without a figure last.

    A model's rank is one more than the number of models that a paired comparison shows to keep more. `ties` are the
    models from which none is shown to differ.
    """
    above: dict[str, set[str]] = {model: set() for model in kept}
    tied: dict[str, set[str]] = {model: set() for model in kept}
    for pair in (pair for pair in pairs if pair["kept"]):
        first, second, difference = pair["first"], pair["second"], pair["kept"]
        if difference["low"] > 0:
            above[second].add(first)
        elif difference["high"] < 0:
            above[first].add(second)
        else:
            tied[first].add(second)
            tied[second].add(first)
    known = [model for model in kept if kept[model] is not None]
    rows = [
        {"model": model, "rank": 1 + len(above[model]), "kept": dict(kept[model]), "ties": sorted(tied[model])}
        for model in known
    ]
    rows.sort(key=lambda row: (row["rank"], -row["kept"]["mean"], row["model"]))
    return rows + [
        {"model": model, "rank": len(known) + 1, "kept": None, "ties": []} for model in sorted(set(kept) - set(known))
    ]


def _sentence(
    samples: pd.DataFrame, tables: Mapping[str, list[pd.DataFrame]], grid: Grid, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the published protocol: one sentence, and the share of its variants that each model predicts right."""
    clean = samples[(samples["id"] == SENTENCE) & (samples["perturbation"] == CLEAN)].iloc[0]
    _, edits = grid.over_sentence((samples["edits"].map(len) > 0).to_numpy())
    edited = dict(zip(grid.kinds, edits.mean(axis=1).tolist(), strict=True))
    right = {model: np.mean([measure_sentence(run, grid, edits) for run in of], axis=0) for model, of in tables.items()}
    return {
        "text": clean["text"],
        "label": clean["label"],
        "share": settings["sentence"]["share"],
        "variants": settings["sentence"]["variants"],
        "edited": edited,
        "models": {
            model: {
                "clean": float(shares[0]),
                "accuracies": {
                    kind: float(share) for kind, share in zip(grid.kinds, shares[1:], strict=True) if edited[kind]
                },
            }
            for model, shares in right.items()
        },
    }
