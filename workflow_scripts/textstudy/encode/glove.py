"""GloVe vectors for a vocabulary, streamed from the published archive or from a text file.

Pennington, Socher and Manning, 2014: "GloVe: Global Vectors for Word Representation". One line is a word and its
numbers, separated by single spaces.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from textstudy.errors import StudyError

_DIMENSION = re.compile(r"(?:^|\.)(\d+)d\.txt$")
_SPECIAL = 2  # ids 0 and 1 are padding and the unknown word; neither is looked up


def load_glove(
    source: Path | str,
    vocabulary: Sequence[str],
    dimension: int,
    *,
    counts: Sequence[int] | np.ndarray | None = None,
    seed: int = 0,
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the embedding matrix of `vocabulary`, (V, dimension) float32, and its coverage.

    `source` is a text file, a zip archive, or a folder that holds either. A word that GloVe has only in lower case
    takes that vector. A word that GloVe lacks, like the unknown word, is drawn from a seeded normal distribution with
    the standard deviation of the vectors found; padding is zero. `counts` are the occurrences of each id in the
    training split; with them the coverage has the share of running words (`tokens`) beside that of distinct ones
    (`types`).

    Raises:
        StudyError: no vectors of that dimension, a damaged line or archive, or not one word found.
    """
    wanted = {word.encode(): number for number, word in enumerate(vocabulary) if number >= _SPECIAL}
    fall_back: dict[bytes, list[int]] = {}
    for number, word in enumerate(vocabulary[_SPECIAL:], start=_SPECIAL):
        if word.lower() != word:
            fall_back.setdefault(word.lower().encode(), []).append(number)

    matrix = np.zeros((len(vocabulary), dimension), dtype=np.float32)
    exact, lowered = np.zeros(len(vocabulary), bool), np.zeros(len(vocabulary), bool)
    for word, vector in _vectors(Path(source), wanted.keys() | fall_back.keys(), dimension):
        if word in wanted:
            matrix[wanted[word]], exact[wanted[word]] = vector, True
        rows = [row for row in fall_back.get(word, ()) if not exact[row]]
        matrix[rows], lowered[rows] = vector, True
    lowered &= ~exact
    found = exact | lowered
    if not found.any():
        raise StudyError(
            f"{source} has a vector for none of the {len(vocabulary) - _SPECIAL:,} words: check tokenizer and language."
        )

    missing = ~found
    missing[0] = False
    spread = float(matrix[found].std(dtype=np.float64))
    matrix[missing] = np.random.default_rng(seed).normal(0.0, spread, (int(missing.sum()), dimension))
    return matrix, _coverage(found, lowered, counts, spread)


def _coverage(found: np.ndarray, lowered: np.ndarray, counts: Any, spread: float) -> dict[str, Any]:
    words = len(found) - _SPECIAL
    coverage = {
        "types": float(found.sum() / words),
        "words": words,
        "found": int(found.sum()),
        "lower_case_fallback": int(lowered.sum()),
        "standard_deviation": spread,
    }
    if counts is not None:
        counts = np.asarray(counts)
        coverage["tokens"] = float(counts[found].sum() / counts.sum())  # unknown words count as not covered
    return coverage


def _vectors(source: Path, words: set[bytes], dimension: int) -> Iterator[tuple[bytes, np.ndarray]]:
    """Yield the words asked for with their vectors, checking the number of fields of every line on the way."""
    with _opened(source, dimension) as (name, stream):
        for number, line in enumerate(stream, start=1):
            word, _, numbers = line.rstrip(b"\r\n").partition(b" ")
            if not word or numbers.count(b" ") != dimension - 1:
                raise _damaged(name, number, dimension)
            if word in words:
                try:
                    vector = np.array(numbers.split(b" "), dtype=np.float32)
                except ValueError as error:
                    raise _damaged(name, number, dimension) from error
                if not np.isfinite(vector).all():
                    raise _damaged(name, number, dimension)
                yield word, vector


def _damaged(name: str, number: int, dimension: int) -> StudyError:
    return StudyError(f"line {number} of {name} is not a word and {dimension} numbers: fetch the file again.")


@contextmanager
def _opened(source: Path, dimension: int) -> Iterator[tuple[str, IO[bytes]]]:
    """Open the text file of one dimension, wherever in `source` it is, as a stream of lines."""
    candidates = sorted(path for path in source.iterdir() if path.is_file()) if source.is_dir() else [source]
    if not source.exists() or not candidates:
        raise StudyError(f"{source} holds no GloVe vectors: fetch them, or name another source.")
    dimensions: set[int] = set()
    try:
        for path in candidates:
            if path.suffix == ".txt":
                found = _dimension_of(path.name) or (_fields(path) if path == source else None)
                if found == dimension:
                    with path.open("rb") as stream:
                        yield path.name, stream
                    return
                dimensions |= {found} - {None}
            elif path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    members = {_dimension_of(name): name for name in archive.namelist()}
                    if dimension in members:
                        with archive.open(members[dimension]) as stream:
                            yield f"{path.name}/{members[dimension]}", stream
                        return
                    dimensions |= members.keys() - {None}
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise StudyError(f"{source} is a damaged archive ({error}): fetch it again.") from error
    there = ", ".join(map(str, sorted(dimensions))) or "none"
    raise StudyError(f"{source} has no GloVe vectors of {dimension} dimensions: choose one of those it has ({there}).")


def _dimension_of(name: str) -> int | None:
    match = _DIMENSION.search(name)
    return int(match.group(1)) if match else None


def _fields(path: Path) -> int:
    with path.open("rb") as stream:
        return stream.readline().count(b" ")
