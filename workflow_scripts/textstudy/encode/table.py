"""The encoding of a preparation: the token ids of all documents, in one Arrow file that models read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from textstudy.errors import StudyError
from textstudy.ragged import Ragged
from textstudy.storage.files import atomic_path
from textstudy.storage.seal import KEY, PLAIN, UNSEALED, check_seal, seal

_SCHEMA = {
    "id": pa.string(),
    "split": pa.string(),
    "label": pa.int32(),
    "input_ids": pa.list_(pa.int32()),
    "length": pa.int32(),
}
_WEIGHTS = pa.list_(pa.float32())


@dataclass(frozen=True)
class Encoding:
    """Token ids of N documents, one after another: document `i` is `input_ids[offsets[i]:offsets[i + 1]]`."""

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

    def rows(self, split: str) -> np.ndarray:
        """Return the row numbers of one split, in the order of the file."""
        return np.flatnonzero(self.split == split)


def write_encoding(
    path: Path | str,
    ids: Sequence[str],
    splits: Sequence[str],
    labels: Sequence[int],
    input_ids: Ragged | Sequence[Sequence[int]],
    weights: Ragged | Sequence[Sequence[float]] | None = None,
) -> None:
    """Write an Arrow IPC file with one row per document; `weights`, if given, have one value per token id.

    Raises:
        StudyError: a document has no token id.
    """
    input_ids = Ragged.of(input_ids, np.int32)
    lengths = input_ids.lengths
    if len(lengths) and not lengths.min():
        document = list(ids)[int(lengths.argmin())]
        raise StudyError(f"Document {document!r} has no token in {path}: set `clean.minimum_characters` to 1 or more.")
    columns = {name: pa.array(column, _SCHEMA[name]) for name, column in (("id", ids), ("split", splits))}
    columns |= {"label": pa.array(np.asarray(labels, np.int32)), "input_ids": _list_array(input_ids)}
    columns |= {"length": pa.array(lengths.astype(np.int32))}
    schema = dict(_SCHEMA)
    if weights is not None:
        columns["weights"], schema["weights"] = _list_array(Ragged.of(weights, np.float32)), _WEIGHTS
    table = pa.table(columns, pa.schema(schema))
    with atomic_path(path) as temporary:
        with pa.ipc.new_file(temporary, table.schema, metadata={KEY: UNSEALED}) as writer:
            writer.write_table(table)
        seal(temporary, PLAIN)


def _list_array(rows: Ragged) -> pa.ListArray:
    return pa.ListArray.from_arrays(rows.offsets.astype(np.int32), rows.values)


def read_encoding(path: Path | str) -> Encoding:
    """Return the encoding in an Arrow IPC file; token ids and weights stay on disk until they are used.

    Raises:
        StudyError: the file is missing or damaged.
    """
    check_seal(path, PLAIN)
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    column = {name: table.column(name).combine_chunks() for name in table.column_names}
    return Encoding(
        ids=column["id"].to_numpy(zero_copy_only=False).astype(str),
        split=column["split"].to_numpy(zero_copy_only=False).astype(str),
        label=column["label"].to_numpy(),
        offsets=column["input_ids"].offsets.to_numpy().astype(np.int64),
        input_ids=column["input_ids"].values.to_numpy(),
        weights=column["weights"].values.to_numpy() if "weights" in column else None,
    )


def truncation_summary(lengths: np.ndarray, maximum_length: int) -> dict[str, float]:
    """Return the share of documents that are cut after `maximum_length` tokens, and that of the tokens cut away."""
    cut = np.maximum(lengths - maximum_length, 0)
    return {"truncated_share": float(np.mean(cut > 0)), "cut_tokens_share": float(cut.sum() / max(1, lengths.sum()))}


def length_summary(lengths: Sequence[int]) -> dict[str, float]:
    """Return median, 90th and 95th percentile and maximum of document lengths in tokens."""
    median, p90, p95 = np.percentile(lengths, [50, 90, 95])
    return {"median": float(median), "p90": float(p90), "p95": float(p95), "maximum": int(np.max(lengths))}
