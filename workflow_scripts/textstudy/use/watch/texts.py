"""The new texts of a file, or a sample of them, and their labels where a column holds these."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from tqdm import tqdm

from textstudy.corpora.cells import as_text
from textstudy.corpora.faults import Faults
from textstudy.corpora.tables import file_tables
from textstudy.errors import StudyError

MOST = 2_000  # documents on either side: enough to show a small change, and few enough for a slow model each night
SEED = 0


@dataclass(frozen=True)
class NewTexts:
    """Texts as they were written.

    Attributes:
        rows: (texts,) their places in the file, counted from 1; the line of column names does not count.
        texts: raw.
        labels: of the same texts, "" where there is none; None where no column of labels was named.
        read: how many rows the file has, of which these are a random sample.
        unreadable: rows that could not be read and are left out.
    """

    rows: np.ndarray
    texts: list[str]
    labels: np.ndarray | None
    read: int
    unreadable: int


def read_new(path: Path, text: str, label: str | None = None) -> NewTexts:
    """Return at most `MOST` rows of a CSV, TSV, JSON Lines or Parquet file, drawn at random with a fixed seed.

    Raises:
        StudyError: the file is missing, damaged or without rows, or lacks a column.
    """
    generator, read, faults = np.random.default_rng(SEED), 0, Faults(str(path))
    kept = pa.table({name: pa.array([], kind) for name, kind in _columns(label).items()})
    for batch in _batches(path, text, label, faults):
        rows = range(read + 1, read + 1 + len(batch))
        read += len(batch)
        drawn = {"row": pa.array(rows, pa.int64()), "key": pa.array(generator.random(len(batch)))}
        kept = pa.concat_tables([kept, pa.table({**drawn, **{name: batch[name] for name in batch.column_names}})])
        if len(kept) > MOST:  # the rows with the smallest keys are a random sample of all rows so far
            smallest = np.sort(np.argpartition(kept["key"].to_numpy(), MOST)[:MOST])
            kept = kept.take(smallest)
    if not read:
        raise StudyError(f"{path} has no rows: add some documents.")
    readable = kept.filter(kept["text"].is_valid())
    labels = readable["label"].fill_null("").to_numpy().astype(str) if label else None
    return NewTexts(readable["row"].to_numpy(), readable["text"].to_pylist(), labels, read, faults.count)


def _columns(label: str | None) -> dict[str, pa.DataType]:
    strings = {"text": pa.large_string(), **({"label": pa.large_string()} if label else {})}
    return {"row": pa.int64(), "key": pa.float64(), **strings}


def _batches(path: Path, text: str, label: str | None, faults: Faults) -> Iterator[pa.Table]:
    """Yield the texts, and the labels, of a file."""
    columns = {"text": text, **({"label": label} if label else {})}
    if not path.is_file():
        raise StudyError(f"{path} is not a file: name a CSV, TSV, JSON Lines or Parquet file of new texts.")
    (table,), _ = file_tables(path, {"split": None, "quoting": None})
    with tqdm(desc="rows", unit="", disable=None) as progress:
        for batch in table.batches(set(columns.values()), faults):
            for column in columns.values():
                if column not in batch.names:
                    raise StudyError(
                        f"{path} has no column {column!r}, only {', '.join(map(repr, batch.names))}: name one of these "
                        f"with {'--text' if column == text else '--labels'}."
                    )
            progress.update(batch.rows)
            cells = {
                name: as_text(
                    batch.columns[column], lambda row, what, advice: faults.add(f"row {row}", what, advice), column
                )
                for name, column in columns.items()
            }
            yield pa.table(cells)
