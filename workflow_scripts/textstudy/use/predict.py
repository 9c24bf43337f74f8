"""`textstudy predict`: a label and a probability for each row of any number of texts."""

import itertools
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.evaluate.promises import USUAL_ERROR
from textstudy.storage.files import sha256
from textstudy.storage.table_files import fingerprint
from textstudy.use.classifier import TextClassifier
from textstudy.use.inputs import read_rows
from textstudy.use.load import load
from textstudy.use.outputs import Answer, printed, unfinished
from textstudy.use.rows import Row

BATCH = 1000  # rows that are predicted together, always the same ones: a network's last bits depend on them


def predict_texts(
    path: Path,
    source: str,
    *,
    model: str | None = None,
    output: Path | None = None,
    text: str | None = None,
    below: float | None = None,
) -> bool:
    """Write what a model says of each text, and say on standard error how many there were.

    Args:
        path, model: of the model, as for `load`.
        source: a table or a folder, or - for standard input.
        output: a file; None for CSV on standard output.
        text: the column of the texts, where it is not that of the study.
        below: probability below which an answer is unsure.

    Returns:
        Whether anything could be predicted.

    Raises:
        StudyError: the model, the texts or the output cannot be used.
    """
    classifier = load(path, model=model)
    place = sys.stdin.buffer if source == "-" else Path(source)
    if output and output.resolve().is_relative_to(Path(source).resolve()):
        raise StudyError(f"{output} is the input or lies in it: name another file with --out.")
    if below is None and classifier.threshold is not None:
        _tell(_explain_threshold(classifier))
    job = None if source == "-" else _job(classifier, Path(source), text, below)
    with unfinished(output, job, _tell) if output else printed() as answers:
        counts = Counter(answers.counts)
        rows = read_rows(place, {**classifier.columns, "option": text}, _tell)
        batches = iter(lambda: list(itertools.islice(rows, BATCH)), [])
        with tqdm(desc="predict", unit=" rows", initial=counts["rows"], disable=None) as progress:
            for batch in itertools.islice(batches, answers.batches, None):
                answers.add(answer(classifier, batch, below, counts), counts)
                progress.update(len(batch))
    _tell(summary(counts))
    return counts["predicted"] > 0


def _explain_threshold(classifier: TextClassifier) -> str:
    if classifier.threshold > 1:
        return (
            f"The validation documents do not show that any answers of {classifier.name} have at most "
            f"{USUAL_ERROR:.0%} errors, so all are marked as unsure: name another probability with --below."
        )
    return (
        f"Answers of a probability below {classifier.threshold:.3f} are marked as unsure, so that the others have at "
        f"most {USUAL_ERROR:.0%} errors; --below names another probability."
    )


def _tell(sentence: str) -> None:
    tqdm.write(sentence, file=sys.stderr)


def _job(classifier: TextClassifier, source: Path, text: str | None, below: float | None) -> dict[str, Any] | None:
    """Return what decides the answers; None if that is not known."""
    if not classifier.digest or not (source.is_dir() or source.is_file()):
        return None
    read = fingerprint(source) if source.is_dir() else sha256(source)
    return {"input": read, "model": classifier.digest, "text": text, "below": below}


def answer(classifier: TextClassifier, rows: Sequence[Row], below: float | None, counts: Counter[str]) -> list[Answer]:
    """Return an answer for each row; `counts` grows by what there was to count."""
    cleaned = iter(classifier.clean(row.text for row in rows if row.text is not None))
    texts = [None if row.text is None else next(cleaned) for row in rows]
    asked = [text for text in texts if text]
    probabilities = classifier.predict_proba(asked, clean=False)
    best = probabilities.argmax(axis=1)
    highest = probabilities[np.arange(len(asked)), best]
    predicted = zip(classifier.classes_[best].tolist(), highest, is_unsure(classifier, highest, below), strict=True)
    answers = [
        _predicted(row.id, *next(predicted)) if text else Answer(row.id, None, None, None, _note(row))
        for row, text in zip(rows, texts, strict=True)
    ]
    counts.update(
        rows=len(rows),
        predicted=len(asked),
        unreadable=sum(row.text is None for row in rows),
        empty=sum(text == "" for text in texts),
        unsure=sum(bool(each.unsure) for each in answers),
        full=int(classifier.fill(asked).sum()),
    )
    return answers


def is_unsure(classifier: TextClassifier, probabilities: np.ndarray, below: float | None) -> list[bool | None]:
    """Return whether each answer with these probabilities (texts,) is unsure; None where there is no threshold."""
    threshold = classifier.threshold if below is None else below
    if threshold is None:
        return [None] * len(probabilities)
    return (probabilities < threshold).tolist()


def _predicted(identifier: str, label: str, probability: np.float32, unsure: bool | None) -> Answer:
    return Answer(identifier, label, float(str(probability)), unsure, "")  # the shortest digits that mean this float32


def _note(row: Row) -> str:
    """Return why a row has no answer."""
    if row.text is None:
        return row.fault
    return "no text left after cleaning" if row.text.strip() else "no text"


def summary(counts: Mapping[str, int]) -> str:
    """Return what became of the rows, in one sentence."""
    parts = {
        "without text after cleaning": counts["empty"],
        "could not be read (their notes say why)": counts["unreadable"],
        "unsure": counts["unsure"],
        "as long as the model reads at most (it reads no further)": counts["full"],
    }
    told = [f"{number:,} {what}" for what, number in parts.items() if number]
    return f"{counts['rows']:,} rows: " + ", ".join([f"{counts['predicted']:,} predicted", *told]) + "."
