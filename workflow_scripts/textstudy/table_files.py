"""Which files of a folder hold tables of texts. Light: Snakemake asks for them each time it parses the workflow."""

from pathlib import Path

from textstudy.errors import StudyError

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def is_table(path: Path) -> bool:
    """Whether a file's name says that it holds a table, perhaps gzipped."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return bool(suffixes) and suffixes[-1] in FORMATS


def table_files(folder: Path) -> list[Path]:
    """Return the files with tables in a folder and in those below it, sorted.

    Raises:
        StudyError: Snakemake would take a part of a name for a wildcard.
    """
    files = sorted(path for path in folder.rglob("*") if is_table(path) and path.is_file())
    for file in files:
        if "{" in str(file):
            raise StudyError(f"{file} cannot be read, as braces are wildcards to Snakemake: rename the file or folder.")
    return files
