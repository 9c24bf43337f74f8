"""Dividing documents into train, validation and test: the official parts, or stratified draws."""

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sklearn.model_selection import train_test_split

from textstudy.errors import StudyError
from textstudy.prepare.ledger import count_documents, entry

_logger = logging.getLogger(__name__)


def split(unique: pd.DataFrame, settings: Mapping[str, Any]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Divide the documents; the result depends on ids and labels, not on the order of the rows.

    An official test or validation part is kept. A missing part is drawn, stratified by label: test from the documents
    that are not in an official part, then validation from the remaining ones. A cluster of duplicates stays together,
    with the label and the official split of its kept document.

    Args:
        unique: a UNIQUE table.
        settings: `validation`, the share of the training documents to draw; `test`, "official" or the share to draw if
            the corpus has no test part; `seed`.

    Returns:
        The SPLIT table in the order of `unique`, and one ledger entry.

    Raises:
        StudyError: there is no official test part and no share to draw, or there are too few documents for a share.
    """
    heads = _heads(unique)
    place = heads["official_split"].replace("", "train")
    if not (place == "test").any():
        if settings["test"] == "official":
            raise StudyError(
                "The setting `split.test` is 'official', but the corpus has no official test part: "
                "set it to a share to draw, such as 0.2."
            )
        _draw(heads, place, share=settings["test"], part="test", seed=settings["seed"])
    if not (place == "validation").any():
        _draw(heads, place, share=settings["validation"], part="validation", seed=settings["seed"])

    divided = unique[["id", "text", "label"]].assign(split=unique["cluster"].map(place), cluster=unique["cluster"])
    reason = f"test {settings['test']}, validation {settings['validation']}, seed {settings['seed']}"
    ledger = entry(step="split", reason=reason, before=count_documents(unique), after=count_documents(divided, "split"))
    return divided.reset_index(drop=True), [ledger]


def _heads(unique: pd.DataFrame) -> pd.DataFrame:
    """Return one document of each cluster, indexed by cluster: the kept one, or the first by id if it is missing."""
    order = unique.assign(other=unique["id"] != unique["cluster"]).sort_values(["cluster", "other", "id"])
    return order.drop_duplicates("cluster").set_index("cluster")


def _draw(heads: pd.DataFrame, place: pd.Series, *, share: float, part: str, seed: int) -> None:
    """Move a stratified share of the clusters in train to `part`.

    A label with a single cluster stays in train, because nothing would be left to learn it from.
    """
    labels = heads["label"][place == "train"]
    counts = labels.value_counts()
    single = sorted(counts.index[counts < 2])
    if single:
        _logger.warning("Labels with a single document stay in train, not in %s: %s", part, ", ".join(single))
    labels = labels[~labels.isin(single)]
    try:
        _, drawn = train_test_split(
            labels.index.to_numpy(), test_size=share, random_state=seed, stratify=labels.to_numpy()
        )
    except ValueError as error:
        reason = error if len(labels) else "no label has two documents"
        raise StudyError(
            f"The setting `split.{part}` is {share}, but this share cannot be drawn from {counts.sum()} documents with "
            f"{len(counts)} labels ({reason}): use a larger corpus or another share."
        ) from error
    place[drawn] = part
