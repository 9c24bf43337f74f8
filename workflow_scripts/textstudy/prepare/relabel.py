"""Labels that a person corrected, read from a file and put in place of those of the corpus.

They are put in after the split, so that the same documents stay in training, validation and test.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.ledger import count_documents, entry
from textstudy.storage.spreadsheet import read_rows
from textstudy.storage.tables import SPLITS

DROP = "DROP"  # instead of a label: the document is taken out
COLUMNS = ("id", "new_label")
_MANGLED = "spreadsheets change ids that look like numbers or dates"


def read_corrections(path: Path | str, identifiers: Collection[str], labels: Collection[str]) -> dict[str, str]:
    """Return id → label, or DROP, of each row of a file whose `new_label` is filled in.

    Args:
        identifiers: ids of the documents of the corpus.
        labels: the classes of the corpus.

    Raises:
        StudyError: the file cannot be read, an id is unknown or stands twice, or a label is no class.
    """
    if DROP in labels:
        raise StudyError(f"A class is called {DROP}, which in {path} means to leave a document out: rename the class.")
    rows, known, lines = read_rows(path, COLUMNS), set(identifiers), {}
    corrections: dict[str, str] = {}
    for line, (name, label) in rows:
        if name not in known:
            raise StudyError(
                f"{path}, line {line}: the corpus has no document {name!r}: correct the id ({_MANGLED}) or remove the "
                "row."
            )
        if name in lines:
            raise StudyError(f"{path}: document {name!r} stands twice, in lines {lines[name]} and {line}: remove one.")
        lines[name] = line
        label = label if label in labels else label.strip()
        if label and label != DROP and label not in labels:
            raise StudyError(
                f"{path}, line {line}: {label!r} is no class of the corpus: write {', '.join(sorted(labels))}, or "
                f"{DROP} to leave the document out."
            )
        if label:
            corrections[name] = label
    return corrections


def relabel(
    split: pd.DataFrame, corrections: Mapping[str, str], file: str
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the SPLIT table with the corrected labels, without the documents to drop, and the lines of the ledger.

    Args:
        split: the SPLIT table.
        corrections: id → label or DROP. Those of documents that an earlier step has dropped change nothing; the ledger
            counts them.
        file: what to call the file in the ledger.
    """
    wanted = split["id"].map(corrections)
    dropped = (wanted == DROP).to_numpy()
    corrected = (wanted.notna() & ~dropped & (wanted != split["label"])).to_numpy()
    before = count_documents(split, "split")
    changed = split.assign(label=split["label"].where(~corrected, wanted))
    after = count_documents(changed, "split")
    counts = ", ".join(f"{int((corrected & (split['split'] == part)).sum()):,} of {part}" for part in SPLITS)
    gone = len(corrections) - int(wanted.notna().sum())
    rest = f"; {gone:,} in {file} are of documents that earlier steps dropped" if gone else ""
    reason = f"labels corrected by hand: {counts}{rest}"
    line = entry(step="relabel", reason=reason, setting="relabel", before=before, after=after)
    moved = {label: count for label, count in line["dropped_by_label"].items() if count > 0}
    lines = [line | {"dropped_by_label": moved, "changed": int(corrected.sum())}]
    kept = changed[~dropped].reset_index(drop=True)
    if dropped.any():
        left = count_documents(kept, "split")
        lines.append(entry(step="relabel", reason="taken out by hand", setting="relabel", before=after, after=left))
    return kept, lines
