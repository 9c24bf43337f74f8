"""Rows that a quoted cell may have swallowed, because it begins with a quotation mark that is text."""

from collections.abc import Iterator

from textstudy.corpora.rows import Batch


def swallowed_labels(batch: Batch, label: str) -> Iterator[tuple[int, str]]:
    """Yield the place of a row in the batch and what would be the label of each line inside it that looks like a row.

    Such a line is neither the first nor the last of its cell and has as many cells as there are columns. Whether what
    it has in place of a label is one, only the other rows tell.
    """
    width, place = len(batch.names), list(batch.names).index(label)
    ends = (*batch.lines[1:], batch.lines[-1] + 2)
    for row, (begin, end) in enumerate(zip(batch.lines, ends, strict=True)):
        if end - begin < 2:
            continue
        for cells in batch.columns.values():
            for line in cells[row].split("\n")[1:-1]:
                found = line.rstrip("\r").split(batch.separator)
                if len(found) == width:
                    yield row, found[place]
