"""Answers that were paid for, on disk: what was asked once is not asked again, whatever becomes of the run.

A text is not in it: an answer is found by the digest of what was asked.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError

WAIT = 60.0  # seconds for another run that writes
_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID"


class AnswerCache:
    """Answers by key, in one SQLite file that several runs may use at once; in none, nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        """Keep the path; the file is made when there is something to write."""
        self.path = path

    def read(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return key → answer, for the keys that have one.

        Raises:
            StudyError: the file is damaged.
        """
        if self.path is None or not self.path.is_file():
            return {}
        with self._open() as connection:
            found = ((key, connection.execute("SELECT answer FROM answers WHERE key = ?", (key,))) for key in keys)
            return {key: json.loads(row[0]) for key, rows in found for row in rows}

    def write(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer for good.

        Raises:
            StudyError: the disk is full, or the file is damaged.
        """
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as connection, connection:
                connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, json.dumps(answer)))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT)) as connection:
                connection.execute(_TABLE)
                yield connection
        except sqlite3.Error as error:
            raise StudyError(
                f"The answers in {self.path} cannot be read or written ({error}): free some space, or move the file "
                "away to ask and pay again."
            ) from error


def cache_of(run: Path) -> AnswerCache:
    """Return the kept answers of a project for a run in results/models/…; they are among the checkpoints.

    A bundle has none: what leaves the project keeps no record of what it was asked.
    """
    models = run.resolve().parents[2]
    if models.name != "models":
        return AnswerCache(None)
    folder = os.environ.get("TEXTSTUDY_CHECKPOINTS") or models.with_name("checkpoints")  # the former within a workflow
    return AnswerCache(Path(folder) / "answers.sqlite")
