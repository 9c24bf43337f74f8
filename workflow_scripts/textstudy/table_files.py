"""Which files of a folder hold tables of texts. Light: Snakemake asks for them each time it parses the workflow."""

from pathlib import Path

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def is_table(path: Path) -> bool:
    """Whether a file's name says that it holds a table, perhaps gzipped."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return bool(suffixes) and suffixes[-1] in FORMATS


def table_files(folder: Path) -> list[Path]:
    """Return the files with tables in a folder and in those below it, sorted."""
    return sorted(path for path in folder.rglob("*") if is_table(path) and path.is_file())
