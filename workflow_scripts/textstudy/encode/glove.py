"""GloVe vectors for a vocabulary, read from the published archive (Pennington, Socher and Manning, EMNLP 2014).

A line is a word and its numbers, separated by single spaces.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from textstudy.archives import damage_told, find_members
from textstudy.errors import StudyError

ARCHIVE = "glove.6B.zip"

_DIMENSION = re.compile(r"\.([0-9]{1,4})d\.txt$")
_LARGEST = 2_000_000_000  # bytes of a file once unpacked; the largest published one has 1,040 million
_LONGEST = 20_000  # bytes of a line; the longest published ones have three thousand
_SPECIAL = 2  # ids 0 and 1 are padding and the unknown word, which have no vector in GloVe
_SEED = 0  # of the vectors of missing words


def load_glove(
    folder: Path, vocabulary: Sequence[str], dimension: int, counts: Sequence[int] | np.ndarray
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the embedding matrix of `vocabulary`, (V, dimension) float32, and its coverage.

    A word that GloVe has only in lower case gets the vector of the lower-case word. Words that GloVe does not have, and
    the unknown word, get random numbers from a normal distribution with the standard deviation of the vectors found.
    Padding is zero.

    Args:
        folder: the folder with the archive.
        vocabulary: words by id.
        dimension: of the vectors.
        counts: occurrences of each id in the training split, for the share of running words in the coverage (`tokens`)
            beside that of distinct words (`types`).

    Raises:
        StudyError: there are no vectors of this dimension, a line or the archive is damaged, or no word is found.
    """
    wanted = {word.encode(): number for number, word in enumerate(vocabulary) if number >= _SPECIAL}
    lower_case: dict[bytes, list[int]] = {}
    for number, word in enumerate(vocabulary[_SPECIAL:], start=_SPECIAL):
        if word.lower() != word:
            lower_case.setdefault(word.lower().encode(), []).append(number)

    matrix = np.zeros((len(vocabulary), dimension), dtype=np.float32)
    exact, lowered = np.zeros(len(vocabulary), bool), np.zeros(len(vocabulary), bool)
    for word, vector in _read_vectors(folder / ARCHIVE, wanted.keys() | lower_case.keys(), dimension):
        if word in wanted:
            matrix[wanted[word]], exact[wanted[word]] = vector, True
        rows = [row for row in lower_case.get(word, ()) if not exact[row]]
        matrix[rows], lowered[rows] = vector, True
    lowered &= ~exact
    found = exact | lowered
    if not found.any():
        raise StudyError(
            f"{folder / ARCHIVE} has none of the {len(vocabulary) - _SPECIAL:,} words of the vocabulary: its words are "
            "English, so set `embeddings` to random for texts in another language."
        )

    missing = ~found
    missing[0] = False
    spread = float(matrix[found].std(dtype=np.float64))
    matrix[missing] = np.random.default_rng(_SEED).normal(0.0, spread, (int(missing.sum()), dimension))
    words, counts = len(vocabulary) - _SPECIAL, np.asarray(counts)
    coverage = {
        "types": float(found.sum() / words),
        "words": words,
        "found": int(found.sum()),
        "lower_case_fallback": int(lowered.sum()),
        "standard_deviation": spread,
        "tokens": float(counts[found].sum() / counts.sum()),  # unknown words are not covered
    }
    return matrix, coverage


def _read_vectors(archive: Path, words: set[bytes], dimension: int) -> Iterator[tuple[bytes, np.ndarray]]:
    """Yield the words in `words` with their vectors; check the number of fields of every line."""
    with _open_vectors(archive, dimension) as lines:
        for number, line in enumerate(lines, start=1):
            word, _, numbers = line.rstrip(b"\r\n").partition(b" ")
            complete = word and numbers.count(b" ") == dimension - 1
            if complete and word not in words:
                continue
            try:
                vector = np.array(numbers.split(b" "), dtype=np.float32)
            except ValueError:
                complete = False
            if not complete or not np.isfinite(vector).all():
                raise StudyError(
                    f"Line {number} of the {dimension}-dimensional vectors in {archive} is not a word and {dimension} "
                    "numbers: fetch the resource glove.6B again."
                )
            yield word, vector


@contextmanager
def _open_vectors(archive: Path, dimension: int) -> Iterator[Iterator[bytes]]:
    """Open the file with the vectors of one dimension and yield its lines, each up to `_LONGEST`."""
    with damage_told(archive, "glove.6B"), zipfile.ZipFile(archive) as contents:
        members = find_members(contents, lambda name: _DIMENSION.search(name) is not None, _LARGEST)
        names = {int(_DIMENSION.search(member.filename)[1]): member for member in members}
        if dimension not in names:
            raise StudyError(
                f"{archive} has no GloVe vectors of {dimension} dimensions: set `embedding_size` to one of "
                f"{', '.join(map(str, sorted(names)))}."
            )
        with contents.open(names[dimension]) as stream:
            yield iter(partial(io.BufferedReader(stream, 1 << 20).readline, _LONGEST), b"")
