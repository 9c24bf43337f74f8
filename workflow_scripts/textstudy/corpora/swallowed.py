"""Rows that a quoted cell may have swallowed, because it begins with a quotation mark that is text."""

from collections.abc import Iterator

from textstudy.corpora.rows import Batch


def swallowed_labels(batch: Batch, label: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the place of each row in the batch with a cell of which all lines inside look like rows, and their labels.

    These lines, all but the first and the last, have as many cells as there are columns. One such line among others may
    be text. Whether what they have in place of a label is one, only the other rows tell.
    """
    width, place = len(batch.names), list(batch.names).index(label)
    ends = (*batch.lines[1:], batch.lines[-1] + 2)
    for row, (begin, end) in enumerate(zip(batch.lines, ends, strict=True)):
        if end - begin < 2:
            continue
        for cells in batch.columns.values():
            inside = [line.rstrip("\r").split(batch.separator) for line in cells[row].split("\n")[1:-1]]
            if inside and all(len(found) == width for found in inside):
                yield row, [found[place] for found in inside]
