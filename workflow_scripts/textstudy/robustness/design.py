"""What all models of a study share in a test of robustness: the samples, and what was edited in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from textstudy.robustness.grid import Grid
from textstudy.robustness.measures import Edited
from textstudy.storage.tables import GROUP, group_kinds

EDITED_ENOUGH = 0.5  # of the texts: a perturbation that edits fewer is left out of averages over perturbations
FEWEST = 10  # edited documents, or groups of them; of fewer, nothing is measured


@dataclass(frozen=True)
class Design:
    """What all models share: the samples, what was edited in them, and which conditions say something.

    Attributes:
        measured: numbers of the conditions with enough edited documents.
        averaged: of these, the ones that edited at least `EDITED_ENOUGH` of the texts.
        chance: share of the most common class among the documents: what a model reaches that always names it.
    """

    grid: Grid
    edited: Edited
    measured: list[int]
    averaged: list[int]
    chance: float


def make_design(samples: pd.DataFrame, grid: Grid, groups: Mapping[str, str] | None) -> Design:
    """Return the design of a study from its PERTURBED samples, arranged as the grid is.

    Args:
        groups: id → what a document shares with others, or None.
    """
    _, versions = grid.over_documents((samples["edits"].map(len) > 0).to_numpy())
    labels, _ = grid.over_documents(samples["label"].to_numpy())
    names = [groups[document] if groups else document for document in grid.documents]
    edited = Edited(versions, np.unique(names, return_inverse=True)[1])
    measured = _of_every_share(grid, edited.groups_edited().sum(axis=1) >= FEWEST)
    enough = _of_every_share(grid, versions.mean(axis=(1, 2)) >= EDITED_ENOUGH)
    averaged = [row for row in measured if row in enough]
    chance = float(np.unique(labels, return_counts=True)[1].max() / len(labels))
    return Design(grid, edited, measured, averaged, chance)


def _of_every_share(grid: Grid, holds: np.ndarray) -> list[int]:
    """Return the conditions whose perturbation is one for which `holds` (conditions,) at every share."""
    failing = {kind for (kind, _), each in zip(grid.conditions, holds, strict=True) if not each}
    return [row for row, (kind, _) in enumerate(grid.conditions) if kind not in failing]


def groups_of(split: pd.DataFrame) -> dict[str, str] | None:
    """Return id → group of the documents of a SPLIT table, of the kind with the fewest groups; None without groups.

    A document whose group is unknown is a group of its own.
    """
    kinds = group_kinds(split)
    if not kinds:
        return None
    column = f"{GROUP}{min(kinds, key=lambda kind: split[f'{GROUP}{kind}'].nunique())}"
    return {row: group or f"document {row}" for row, group in zip(split["id"], split[column], strict=True)}


def describe_samples(samples: pd.DataFrame, design: Design) -> list[dict[str, Any]]:
    """Return how much of the text each condition changed; an edit changes one word."""
    edits = samples["edits"].map(len).to_numpy()
    _, words = design.grid.over_documents(edits / np.maximum(samples["words"].to_numpy(), 1))
    versions = design.edited.versions
    return [
        {
            "perturbation": kind,
            "share": severity,
            "texts": int(versions[row].size),
            "edited": int(versions[row].sum()),
            "words_changed": float(words[row][versions[row]].mean()) if versions[row].any() else 0.0,
            "measured": row in design.measured,
            "averaged": row in design.averaged,
        }
        for row, (kind, severity) in enumerate(design.grid.conditions)
    ]
