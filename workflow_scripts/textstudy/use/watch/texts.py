"""The new texts of a file, or a sample of them, with their labels where a column holds these."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from tqdm import tqdm

from textstudy.corpora.cells import as_text
from textstudy.corpora.faults import Faults
from textstudy.corpora.table import with_title
from textstudy.corpora.tables import file_tables
from textstudy.errors import StudyError

MOST = 2_000  # documents on either side: enough to show a small change, and few enough for a slow model each night
SEED = 0


@dataclass(frozen=True)
class NewTexts:
    """Texts as they were written.

    Attributes:
        frame: of each text its `row` in the file, counted from 1 below the names of the columns, `text`, and `label`,
            "" where there is none.
        read: how many rows the file has, of which these are a random sample.
        sampled: how many rows were drawn.
    """

    frame: pd.DataFrame
    read: int
    sampled: int


def read_new(path: Path, columns: Mapping[str, Any], text: str | None = None, label: str | None = None) -> NewTexts:
    """Return at most `MOST` rows of a CSV, TSV, JSON Lines or Parquet file, drawn at random with a fixed seed.

    A cell that is no text, such as a list, is left out.

    Args:
        columns: role → column of the corpus, `text` (or several, of which the first that is there counts) and `title`,
            as far as it has them.
        text: column of the texts, instead.
        label: column of the labels.

    Raises:
        StudyError: the file is missing, damaged or without rows, or lacks a column.
    """
    generator, read, kept = np.random.default_rng(SEED), 0, None
    texts = text or columns.get("text", "text")
    texts = [texts] if isinstance(texts, str) else texts
    for batch in _batches(path, texts, columns.get("title"), label):
        drawn = {"row": np.arange(read + 1, read + 1 + len(batch)), "key": generator.random(len(batch))}
        batch = pa.table({**drawn, **{name: batch[name] for name in batch.column_names}})
        kept = batch if kept is None else pa.concat_tables([kept, batch])
        read += len(batch)
        if len(kept) > MOST:  # the rows with the smallest keys are a random sample of all rows so far
            kept = kept.take(np.sort(np.argpartition(kept["key"], MOST)[:MOST]))
    if kept is None:
        raise StudyError(f"{path} has no rows: add some documents.")
    readable = kept.drop_columns("key").filter(pc.is_valid(kept["text"])).to_pandas().fillna("")
    labels = readable["label"].str.strip() if label else ""
    return NewTexts(readable.assign(label=labels), read, len(kept))


def _batches(path: Path, texts: Sequence[str], title: str | None, label: str | None) -> Iterator[pa.Table]:
    """Yield `text`, and `label` where a column is named, as strings; a cell that is no text is null."""
    if not path.is_file():
        raise StudyError(f"{path} is not a file: name a CSV, TSV, JSON Lines or Parquet file of new texts.")
    (table,), _ = file_tables(path, {"split": None, "quoting": None})
    faults = Faults(str(path))
    with tqdm(desc="rows", unit="", disable=None) as progress:
        for batch in table.batches({*texts, *filter(None, (title, label))}, faults):
            text = next((name for name in texts if name in batch.names), texts[0])
            for name, option in ((text, "--text"), (label, "--labels")):
                if name is not None and name not in batch.names:
                    known = ", ".join(map(repr, batch.names))
                    raise StudyError(f"{path} has no column {name!r}, only {known}: name one of these with {option}.")
            chosen = {"text": text, "title": title if title != text else None, "label": label}
            cells = {
                role: as_text(batch.columns[name], lambda *_: None, name)
                for role, name in chosen.items()
                if name in batch.names
            }
            progress.update(batch.rows)
            titled = with_title(cells.pop("text"), cells.pop("title", None))
            yield pa.table({"text": titled, **cells})
    faults.check()
