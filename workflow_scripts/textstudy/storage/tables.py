"""Schemas of the Parquet tables, checked whenever a table is written or read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.parquet
from pandas.api.types import is_datetime64_any_dtype, is_float_dtype
from pandera.errors import SchemaError, SchemaErrors

from textstudy.errors import StudyError
from textstudy.machine.memory import release_memory
from textstudy.storage.files import atomic_path
from textstudy.storage.seal import KEY, PLAIN, UNSEALED, check_seal, seal

SPLITS = ("train", "validation", "test")
HELD_OUT = SPLITS[1:]
_OFFICIAL = pa.Column(str, pa.Check.isin(["", *SPLITS]))
GROUP = "group_"  # prefix of the columns that say what documents share: group_author, group_thread
TIME = "time"
_IS_TIME = pa.Check(
    lambda column: is_datetime64_any_dtype(column.dtype) or is_float_dtype(column.dtype),
    error="is not a date or a number",
)
_BASE = {
    "id": pa.Column(str, unique=True),
    "text": pa.Column(str),
    "label": pa.Column(str),
    # Only where the corpus has them: what documents share ("" if unknown), and when they were written (a date or any
    # number that grows with time; missing if unknown).
    f"^{GROUP}": pa.Column(str, regex=True, required=False),
    TIME: pa.Column(None, _IS_TIME, nullable=True, required=False),
}

DOCUMENTS = pa.DataFrameSchema({**_BASE, "official_split": _OFFICIAL}, name="documents", strict=False)
CLEAN = pa.DataFrameSchema({**_BASE, "official_split": _OFFICIAL}, name="clean", strict=True)
UNIQUE = pa.DataFrameSchema(
    {**_BASE, "official_split": _OFFICIAL, "cluster": pa.Column(str)}, name="unique", strict=True
)
DUPLICATES = pa.DataFrameSchema(
    {
        "id": pa.Column(str, unique=True),
        "cluster": pa.Column(str),
        "match": pa.Column(str, pa.Check.isin(["kept", "exact", "words", "near", "conflict"])),
        "similarity": pa.Column("float64", pa.Check.in_range(0, 1)),
        **{name: pa.Column(str) for name in ("label", "kept_label", "official_split", "kept_split")},
    },
    name="duplicates",
    strict=True,
)
SPLIT = pa.DataFrameSchema(
    {**_BASE, "split": pa.Column(str, pa.Check.isin(SPLITS)), "cluster": pa.Column(str)}, name="split", strict=True
)
PREDICTIONS = pa.DataFrameSchema(
    {
        "id": pa.Column(str),
        "split": pa.Column(str, pa.Check.isin(SPLITS)),
        "label": pa.Column("int32"),
        "predicted": pa.Column("int32"),
        "probabilities": pa.Column(object),  # (classes,) float32 per document
    },
    name="predictions",
    strict=True,
)
_VERSION = {  # a perturbed version of a document, or with perturbation "none" the document itself
    "perturbation": pa.Column(str),
    "share": pa.Column("float64", pa.Check.in_range(0, 1)),
    "variant": pa.Column("int32"),
}
PERTURBED = pa.DataFrameSchema(
    {
        "id": pa.Column(str),
        "label": pa.Column(str),
        **_VERSION,
        "text": pa.Column(str),
        "words": pa.Column("int32"),  # of the original text
        "edits": pa.Column(object),  # list of {start, end, before, after} per version; offsets in the original text
    },
    name="perturbed",
    strict=True,
    unique=["id", *_VERSION],
)
ROBUSTNESS = pa.DataFrameSchema(
    {
        "id": pa.Column(str),
        "label": pa.Column("int32"),
        **_VERSION,
        "predicted": pa.Column("int32"),
        "probabilities": pa.Column(object),  # (classes,) float32 per version
        "tokens": pa.Column("int32"),
        "unknown": pa.Column("int32"),  # of these tokens
    },
    name="robustness",
    strict=True,
    unique=["id", *_VERSION],
)

ATTRIBUTIONS = pa.DataFrameSchema(
    {
        "id": pa.Column(str, unique=True),
        "target": pa.Column("int32"),  # the class whose score the attributions add up to
        "read": pa.Column("int32"),  # characters of the text that the model reads
        "attributions": pa.Column(object),  # float64 of each word and mark in these
    },
    name="attributions",
    strict=True,
)

_COMPARED = {"split": pa.Column(str, pa.Check.isin(HELD_OUT)), "metric": pa.Column(str)}
COMPARISON = pa.DataFrameSchema({**_COMPARED, "model": pa.Column(str), "mean": pa.Column("float64")}, name="comparison")
PAIRS = pa.DataFrameSchema(  # empty, without a column, where a study has one model
    {name: pa.Column(column.dtype, column.checks, required=False) for name, column in _COMPARED.items()}, name="pairs"
)


def predictions_table(ids: Sequence[str], split: str, labels: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    """Return the PREDICTIONS of a run for documents of one split.

    Args:
        labels: (documents,) the numbers of their classes.
        probabilities: (documents, classes).
    """
    return pd.DataFrame(
        {
            "id": pd.Series(ids, dtype=str),
            "split": split,
            "label": labels.astype("int32"),
            "predicted": probabilities.argmax(axis=1).astype("int32"),
            "probabilities": pd.Series(list(probabilities.astype("float32")), dtype=object),
        }
    ).astype({"split": str})


def group_kinds(frame: pd.DataFrame) -> list[str]:
    """Return the kinds of groups that a table of documents has, such as author and thread."""
    return sorted(column.removeprefix(GROUP) for column in frame if column.startswith(GROUP))


def context_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns with groups and time of a table of documents; none if its corpus has none."""
    return [f"{GROUP}{kind}" for kind in group_kinds(frame)] + [TIME] * (TIME in frame)


