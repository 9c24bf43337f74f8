"""Dividing documents into train, validation and test: the official parts, or draws by label, group or time."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.draw import draw_by_group, draw_by_label, draw_by_time
from textstudy.prepare.ledger import count_documents, entry
from textstudy.storage.tables import TIME, context_columns, group_kinds

MUCH_FEWER = 0.9  # of the documents asked for: where groups are large, no more may fit


def split(unique: pd.DataFrame, settings: Mapping[str, Any]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Divide the documents; the result does not depend on the order of the rows.

    An official test or validation part is kept. A missing part is drawn: test from the documents that are not in an
    official part, then validation from the remaining ones. A cluster of duplicates stays together, with the label and
    the official split of its kept document.

    Args:
        unique: a UNIQUE table.
        settings: `validation`, the share of the training documents to draw; `test`, "official" or the share to draw if
            the corpus has no test part; `by`, how to draw: "label" (stratified), "group" (no group in two parts drawn)
            or "time" (the latest documents); `group`, the kind of group, or None for all kinds; `seed`.

    Returns:
        The SPLIT table in the order of `unique`, and one ledger entry.

    Raises:
        StudyError: there is no official test part and no share to draw, there are too few documents for a share, or the
            corpus has no groups or times.
    """
    documents = _heads_first(unique)
    place = documents.drop_duplicates("cluster").set_index("cluster")["official_split"].replace("", "train")
    missing = [part for part in ("test", "validation") if not (place == part).any()]
    if "test" in missing and settings["test"] == "official":
        raise StudyError(
            "The setting `split.test` is 'official', but the corpus has no official test part: "
            "set it to a share to draw, such as 0.2."
        )
    draw, how = _draw_of(documents, settings)
    for part in missing:
        train = documents[(documents["cluster"].map(place) == "train").to_numpy()]
        drawn = draw(train, share=settings[part], part=part)
        place[drawn] = part
        if settings["by"] == "group":
            how += _note_fewer(part, int(train["cluster"].isin(drawn).sum()), round(settings[part] * len(train)))
    if how and not missing:
        how = "; nothing drawn, the corpus gives both parts"

    columns = ["id", "text", "label", *context_columns(unique)]
    divided = unique[columns].assign(split=unique["cluster"].map(place), cluster=unique["cluster"])
    reason = f"test {settings['test']}, validation {settings['validation']}, seed {settings['seed']}{how}"
    ledger = entry(step="split", reason=reason, before=count_documents(unique), after=count_documents(divided, "split"))
    return divided.reset_index(drop=True), [ledger]


def _heads_first(unique: pd.DataFrame) -> pd.DataFrame:
    """Return the documents by cluster, the head first: the kept one, or the first by id if it is missing."""
    order = unique.assign(other=unique["id"] != unique["cluster"]).sort_values(["cluster", "other", "id"])
    return order.drop(columns="other")


def _note_fewer(part: str, drawn: int, wanted: int) -> str:
    """Return what the ledger says if much fewer documents were drawn than asked for."""
    return f"; only {drawn} of {wanted} drawn for {part}" if drawn < MUCH_FEWER * wanted else ""


def _draw_of(documents: pd.DataFrame, settings: Mapping[str, Any]) -> tuple[Callable[..., np.ndarray], str]:
    """Return the function that draws a part, and what the ledger says of it."""
    if settings["by"] == "time":
        if TIME not in documents or documents[TIME].isna().all():
            raise _missing("time", "times", "`time` of the corpus to the column that says when a text was written")
        undated = int(documents[TIME].isna().sum())
        stay = f", {undated} without a time not drawn" if undated else ""
        return partial(draw_by_time, seed=settings["seed"]), f"; drawn by time, the latest{stay}"
    if settings["by"] == "group":
        kinds = _kinds(group_kinds(documents), settings["group"])
        return partial(draw_by_group, kinds=kinds, seed=settings["seed"]), f"; drawn by {' and '.join(kinds)}"
    return partial(draw_by_label, seed=settings["seed"]), ""


def _kinds(known: list[str], chosen: str | None) -> list[str]:
    if not known:
        raise _missing("group", "groups", "`group` of the corpus to the column that says what texts share")
    if chosen and chosen not in known:
        raise StudyError(
            f"The setting `split.group` is {chosen!r}, which the corpus does not have: choose from {', '.join(known)}."
        )
    return [chosen] if chosen else known


def _missing(by: str, what: str, remedy: str) -> StudyError:
    return StudyError(
        f"The setting `split.by` is '{by}', but the corpus has no {what}: set {remedy}, or `split.by` to 'label'."
    )
