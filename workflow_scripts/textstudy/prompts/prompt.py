"""The prompt of a run: the instruction, the labels, examples from the training documents, and a place for the text."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.storage.files import read_json, write_json

FILE = "prompt.json"


@dataclass(frozen=True)
class Prompt:
    """A prompt without the text that is asked about.

    Attributes:
        before: the prompt up to the text.
        after: the prompt from the text to the label, which the language model is to give.
        gap: white space before the label. It is no part of the prompt, because tokenizers join it with the label.
        labels: label texts, in the order of the classes.
        longest: characters of a text that are shown.
        examples: ids of the training documents that are shown, in their order.
        cut: how many of these are shown in part.
    """

    before: str
    after: str
    gap: str
    labels: Sequence[str]
    longest: int
    examples: Sequence[str] = ()
    cut: int = 0

    def fill(self, text: str) -> str:
        """Return the prompt that asks about a text."""
        return self.before + shorten(text, self.longest) + self.after

    def cuts(self, text: str) -> bool:
        """Return whether only the beginning of a text is shown."""
        return len(one_line(text)) > self.longest

    def write(self, folder: Path) -> None:
        """Write prompt.json into the folder of a run."""
        write_json(folder / FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "Prompt":
        """Return the prompt of a run.

        Raises:
            StudyError: the file is missing or damaged.
        """
        return cls(**read_json(folder / FILE))


def one_line(text: str) -> str:
    """Return a text on one line, so that no line of it looks like a line of the prompt."""
    return " ".join(text.split())


def shorten(text: str, characters: int) -> str:
    """Return the beginning of a text, on one line."""
    return one_line(text)[:characters].rstrip()


def draw_prompt(settings: Mapping[str, Any], train: pd.DataFrame, *, seed: int) -> tuple[Prompt, list[str]]:
    """Return the prompt with its examples, and the labels by index.

    Args:
        settings: instruction, document, label_texts, examples, example_characters and text_characters.
        train: the training documents: id, text, label.
        seed: of the choice and the order of the examples.

    Raises:
        StudyError: `label_texts` names no label of these documents, or two labels have the same text.
    """
    labels = sorted(train["label"].unique())
    texts = label_texts(settings["label_texts"], labels)
    drawn = draw_examples(train, settings["examples"], seed=seed)
    before, after = settings["document"].removesuffix("{label}").split("{text}")
    longest = settings["example_characters"]
    shown = [
        before + shorten(text, longest) + after + texts[label]
        for text, label in zip(drawn["text"], drawn["label"], strict=True)
    ]
    instruction = settings["instruction"].replace("{labels}", ", ".join(texts.values()))
    prompt = Prompt(
        before="\n\n".join([instruction, *shown, before]),
        after=after.rstrip(),
        gap=after[len(after.rstrip()) :],
        labels=list(texts.values()),
        longest=settings["text_characters"],
        examples=drawn["id"].tolist(),
        cut=sum(len(one_line(text)) > longest for text in drawn["text"]),
    )
    return prompt, labels


def label_texts(given: Mapping[str, str], labels: Sequence[str]) -> dict[str, str]:
    """Return label → its text in the prompt, for every label.

    Raises:
        StudyError: a text is given for a label that there is not, or two labels have the same text.
    """
    unknown = sorted(set(given) - set(labels))
    if unknown:
        raise StudyError(f"label_texts names {unknown[0]!r}, which is no label here: there are {', '.join(labels)}.")
    texts = {label: one_line(given.get(label, label)) for label in labels}
    first: dict[str, str] = {}
    for label, text in texts.items():
        if (other := first.setdefault(text.casefold(), label)) != label:
            raise StudyError(f"the labels {other!r} and {label!r} are both {text!r} in the prompt: set label_texts.")
    return texts


def draw_examples(train: pd.DataFrame, count: int, *, seed: int) -> pd.DataFrame:
    """Return `count` documents of each class, or all where there are fewer, in an order drawn over all classes."""
    generator = np.random.default_rng(seed)
    rows = [
        generator.permutation(np.flatnonzero(train["label"] == label))[:count]
        for label in sorted(train["label"].unique())
    ]
    return train.iloc[generator.permutation(np.concatenate(rows))]
