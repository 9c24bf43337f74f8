"""The predictions of several models for the same documents, checked and in one order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.storage.tables import HELD_OUT


@dataclass(frozen=True)
class Aligned:
    """What the members of an ensemble predict for documents, which are in the order of their ids.

    Attributes:
        ids, split: (documents,) str.
        labels: (documents,) int64 class indices.
        probabilities: (members, documents, classes) float32.
    """

    ids: np.ndarray
    split: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray

    def of(self, split: str) -> "Aligned":
        """Return the documents of one split."""
        rows = self.split == split
        return Aligned(self.ids[rows], self.split[rows], self.labels[rows], self.probabilities[:, rows])


def align(tables: Mapping[str, pd.DataFrame], *, splits: Sequence[str] = HELD_OUT) -> Aligned:
    """Return the documents of `splits` with the probabilities of every member.

    Args:
        tables: member → PREDICTIONS. The first is what the others are compared with.

    Raises:
        StudyError: a member predicts other documents, labels, splits or classes than the first, has no documents of a
            split, names a document twice, or gives a probability that is not finite.
    """
    frames = {
        name: table[table["split"].isin(splits)].sort_values("id", ignore_index=True) for name, table in tables.items()
    }
    first = next(iter(frames))
    for name, frame in frames.items():
        fault = _fault(frame, splits) or _difference(frames[first], frame)
        if fault:
            compared = "" if name == first else f", unlike {first!r}"
            raise StudyError(
                f"ensemble member {name!r} {fault}{compared}: its predictions cannot be joined with the others'; "
                "rerun its evaluation."
            )
    reference = frames[first]
    return Aligned(
        ids=reference["id"].to_numpy(dtype=object),
        split=reference["split"].to_numpy(dtype=object),
        labels=reference["label"].to_numpy(dtype=np.int64),
        probabilities=np.stack([np.stack(frame["probabilities"].to_list()) for frame in frames.values()]),
    )


def _fault(frame: pd.DataFrame, splits: Sequence[str]) -> str | None:
    """Return what makes the predictions of one member unusable, or None."""
    missing = [split for split in splits if not (frame["split"] == split).any()]
    if missing:
        return f"predicts no {missing[0]} documents"
    repeated = frame["id"].duplicated()
    if repeated.any():
        return f"predicts document {frame['id'][repeated.idxmax()]} twice"
    infinite = ~frame["probabilities"].map(lambda row: bool(np.isfinite(row).all()))
    if infinite.any():
        return f"gives document {frame['id'][infinite.idxmax()]} a probability that is not finite"
    if frame["probabilities"].map(len).nunique() > 1:
        return "gives documents different numbers of classes"
    return None


def _difference(first: pd.DataFrame, other: pd.DataFrame) -> str | None:
    """Return the first difference between two members' documents, or None; both are in the order of ids."""
    for one, two, verb in ((first, other, "lacks"), (other, first, "predicts")):
        alone = one.loc[~one["id"].isin(two["id"]), "id"]
        if len(alone):
            return f"{verb} document {alone.iloc[0]} ({len(alone)} such)"
    for column in ("split", "label"):
        differs = (first[column] != other[column]).to_numpy()
        if differs.any():
            row = int(differs.argmax())
            return f"has document {first['id'][row]} with the {column} {other[column][row]}, not {first[column][row]}"
    widths = [len(frame["probabilities"].iloc[0]) for frame in (first, other)]
    return None if widths[0] == widths[1] else f"knows {widths[1]} classes, not {widths[0]}"
