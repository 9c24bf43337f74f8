"""What a result was made with: each job that succeeds leaves a record of this in its log, as the last line.

Snakemake keeps the same in its hidden folder, which may be deleted, or left behind where results are copied. A record
is no part of an output: else new code would change each output, and make all that reads it run again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.files import sha256

MARK = "made with "


@dataclass(frozen=True)
class Record:
    """Digests of what a job had and what it left.

    Attributes:
        params: of the parameters of its rule, which are settings and digests of code.
        inputs: of the contents of each input, in order.
        outputs: the same of each output.
    """

    params: str
    inputs: list[str]
    outputs: list[str]

    def line(self) -> str:
        """Return the record as a line of a log."""
        return f"{MARK}{json.dumps(asdict(self))}\n"


def read_record(log: Path | str) -> Record | None:
    """Return the record in a log, or None where the job did not end, or was one of a version that left none."""
    try:
        last = Path(log).read_text(encoding="utf-8", errors="replace").rpartition(f"\n{MARK}")[2]
        return Record(**json.loads(last.removeprefix(MARK)))
    except (OSError, ValueError, TypeError):
        return None


def params_digest(params: Mapping[str, Any]) -> str:
    """Return a digest of the parameters of a rule, which are values that JSON knows."""
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


def content_digest(path: Path | str) -> str:
    """Return a digest of the contents of a file, or of a folder and the names in it.

    Raises:
        StudyError: something cannot be read.
    """
    path = Path(path)
    try:
        if not path.is_dir():
            return sha256(path)
        # Snakemake leaves a file with a time stamp in folders.
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.name != ".snakemake_timestamp")
        inside = [[str(file.relative_to(path)), sha256(file)] for file in files]
        return hashlib.sha256(json.dumps(inside).encode()).hexdigest()
    except OSError as error:
        raise StudyError(f"{error.filename} cannot be read ({error.strerror}): fix its permissions.") from error
