"""Which split a row, a file or a folder belongs to, by the words that people use for splits."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from textstudy.errors import StudyError

SPLITS = {
    "": "", "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "test": "test", "testing": "test",
}  # fmt: skip

_SHOWN = 5
_UNCLEAR = re.compile(r"(?<![a-z])(eval|evaluation|h[eo]ld[-_ ]?out|unseen)(?![a-z])")  # test, or validation?


def split_words(name: str) -> set[str]:
    """Return the splits that the words of a file or folder name tell: of "imdb_train-00.csv" train."""
    words = re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", " ", name).lower())
    return {SPLITS[word] for word in words if word in SPLITS}


def splits_of_files(names: Sequence[str], folder: Path) -> list[str]:
    """Return the split that the name of each file or of a folder above it tells; "" for all where none or one is told.

    Args:
        names: paths below `folder`, with "/". Folders that all of them share tell nothing.
        folder: where they are, for error messages.

    Raises:
        StudyError: some names tell a split and others do not, or a name tells two.
    """
    parts = [PurePosixPath(name).parts for name in names]
    shared = 0
    while len({path[: shared + 1] for path in parts}) == 1 and all(len(path) > shared + 1 for path in parts):
        shared += 1
    told = [set().union(*map(split_words, path[shared:])) for path in parts]
    for name, splits in zip(names, told, strict=True):
        if len(splits) > 1:
            raise StudyError(
                f"The name {name!r} in {folder} tells two splits, {' and '.join(sorted(splits))}: rename the file or "
                "folder, or name a column with the setting `split`."
            )
    silent = [name for name, splits in zip(names, told, strict=True) if not splits]
    clear = [name for name, splits in zip(names, told, strict=True) if splits]
    unclear = [name for name in silent if _UNCLEAR.search(name.lower())] if len(names) > 1 else []
    if silent and (clear or unclear):
        told_by_others = f", although {_few(clear)} {'do' if len(clear) > 1 else 'does'}" if clear else ""
        named = silent if clear else unclear
        raise StudyError(
            f"{_few(named)} in {folder} {'do' if len(named) > 1 else 'does'} not tell train, "
            f"validation or test{told_by_others}: put one of these words into each name or the name of its folder, "
            "move files that do not belong to the corpus out of it, or name a column with the setting `split`."
        )
    if len(set().union(*told)) < 2:  # one split divides nothing
        return [""] * len(names)
    return [splits.pop() for splits in told]


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more
