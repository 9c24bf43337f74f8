"""Which texts a model reads only the beginning of."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from textstudy.runs import Run, RunFiles, read_run
from textstudy.storage.files import read_json
from textstudy.use.usage import Usage, read_usage

FindFull = Callable[[Sequence[str]], np.ndarray]


def load_limits(usage: Usage, run: Run) -> FindFull:
    """Return a function from clean texts to whether each fills what the model, or a member of it, reads, (texts,) bool.

    That is the largest number of words that cleaning leaves, or more tokens than an encoding has room for.
    """
    most = usage.clean["maximum_words"]

    @cache  # a second tokenizer, which only some ask for
    def members() -> list[FindFull]:
        found = [read_usage(folder) for folder in usage.members.values()]
        runs = [read_run(RunFiles.from_inputs(each.folder, each.files)) for each in found] or [run]
        return [_load_measure(each) for each in runs if each.files.encoding_folder and _cuts(each)]

    def find_full(texts: Sequence[str]) -> np.ndarray:
        full = np.array([most is not None and len(text.split()) >= most for text in texts])
        return np.any([full, *(exceed(texts) for exceed in members())], axis=0)

    return find_full


def _cuts(run: Run) -> bool:
    return read_json(run.files.encoding_folder / "encoding.json")["maximum_length"] is not None


def _load_measure(run: Run) -> FindFull:
    folder = run.files.encoding_folder
    if read_json(folder / "encoding.json")["tokenizer"] == "words":
        words: Any = import_module("textstudy.encode.word_encoder").WordEncoder.load(folder)
        return lambda texts: words.look_up(texts).lengths > words.maximum_length
    if run.files.encoder_folder is None:  # a graph with its tokenizer
        tokenizer, windows = import_module("textstudy.use.graph").load_tokenizer(folder)
        return lambda texts: np.array(
            [len(each.overflowing) >= windows.maximum for each in tokenizer.encode_batch_fast(list(texts))]
        )
    pieces = import_module("textstudy.encode.wordpieces").WordpieceEncoder.load(folder, run.files.encoder_folder)
    return lambda texts: pieces.encode_and_measure(texts)[1] > pieces.maximum_length
