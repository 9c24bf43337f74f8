"""Whether an exported model still is the model: the same texts through both, before anything is written."""

from collections.abc import Sequence

import numpy as np

from textstudy.errors import StudyError
from textstudy.evaluate.efficiency import evenly
from textstudy.use.usage import Usage

LARGEST = 1e-4  # difference of a probability that float32 may make
AGREEMENT = 0.95  # share of documents that must keep their label in INT8
DOCUMENTS = 300
# What nobody expects in a text: nothing, words of the tokenizer itself, letters in two forms, no end.
STRANGE = ("", "?", "[CLS] [SEP] [PAD] </s> <pad> <unk>", "Café cafe\u0301 ﬁn 👩‍🚀 很好", "word " * 3000, "x" * 3000)


def held_out_texts(usage: Usage) -> list[str]:
    """Return clean test documents of the preparation of a run, evenly spaced; none where they are not there."""
    if usage.split is None or not usage.split.is_file():
        return []
    # Here, because processes whose memory is measured import this module.
    from textstudy.storage.tables import SPLIT, read_table

    table = read_table(usage.split, SPLIT)
    texts = table.loc[table["split"] == "test", "text"].tolist()
    return [texts[place] for place in evenly(len(texts), DOCUMENTS)]


def compare(expected: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return the `largest_difference` of two tables of probabilities, and the share of rows whose label `agrees`."""
    return {
        "largest_difference": float(np.abs(expected - found).max(initial=0.0)),
        "agreement": float(np.mean(expected.argmax(axis=1) == found.argmax(axis=1))) if len(expected) else 1.0,
    }


def demand_equal(name: str, pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Compare what torch and a graph make of the same documents.

    Raises:
        StudyError: a probability differs by more than LARGEST, or is no number.
    """
    worst = max((compare(*pair)["largest_difference"] for pair in pairs), key=lambda value: (np.isnan(value), value))
    if not worst <= LARGEST:
        raise StudyError(
            f"the exported {name} is another model: a probability differs by {worst:.2g} from what torch computes "
            f"({LARGEST} is allowed), so nothing was written: export it as native."
        )


def demand_agreement(name: str, agreement: float, documents: int) -> None:
    """Check the share of held-out documents that keep their label in INT8.

    Raises:
        StudyError: it is less than AGREEMENT.
    """
    if not agreement >= AGREEMENT:
        raise StudyError(
            f"in INT8, {name} gives only {agreement:.1%} of {documents} held-out documents "
            f"the label that it gave before ({AGREEMENT:.0%} are needed), so nothing was written: export it as onnx."
        )
