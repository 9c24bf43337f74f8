"""Which files of a folder hold tables of texts. Light: Snakemake asks for them each time it parses the workflow."""

from pathlib import Path

from textstudy.errors import StudyError

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def table_format(path: Path) -> str | None:
    """Return which of FORMATS the name of a file, perhaps gzipped, says that it has; None for another."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1] if suffixes and suffixes[-1] in FORMATS else None


def table_files(folder: Path) -> list[Path]:
    """Return the files with tables in a folder and in those below it, sorted.

    Raises:
        StudyError: Snakemake would take a part of a name for a wildcard.
    """
    files = sorted(path for path in folder.rglob("*") if table_format(path) and path.is_file())
    for file in files:
        if "{" in str(file):
            raise StudyError(f"{file} cannot be read, as braces are wildcards to Snakemake: rename the file or folder.")
    return files
