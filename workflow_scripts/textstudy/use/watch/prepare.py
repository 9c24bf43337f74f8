"""Both sides of the comparison, prepared in the same way: the held-out documents of a model, and new texts."""

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.clean import clean
from textstudy.prepare.content_words import stop_words_of
from textstudy.prepare.deduplicate import deduplicate
from textstudy.storage.tables import SPLIT, read_table
from textstudy.use.usage import Usage
from textstudy.use.watch.texts import MOST, SEED, NewTexts


def read_held_out(usage: Usage) -> pd.DataFrame:
    """Return at most `MOST` held-out documents of the model: `text`, `label` and `split`.

    Raises:
        StudyError: the table of the prepared documents is not there, or has no such documents.
    """
    if usage.split is None or not usage.split.is_file():
        raise StudyError(
            f"the model {usage.model} comes without its held-out documents ({usage.split or 'split.parquet'}): compare "
            "where the study was made, or make its report again."
        )
    frame = read_table(usage.split, SPLIT, ["text", "label", "split"])
    frame = frame[frame["split"].isin(usage.held_out)]
    if frame.empty:
        raise StudyError(f"{usage.split} has no {' or '.join(usage.held_out)} documents to compare with.")
    return frame.sample(min(MOST, len(frame)), random_state=SEED).reset_index(drop=True)


def prepare_new(new: NewTexts, usage: Usage) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return new texts cleaned and without duplicates, as the old ones were, and how many each step took.

    Columns are `row`, `raw`, `text` and `label`, which is "" where there is none.

    Raises:
        StudyError: no text is left.
    """
    labels = np.full(len(new.texts), "") if new.labels is None else new.labels
    frame = pd.DataFrame(
        {"id": [f"{row:012}" for row in new.rows], "text": new.texts, "label": "", "official_split": ""}
    )
    frame = frame.astype({name: str for name in frame})
    frame = frame.assign(row=new.rows, raw=frame["text"], given=labels)
    cleaned = _clean(frame, usage)
    kept = deduplicate(cleaned, usage.deduplicate)[0] if len(cleaned) else cleaned
    if kept.empty:
        raise StudyError(
            f"of {len(frame):,} new texts none is left to compare: after cleaning, a text of this model needs at least "
            f"{usage.clean['minimum_characters']} characters, and a word."
        )
    rows = frame.set_index("id").loc[kept["id"]]
    found = pd.DataFrame({"row": rows["row"].to_numpy(), "raw": rows["raw"].to_numpy(), "text": kept["text"].to_numpy(),
                          "label": rows["given"].to_numpy()})  # fmt: skip
    return found, {"too_short": len(frame) - len(cleaned), "repeated": len(cleaned) - len(kept)}


def _clean(frame: pd.DataFrame, usage: Usage) -> pd.DataFrame:
    stop_words = stop_words_of(usage.stop_words) if usage.stop_words else None
    return clean(frame[["id", "text", "label", "official_split"]], usage.clean, stop_words)[0]
