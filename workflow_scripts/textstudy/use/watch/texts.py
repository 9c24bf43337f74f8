"""The new texts of a file, or a sample of them, with their labels where a column holds these."""

import heapq
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.use.inputs import read_rows
from textstudy.use.rows import Row

MOST = 2_000  # documents on either side: enough to show a small change, and few enough for a slow model each night
SEED = 0


@dataclass(frozen=True)
class NewTexts:
    """Texts as they were written.

    Attributes:
        frame: of each text that can be read its `row`, counted from 1 below the names of the columns, `text`, and
            `label`, "" where there is none.
        read: how many rows the file has, of which these are a random sample.
        sampled: how many rows were drawn.
    """

    frame: pd.DataFrame
    read: int
    sampled: int


def read_new(path: Path, columns: Mapping[str, Any], text: str | None = None, label: str | None = None) -> NewTexts:
    """Return at most `MOST` rows of a table, or of a folder of tables or texts, drawn at random with a fixed seed.

    Args:
        columns: role → column of the corpus, as far as it has them, see `read_rows`.
        text: column of the texts, instead.
        label: column of the labels.

    Raises:
        StudyError: there is nothing to read, or a column is not there.
    """
    generator, read = np.random.default_rng(SEED), 0
    kept: list[tuple[float, int, Row]] = []
    rows = read_rows(path, {**columns, "option": text, "label": label}, _tell)
    for read, row in enumerate(tqdm(rows, desc="rows", unit="", disable=None), 1):
        # The rows with the smallest keys are a random sample of all rows so far.
        keep = heapq.heappush if read <= MOST else heapq.heappushpop
        keep(kept, (-generator.random(), read, row))
    if not kept:
        raise StudyError(f"{path} has no rows: add some documents.")
    readable = [(number, row.text, row.label.strip()) for _, number, row in kept if row.text is not None]
    return NewTexts(pd.DataFrame(sorted(readable), columns=["row", "text", "label"]), read, len(kept))


def _tell(sentence: str) -> None:
    tqdm.write(sentence, file=sys.stderr)
