"""The files of a folder that hold tables of texts. Imports little, because Snakemake uses it to parse the workflow."""

from pathlib import Path

from textstudy.errors import StudyError

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def table_format(path: Path) -> str | None:
    """Return the one of FORMATS that the name of a file ends with, before any .gz, or None."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1] if suffixes and suffixes[-1] in FORMATS else None


def table_files(folder: Path) -> list[Path]:
    """Return the files with tables in a folder and its subfolders, sorted.

    Raises:
        StudyError: a name has braces, which Snakemake would take for a wildcard.
    """
    files = sorted(path for path in folder.rglob("*") if table_format(path) and path.is_file())
    for file in files:
        if "{" in str(file):
            raise StudyError(
                f"{file} cannot be read, because braces are wildcards to Snakemake: rename the file or folder."
            )
    return files
