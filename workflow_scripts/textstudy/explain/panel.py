"""Which documents the report shows: right, wrong and flipped ones, short ones first, the classes in turn."""

import hashlib
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from textstudy.explain.spans import Explained, words_of

LONGEST = 80  # the most words shown of a document


def alternate(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows of a table with the column `id` in a random order that takes the values of `by` in turn.

    The order follows from the ids, so it does not depend on the order of the rows.
    """
    drawn = frame.assign(drawn=[_random_key(name) for name in frame["id"]]).sort_values("drawn", kind="stable")
    drawn["turn"] = drawn.groupby(by).cumcount()
    return drawn.sort_values(["turn", "drawn"], kind="stable").drop(columns=["turn", "drawn"])


def panel(test: pd.DataFrame, flipped: pd.DataFrame | None, count: int) -> list[dict[str, Any]]:
    """Return at most `count` documents to show, as many of each kind as far as possible.

    Args:
        test: predicted documents: id, text, label, predicted (both class indices), probability.
        flipped: perturbed copies as `flips` returns them, or None.
        count: documents to show.

    Returns:
        Their rows with `kind` (right, wrong, flipped) and `perturbation` (None where it is not flipped).
    """
    is_right = test["label"] == test["predicted"]
    whole = test.assign(perturbation="")
    tables = {"right": (whole[is_right], "label"), "wrong": (whole[~is_right], "label")}
    if flipped is not None:
        tables["flipped"] = (flipped, "perturbation")
    queues = [
        [{**row, "kind": kind, "perturbation": row["perturbation"] or None} for row in _short_first(table, by)]
        for kind, (table, by) in tables.items()
    ]
    turns = [row for turn in zip_longest(*queues) for row in turn if row is not None]
    return sorted(turns[:count], key=lambda row: list(tables).index(row["kind"]))


def _short_first(frame: pd.DataFrame, by: str) -> list[dict[str, Any]]:
    """Return the rows in turn, first the documents that are short enough; a document without words is left out."""
    words = np.array([len(words_of(text)) for text in frame["text"]], dtype=int)
    tables = [frame[(words > 0) & (words <= LONGEST)], frame[words > LONGEST]]
    return [row for table in tables for row in alternate(table, by).to_dict("records")]


def flipped_copies(test: pd.DataFrame, samples: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return one perturbed copy that is predicted wrong for each document that is predicted right: the least perturbed.

    Args:
        test: as for `panel`.
        samples: PERTURBED.
        scores: ROBUSTNESS of the same rows.

    Returns:
        The columns of `test`, and perturbation.
    """
    keys = ["id", "perturbation", "share", "variant"]
    right = test.loc[test["label"] == test["predicted"], ["id", "label"]]
    copies = samples.loc[samples["perturbation"] != "none", [*keys, "text"]]
    copies = copies.merge(scores[[*keys, "predicted", "probabilities"]], on=keys).merge(right, on="id")
    copies = copies[copies["predicted"] != copies["label"]]
    pairs = zip(copies["probabilities"], copies["predicted"], strict=True)
    # Among equal shares the perturbation is random: in alphabetical order the first would be nearly the only one.
    copies = copies.assign(
        probability=[float(row[guess]) for row, guess in pairs],
        drawn=[_random_key(f"{row.id}\0{row.perturbation}") for row in copies.itertuples()],
    )
    copies = copies.sort_values(["share", "drawn", "variant"], kind="stable").drop_duplicates("id")
    return copies[[*test.columns, "perturbation"]]


def _random_key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def window(explained: Explained) -> slice:
    """Return the words to show: all, or the `LONGEST` successive words with the largest attributions in size."""
    sizes = np.concatenate([[0.0], np.abs(explained.attributions).cumsum()])
    if len(sizes) <= LONGEST:
        return slice(0, len(explained.words))
    first = int(np.argmax(sizes[LONGEST:] - sizes[:-LONGEST]))
    return slice(first, first + LONGEST)


def words_to_show(explained: Explained, attention: Sequence[float] | None) -> list[dict]:
    """Return the words to show, with attention and with attributions divided by the largest of the document."""
    largest = float(np.abs(explained.attributions).max(initial=0.0)) or 1.0
    shown = range(len(explained.words))[window(explained)]
    return [
        {
            "text": explained.text[slice(*explained.words[number])],
            "attribution": round(float(explained.attributions[number]) / largest, 4),
            "attention": None if attention is None else round(float(attention[number]), 4),
        }
        for number in shown
    ]
