"""What of a text an encoder of subwords reads: its beginning, or all of it in windows.

The tokens of a document are its windows, one after the other: each with the special tokens that frame a text, and all
but the last of full size. So the windows of a document are its tokens, cut every so many.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Windows:
    """How a text is cut.

    Attributes:
        size: tokens of a window, special ones included.
        overlap: tokens that a window shares with the one before it.
        maximum: windows of a text; what comes after them is not read. A text that is read only once has one.
    """

    size: int
    overlap: int = 0
    maximum: int = 1

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> "Windows":
        """Return the windows of an encoding, from its encoding.json."""
        return cls(**(description.get("windows") or {"size": description["maximum_length"]}))

    def limit(self, backend: Any) -> None:
        """Make a tokenizer of the library `tokenizers` cut texts so."""
        backend.enable_truncation(self.size, stride=self.overlap)

    def read(self, found: Any) -> list[Any]:
        """Return the windows of a text, from what the tokenizer found in it."""
        return [found, *found.overflowing][: self.maximum]

    def ids(self, found: Any) -> list[int]:
        """Return the tokens of these windows, one after the other."""
        return [token for window in self.read(found) for token in window.ids]

    def tokens(self, special: int) -> int:
        """Return the tokens of the longest text that is read as a whole; `special` frame a text or a window."""
        return self.size + (self.maximum - 1) * (self.size - special - self.overlap)

    def lengths(self, stored: np.ndarray, longest: int) -> np.ndarray:
        """Return the tokens of documents that are read, those in two windows counted once, (documents,) int64.

        Args:
            stored: (documents,) all tokens of their windows.
            longest: tokens of the longest text that is read as a whole.
        """
        again = (self.size * self.maximum - longest) // max(1, self.maximum - 1)  # in each window but the first
        return stored - again * (-(-stored // self.size) - 1)

    def offsets(self, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where windows begin among tokens, and where documents begin among windows.

        Args:
            offsets: (documents + 1,) where documents begin among tokens, and where the last one ends.

        Returns:
            (windows + 1,) and (documents + 1,) int64, with the ends in the same way.
        """
        counts = -(-np.diff(offsets) // self.size)
        documents = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        number = np.arange(documents[-1]) - np.repeat(documents[:-1], counts)  # of each window in its document
        return np.append(np.repeat(offsets[:-1], counts) + number * self.size, offsets[-1]), documents
