"""The tables that a corpus is read from: a file, each table in a folder, or the splits of a data set of the hub."""

import gzip
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from textstudy.archives import bounded
from textstudy.corpora import rows
from textstudy.corpora.cells import replace_surrogates
from textstudy.corpora.faults import Faults
from textstudy.corpora.hub import hub_splits
from textstudy.corpora.rows import Batch
from textstudy.corpora.splits import splits_of_files
from textstudy.errors import StudyError
from textstudy.storage.table_files import FORMATS, table_files, table_format

_UNPACKED = 200_000_000  # bytes that any compressed file may unpack to, and a larger one to so many times its size
_RATIO = 100
_DAMAGE = (pa.ArrowException, EOFError, zlib.error, OSError)


class TableFile(NamedTuple):
    """A file or a split of a hub data set."""

    name: str  # for error messages
    id_prefix: str
    split: str  # the official split that its name gives, or ""
    batches: Callable[[Collection[str] | None, Faults], Iterator[Batch]]  # of the named columns, None for all
    no_label: str = "fill it in or remove the row"  # what to do about rows without a label


def file_tables(path: Path, settings: Mapping[str, Any]) -> tuple[list[TableFile], dict[str, str]]:
    """Return the file `path`, or each table in the folder `path`, and the files passed over → why.

    Args:
        settings: `split`, without which the names of files tell their splits, and `quoting` of `TableCorpus`.

    Raises:
        StudyError: there is none, or only some of their names tell a split.
    """
    if not path.exists():
        raise StudyError(f"The setting `path` is {path}, which does not exist: correct it; it starts at the checkout.")
    if path.is_file():
        return [TableFile(str(path), "", "", _file_reader(path, settings["quoting"]))], {}
    files, passed_over = table_files(path)
    if not files:
        raise StudyError(
            f"{path} holds no table: add files that end in {', '.join(FORMATS)}, or these with .gz; for a folder of "
            "text files for each class, set `kind: folders`."
        )
    names = [file.relative_to(path).as_posix() for file in files]
    for name in names:
        if replace_surrogates(name) != name:
            raise StudyError(f"The file name {name!r} in {path} is not in UTF-8: rename the file.")
    splits = [""] * len(names) if settings["split"] else splits_of_files(names, path)
    return [
        TableFile(str(file), f"{name}/", split, _file_reader(file, settings["quoting"]))
        for file, name, split in zip(files, names, splits, strict=True)
    ], passed_over


def _file_reader(path: Path, quoting: bool | None) -> Callable[[Collection[str] | None, Faults], Iterator[Batch]]:
    return lambda columns, faults: file_batches(path, columns, quoting, faults)


def file_batches(
    path: Path,
    columns: Collection[str] | None,
    quoting: bool | None,
    faults: Faults,
    *,
    through: Callable[[BinaryIO], BinaryIO] = lambda stream: stream,
) -> Iterator[Batch]:
    """Yield the rows of a file in batches.

    Args:
        columns: those to read; None for all.
        quoting: of `TableCorpus`.
        faults: takes the rows that cannot be read.
        through: returns what is read in place of the bytes of a text file.

    Raises:
        StudyError: the file is damaged, or of another kind than its name says.
    """
    file_format = table_format(path)
    if file_format is None:
        raise StudyError(f"{path} cannot be read: use a file that ends in {', '.join(FORMATS)}, or these with .gz.")
    most = max(_UNPACKED, _RATIO * path.stat().st_size)
    too_large = (
        f"{path} unpacks to more than {most / 1e6:,.0f} MB and {_RATIO} times its size: if that is right, store it "
        "uncompressed as .csv or .jsonl."
    )
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            if file_format == ".parquet":
                yield from _parquet_batches(stream, path, columns, most, too_large)
                return
            if path.suffix.lower() == ".gz":
                stream = bounded(stream, most, too_large)
            stream = through(stream)
            if file_format == ".jsonl":
                yield from rows.json_batches(stream, columns, faults)
            else:
                separator, quoted = ("\t", False) if file_format == ".tsv" else (",", True)
                quoted = quoted if quoting is None else quoting
                yield from rows.separated_batches(stream, path, separator, quoting=quoted, faults=faults)
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not in UTF-8 ({error}): convert it.") from error
    except _DAMAGE as error:
        raise StudyError(
            f"{path} is damaged or is not a {file_format} file ({str(error).strip()}): replace or rename it."
        ) from error


def _parquet_batches(
    stream: Any, path: Path, columns: Collection[str] | None, most: int, too_large: str
) -> Iterator[Batch]:
    file = ParquetFile(stream)
    names = file.schema_arrow.names
    rows.check_names(names, path)
    read = names if columns is None else [name for name in names if name in columns] or names[:1]
    for batch in file.iter_batches(rows.CHUNK, columns=read):
        most -= batch.nbytes
        if most < 0:
            raise StudyError(too_large)
        yield Batch(names, dict(zip(batch.schema.names, batch.columns, strict=True)), len(batch))


def hub_tables(settings: Mapping[str, Any], revision: str | None) -> tuple[list[TableFile], dict[str, str]]:
    """Return the splits of a hub data set, and those passed over → why."""
    splits, passed_over = hub_splits(settings, revision)
    tables = [
        TableFile(
            f"the split {each.name!r} of the hub data set {settings['hub']}",
            f"{each.name}/",
            each.split,
            lambda columns, _, each=each: each.batches(columns),
            f"if the whole split has none, leave it out with {each.without}",
        )
        for each in splits
    ]
    return tables, passed_over
