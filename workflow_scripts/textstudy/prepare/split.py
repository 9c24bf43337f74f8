"""Train, validation and test: official where a corpus has them, else stratified draws."""

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sklearn.model_selection import train_test_split

from textstudy.errors import StudyError
from textstudy.prepare.ledger import entry

_logger = logging.getLogger(__name__)


def split(unique: pd.DataFrame, settings: Mapping[str, Any]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Divide the documents; which split one falls into depends on the ids and labels, not on the order of the rows.

    An official test or validation part is kept. What is missing is drawn stratified by label: test from all documents
    that have no official part, then validation from what is left for training. A cluster of duplicates moves as one,
    under the label and the official split of its kept document.

    Args:
        unique: a UNIQUE table.
        settings: `validation`, the share of the training documents; `test`, "official" or the share to draw where the
            corpus has no test part; `seed`.

    Returns:
        The SPLIT table in the order of `unique`, and one ledger entry.

    Raises:
        StudyError: there is no official test part and no share to draw, or too few documents for a share.
    """
    heads = _heads(unique)
    place = heads["official_split"].replace("", "train")
    if not (place == "test").any():
        if settings["test"] == "official":
            raise StudyError(
                "The corpus has no official test part, but the study's split says `test: official`: "
                "set it to the share to draw, such as 0.2."
            )
        _draw(heads, place, share=settings["test"], part="test", seed=settings["seed"])
    if not (place == "validation").any():
        _draw(heads, place, share=settings["validation"], part="validation", seed=settings["seed"])

    divided = unique[["id", "text", "label"]].assign(split=unique["cluster"].map(place), cluster=unique["cluster"])
    reason = f"test {settings['test']}, validation {settings['validation']}, seed {settings['seed']}"
    ledger = entry(step="split", reason=reason, documents_in=len(unique), kept=divided["split"])
    return divided.reset_index(drop=True), [ledger]


def _heads(unique: pd.DataFrame) -> pd.DataFrame:
    """Return one document per cluster, by cluster: the kept one or, where it is not in the table, the first by id."""
    order = unique.assign(other=unique["id"] != unique["cluster"]).sort_values(["cluster", "other", "id"])
    return order.drop_duplicates("cluster").set_index("cluster")


def _draw(heads: pd.DataFrame, place: pd.Series, *, share: float, part: str, seed: int) -> None:
    """Move a stratified share of the clusters now in train to `part`.

    A label with a single cluster stays in train: it cannot be learned and measured as well.
    """
    labels = heads["label"][place == "train"]
    counts = labels.value_counts()
    single = sorted(counts.index[counts < 2])
    if single:
        _logger.warning("labels with a single document stay in train when %s is drawn: %s", part, ", ".join(single))
    labels = labels[~labels.isin(single)]
    try:
        _, drawn = train_test_split(
            labels.index.to_numpy(), test_size=share, random_state=seed, stratify=labels.to_numpy()
        )
    except ValueError as error:
        raise StudyError(
            f"A {part} share of {share} cannot be drawn from {len(labels)} documents with {labels.nunique()} labels "
            f"({error}): give a larger corpus or another share."
        ) from error
    place[drawn] = part
