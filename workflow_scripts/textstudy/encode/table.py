"""The encoding of a preparation: token ids of every document, in one Arrow file that every model reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from textstudy.errors import StudyError
from textstudy.storage.files import atomic_path

_SCHEMA = {
    "id": pa.string(),
    "split": pa.string(),
    "label": pa.int32(),
    "input_ids": pa.list_(pa.int32()),
    "length": pa.int32(),
}


@dataclass(frozen=True)
class Encoding:
    """Token ids of N documents, ragged: document `i` is `input_ids[offsets[i]:offsets[i + 1]]`."""

    ids: np.ndarray  # (N,) str
    split: np.ndarray  # (N,) str
    label: np.ndarray  # (N,) int32, index into the sorted labels
    offsets: np.ndarray  # (N + 1,) int64
    input_ids: np.ndarray  # (tokens,) int32
    weights: np.ndarray | None = None  # (tokens,) float32, TF-IDF weight of each position

    @property
    def lengths(self) -> np.ndarray:
        """Return the number of token ids of each document, (N,) int64."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.ids)

    def document(self, index: int) -> np.ndarray:
        """Return the token ids of one document, (time,) int32."""
        return self.input_ids[self.offsets[index] : self.offsets[index + 1]]

    def document_weights(self, index: int) -> np.ndarray | None:
        """Return the TF-IDF weights of one document, (time,) float32, or None where the encoding has none."""
        return None if self.weights is None else self.weights[self.offsets[index] : self.offsets[index + 1]]

    def rows(self, split: str) -> np.ndarray:
        """Return the row numbers of one split, in the order of the file."""
        return np.flatnonzero(self.split == split)


def _ragged(rows: Sequence[Sequence], kind: pa.DataType, dtype: type) -> pa.ListArray:
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    if offsets[-1] > np.iinfo(np.int32).max:
        raise StudyError(f"an encoding of {offsets[-1]:,} tokens does not fit in one file: lower maximum_length.")
    flat = np.concatenate([np.asarray(row, dtype=dtype) for row in rows]) if rows else np.empty(0, dtype)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(flat, kind))


def write_encoding(
    path: Path | str,
    ids: Sequence[str],
    splits: Sequence[str],
    labels: Sequence[int],
    input_ids: Sequence[Sequence[int]],
    weights: Sequence[Sequence[float]] | None = None,
) -> None:
    """Write one row per document as an Arrow IPC file; `weights` has one value per token id where it is given.

    Raises:
        StudyError: a document holds no token id, or a column has another length than the rest.
    """
    lengths = [len(row) for row in input_ids]
    if not len(ids) == len(splits) == len(labels) == len(lengths):
        raise StudyError(f"{path} needs one id, split, label and list of token ids for every document.")
    if 0 in lengths:
        raise StudyError(f"document {ids[lengths.index(0)]!r} of {path} holds no token: give it one unknown token.")
    values = [list(ids), list(splits), np.asarray(labels, np.int32)]
    columns = [pa.array(value, kind) for value, kind in zip(values, list(_SCHEMA.values())[:3], strict=True)]
    columns += [_ragged(input_ids, pa.int32(), np.int32), pa.array(lengths, pa.int32())]
    schema = dict(_SCHEMA)
    if weights is not None:
        if [len(row) for row in weights] != lengths:
            raise StudyError(f"{path} needs one weight for every token id.")
        schema["weights"] = pa.list_(pa.float32())
        columns.append(_ragged(weights, pa.float32(), np.float32))
    table = pa.Table.from_arrays(columns, schema=pa.schema(list(schema.items())))
    with atomic_path(path) as temporary, pa.ipc.new_file(temporary, table.schema) as writer:
        writer.write_table(table)


def read_encoding(path: Path | str) -> Encoding:
    """Return the encoding in an Arrow IPC file; token ids and weights are read straight from the mapped file.

    Raises:
        StudyError: the file is missing, truncated, or not an encoding.
    """
    try:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except FileNotFoundError as error:
        raise StudyError(f"{path} is missing: rerun the step that makes it.") from error
    except (pa.ArrowInvalid, OSError) as error:
        raise StudyError(f"{path} is not a readable Arrow file ({error}): delete it and rerun.") from error
    found = {field.name: field.type for field in table.schema}
    if found not in (_SCHEMA, {**_SCHEMA, "weights": pa.list_(pa.float32())}):
        raise StudyError(f"{path} holds the columns {', '.join(found)}, not those of an encoding: delete it and rerun.")
    column = {name: table.column(name).combine_chunks() for name in found}
    return Encoding(
        ids=column["id"].to_numpy(zero_copy_only=False).astype(str),
        split=column["split"].to_numpy(zero_copy_only=False).astype(str),
        label=column["label"].to_numpy(),
        offsets=column["input_ids"].offsets.to_numpy().astype(np.int64),
        input_ids=column["input_ids"].values.to_numpy(),
        weights=column["weights"].values.to_numpy() if "weights" in column else None,
    )


def length_figures(lengths: Sequence[int]) -> dict[str, float]:
    """Return median, 90th and 95th percentile and maximum of document lengths in tokens."""
    median, p90, p95 = np.percentile(lengths, [50, 90, 95])
    return {"median": float(median), "p90": float(p90), "p95": float(p95), "maximum": int(np.max(lengths))}
