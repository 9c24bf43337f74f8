"""The `ngrams` encoding of a corpus, see `ngram_encoder`. It learns nothing from the corpus."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.encode.ngram_encoder import NOTHING, NgramEncoder
from textstudy.encode.table import length_summary, write_encoding
from textstudy.errors import StudyError
from textstudy.ragged import Ragged
from textstudy.storage.files import write_json

MOST = 2**31 - 1  # n-grams in one Arrow array


def encode_ngrams(
    split_frame: pd.DataFrame,
    settings: Mapping[str, Any],
    folder: Path | str,
    copies: pd.DataFrame | None = None,
    *,
    processes: int = 1,
) -> None:
    """Write encoding.arrow and encoding.json to `folder`.

    Args:
        split_frame: a SPLIT table.
        settings: the fields of `NgramEncoder`.
        folder: the folder to write to.
        copies: perturbed training documents (id, text, label, split); they follow the documents in encoding.arrow and
            are not counted in encoding.json.
        processes: that find the words; the result is the same for any number.

    Raises:
        StudyError: there are too many n-grams for one file.
    """
    folder, encoder = Path(folder), NgramEncoder.of(settings)
    ids = encoder.encode(split_frame["text"], processes=processes)
    rows, labels, encoded = split_frame[["id", "label", "split"]], sorted(split_frame["label"].unique()), ids
    if copies is not None:
        rows = pd.concat([rows, copies[["id", "label", "split"]]])
        encoded = ids.followed_by(encoder.encode(copies["text"]))
    if len(encoded.values) > MOST:
        raise StudyError(
            f"The documents have {len(encoded.values):,} n-grams, and an encoding holds {MOST:,}: lower "
            "`character_ngrams` or `word_ngrams`, or sample the corpus."
        )
    label_numbers = pd.Index(labels).get_indexer(rows["label"])
    write_encoding(folder / "encoding.arrow", rows["id"], rows["split"], label_numbers, encoded)
    description = {
        "tokenizer": "ngrams",
        "labels": labels,
        "vocabulary_size": encoder.buckets + 1,
        "pad_id": NOTHING,
        "unknown_id": None,
        "maximum_length": None,
        **asdict(encoder),
        "coverage": _coverage(ids, split_frame["split"].to_numpy(dtype=str), encoder.buckets + 1),
        "truncated_share": 0.0,
        "cut_tokens_share": 0.0,
        "tokens": len(ids.values),
        "lengths": length_summary(ids.lengths),
    }
    write_json(folder / "encoding.json", description)


def _coverage(ids: Ragged, splits: np.ndarray, size: int) -> dict[str, dict[str, Any]]:
    """Return how much of each split has a number that a training document has too; other numbers learn nothing."""
    learned = np.zeros(size, bool)
    learned[ids.where(splits == "train").values] = True
    coverage = {}
    for name in np.unique(splits):
        values = ids.where(splits == name).values
        known = int(learned[values].sum())
        share = {"types": None, "tokens": known / len(values), "running": len(values), "unknown": len(values) - known}
        coverage[str(name)] = share
    return coverage
