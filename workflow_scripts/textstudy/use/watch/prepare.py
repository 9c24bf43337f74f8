"""Both sides of the comparison, prepared in the same way: the held-out documents of a model, and new texts."""

import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.clean import clean
from textstudy.prepare.content_words import stop_words_of
from textstudy.prepare.deduplicate import deduplicate
from textstudy.storage.tables import SPLIT, read_table
from textstudy.use.usage import Usage
from textstudy.use.watch.texts import MOST, SEED


def read_held_out(usage: Usage) -> pd.DataFrame:
    """Return at most `MOST` held-out documents of a model, a SPLIT table.

    Raises:
        StudyError: the table of the prepared documents is not there, or has no such documents.
    """
    if usage.split is None or not usage.split.is_file():
        raise StudyError(
            f"the model {usage.model} is here without its held-out documents ({usage.split or 'split.parquet'}): "
            "compare where its study was made, or make the report again."
        )
    frame = read_table(usage.split, SPLIT)
    frame = frame[frame["split"].isin(usage.held_out)]
    if frame.empty:
        raise StudyError(f"{usage.split} has no {' or '.join(usage.held_out)} documents to compare with.")
    return frame.sample(min(MOST, len(frame)), random_state=SEED)


def prepare_new(new: pd.DataFrame, usage: Usage) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return new texts as the held-out documents were prepared, and how many each step took.

    They are cleaned, and of those that repeat each other, exactly or nearly, one stays.

    Args:
        new: the table of `NewTexts`.

    Returns:
        The table with clean texts, those as they were written in `raw`, and labels as the study names them.

    Raises:
        StudyError: no text is left.
    """
    stop_words = stop_words_of(usage.stop_words) if usage.stop_words else None
    ids = new["row"].astype(str).str.zfill(12)  # in the order of the rows
    documents = pd.DataFrame({"id": ids, "text": new["text"], "label": "", "official_split": ""}).astype(str)
    cleaned, _ = clean(documents, usage.clean, stop_words)
    kept = deduplicate(cleaned, usage.deduplicate)[0] if len(cleaned) else cleaned
    if kept.empty:
        raise StudyError(
            f"of {len(new):,} texts that can be read none is left to compare: after cleaning, a text "
            f"of this model needs at least {usage.clean['minimum_characters']} characters, and a word."
        )
    rows = new.set_axis(ids).loc[kept["id"]].reset_index(drop=True)
    labels = rows["label"].map(lambda label: usage.label_names.get(label, label))
    prepared = rows.assign(raw=rows["text"], text=kept["text"].to_numpy(), label=labels)
    return prepared, {"too_short": len(documents) - len(cleaned), "repeated": len(cleaned) - len(kept)}
