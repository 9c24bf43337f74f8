"""From batches of documents to one DOCUMENTS table: a sample of them, or all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import pandas as pd
import pyarrow as pa
from tqdm import tqdm

from textstudy.corpora.labels import check_labels
from textstudy.corpora.samples import SAMPLED_FROM, stratified_sample
from textstudy.errors import StudyError


def join_batches(batches: Iterable[pa.Table], sample: Mapping[str, Any] | None, source: str) -> pd.DataFrame:
    """Return all documents in one table, or a sample of them with the attribute `SAMPLED_FROM`.

    Args:
        batches: tables of strings with `id`, `text`, `label` and `official_split`, and perhaps more columns.
        sample: see `stratified_sample`; None for all.
        source: what the documents stand in, for messages.

    Raises:
        StudyError: there are none, two labels look alike, or there are too few documents for the sample.
    """
    labels: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()  # by official split and label, drawn or not
    counted = _count(batches, labels)
    if sample:
        first = next(counted, None)
        rows = (row for batch in chain([first] if first else [], counted) for row in _rows(batch))
        tables = [pa.Table.from_pylist(list(stratified_sample(rows, sample, seen)), first.schema)] if first else []
    else:
        tables = list(counted)
    if not tables:
        raise StudyError(f"{source} has no rows: add some documents.")
    check_labels(labels, source)
    frame = pa.concat_tables(tables).to_pandas()
    if sample:
        frame.attrs[SAMPLED_FROM] = seen
    return frame


def _count(batches: Iterable[pa.Table], labels: Counter[str]) -> Iterator[pa.Table]:
    """Yield the batches while their documents and labels are counted."""
    with tqdm(desc="documents", unit="", disable=None) as progress:
        for batch in batches:
            for count in batch["label"].value_counts().to_pylist():
                labels[count["values"]] += count["counts"]
            progress.update(len(batch))
            yield batch


def _rows(batch: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows as `to_pylist` returns them, in a third of its time."""
    columns = [
        column.to_numpy() if pa.types.is_large_string(column.type) else column.to_pylist() for column in batch.columns
    ]
    return (dict(zip(batch.column_names, row, strict=True)) for row in zip(*columns, strict=True))