def read_groups(path: Path | str) -> pd.DataFrame:
    """Return the ids of a SPLIT table and the columns that say to which groups the documents belong.

    Raises:
        StudyError: as `read_table`.
    """
    check_seal(path, PLAIN)
    names = pyarrow.parquet.read_schema(path).names
    return read_table(path, SPLIT, ["id", *(name for name in names if name.startswith(GROUP))])


def _check(frame: pd.DataFrame, schema: pa.DataFrameSchema, path: Path | str) -> pd.DataFrame:
    try:
        return schema.validate(frame)
    except (SchemaError, SchemaErrors) as error:
        first_line = str(error).strip().splitlines()[0]
        raise StudyError(
            f"{path} is not a valid {schema.name} table ({first_line}): delete it and run the step that makes it again."
        ) from error


def _select(schema: pa.DataFrameSchema, columns: Sequence[str]) -> pa.DataFrameSchema:
    """Return the schema of these columns alone; groups are named by a pattern, which stays whole."""
    return schema.select_columns([name for name in schema.columns if name in columns or name == f"^{GROUP}"])


def write_table(frame: pd.DataFrame, path: Path | str, schema: pa.DataFrameSchema) -> None:
    """Check `frame` against `schema` and write it as Parquet with a checksum and without its index.

    Raises:
        StudyError: the frame does not satisfy the schema; or as `atomic_path`.
    """
    table = pyarrow.Table.from_pandas(_check(frame, schema, path), preserve_index=False)
    with atomic_path(path) as temporary:
        with pyarrow.parquet.ParquetWriter(temporary, table.schema) as writer:
            writer.write_table(table)
            writer.add_key_value_metadata({KEY: UNSEALED})
        seal(temporary, PLAIN)


def read_table(path: Path | str, schema: pa.DataFrameSchema, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a Parquet table that satisfies `schema`, or these of its columns.

    Raises:
        StudyError: the file is missing, damaged, or does not satisfy the schema.
    """
    check_seal(path, PLAIN)
    frame = pd.read_parquet(path, columns=columns)
    checked = _check(frame, _select(schema, columns) if columns else schema, path)
    release_memory()
    return checked
