"""The `wordpieces` encoding: subword ids from the tokenizer of a pretrained encoder, with special tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.encode.encoders import load_configuration, load_tokenizer, position_limit, vocabulary_sha256
from textstudy.encode.table import length_summary, truncation_summary, write_encoding
from textstudy.encode.windows import Windows
from textstudy.errors import StudyError
from textstudy.storage.files import read_json, write_json

_BATCH = 1000  # documents per call; the tokenizer distributes them over the cores


@dataclass(frozen=True)
class WordpieceEncoder:
    """Turns texts into subword ids; new texts are encoded exactly like the documents of the encoding."""

    tokenizer: Any  # a fast tokenizer of transformers
    windows: Windows

    def __post_init__(self) -> None:
        self.windows.limit(self.tokenizer.backend_tokenizer)

    @property
    def special(self) -> int:
        """How many special tokens frame a text."""
        return self.tokenizer.backend_tokenizer.num_special_tokens_to_add(False)

    @property
    def maximum_length(self) -> int:
        """The tokens of the longest text that is read as a whole."""
        return self.windows.tokens(self.special)

    @classmethod
    def load(cls, folder: Path | str, encoder_folder: Path | str) -> "WordpieceEncoder":
        """Return the encoder that made the encoding in `folder`; its tokenizer is in `encoder_folder`.

        Raises:
            StudyError: the tokenizer does not have the vocabulary of the encoding.
        """
        description = read_json(Path(folder) / "encoding.json")
        tokenizer = load_tokenizer(encoder_folder)
        if vocabulary_sha256(tokenizer) != description["vocabulary_sha256"]:
            raise StudyError(
                f"{folder} was not encoded with the tokenizer of {encoder_folder}: delete it and encode it again."
            )
        return cls(tokenizer, Windows.of(description))

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return for each text its subword ids with special tokens, (time,) int32: its windows, one after the other."""
        return self.encode_and_measure(texts)[0]

    def encode_and_measure(self, texts: Sequence[str]) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the ids of `encode`, and each text's length before truncation with special tokens, (N,) int64."""
        backend, input_ids, lengths = self.tokenizer.backend_tokenizer, [], []
        again = self.special + self.windows.overlap  # tokens of a window that the text does not have once more
        texts = list(texts)
        no_bar = len(texts) <= _BATCH or None
        with tqdm(total=len(texts), desc="tokenize", unit=" documents", disable=no_bar) as progress:
            for start in range(0, len(texts), _BATCH):
                batch = backend.encode_batch_fast(texts[start : start + _BATCH])
                for found in batch:
                    input_ids.append(np.array(self.windows.ids(found), dtype=np.int32))
                    lengths.append(len(found.ids) + sum(len(window.ids) - again for window in found.overflowing))
                progress.update(len(batch))
        return input_ids, np.array(lengths, dtype=np.int64)


def encode_wordpieces(
    split_frame: pd.DataFrame,
    encoder_folder: Path | str,
    settings: Mapping[str, Any],
    folder: Path | str,
    copies: pd.DataFrame | None = None,
) -> None:
    """Write encoding.arrow and encoding.json to `folder`.

    Args:
        split_frame: a SPLIT table.
        encoder_folder: the folder of the encoder.
        settings: `maximum_length`, and `windows`, where documents are read in several of them.
        folder: the folder to write to.
        copies: perturbed training documents (id, text, label, split); they follow the documents in encoding.arrow and
            are not counted in encoding.json.

    Raises:
        StudyError: the encoder has fewer positions than `maximum_length`, or no fast tokenizer.
    """
    folder, size = Path(folder), settings["maximum_length"]
    tokenizer = load_tokenizer(encoder_folder)
    limit = position_limit(load_configuration(encoder_folder))
    if limit is not None and size > limit:
        raise StudyError(
            f"The setting `maximum_length` is {size}, but the encoder in {encoder_folder} has only {limit} "
            f"positions: set it to {limit} or less."
        )
    windows = Windows(size, **(settings.get("windows") or {}))
    encoder = WordpieceEncoder(tokenizer, windows)
    input_ids, lengths = encoder.encode_and_measure(split_frame["text"])

    splits = split_frame["split"].to_numpy(dtype=str)
    labels, rows, encoded = sorted(split_frame["label"].unique()), split_frame, input_ids
    if copies is not None:
        rows, encoded = pd.concat([split_frame, copies]), [*input_ids, *encoder.encode(copies["text"])]
    label_numbers = [labels.index(label) for label in rows["label"]]
    write_encoding(folder / "encoding.arrow", rows["id"], rows["split"], label_numbers, encoded)
    description = {
        "tokenizer": "wordpieces",
        "labels": labels,
        "vocabulary_size": len(tokenizer),
        "vocabulary_sha256": vocabulary_sha256(tokenizer),
        "pad_id": tokenizer.pad_token_id,
        "unknown_id": tokenizer.unk_token_id,
        "maximum_length": encoder.maximum_length,
        "coverage": _coverage(input_ids, splits, encoder),
        **truncation_summary(lengths, encoder.maximum_length),
        "tokens": sum(map(len, input_ids)),
        "lengths": length_summary(lengths),
    }
    if settings.get("windows"):
        description["windows"] = asdict(windows)
    write_json(folder / "encoding.json", description)


def _coverage(
    input_ids: Sequence[np.ndarray], splits: np.ndarray, encoder: WordpieceEncoder
) -> dict[str, dict[str, Any]]:
    """Return for each split the share of subwords that are not the unknown token; None for the share of types."""
    tokenizer, size = encoder.tokenizer, encoder.windows.size
    coverage = {}
    for name in np.unique(splits):
        rows = [ids for ids, split in zip(input_ids, splits, strict=True) if split == name]
        running = sum(len(ids) - encoder.special * -(-len(ids) // size) for ids in rows)
        unknown = sum(int((ids == tokenizer.unk_token_id).sum()) for ids in rows) if tokenizer.unk_token else 0
        share = 1 - unknown / running if running else 0.0
        coverage[str(name)] = {"types": None, "tokens": share, "running": running, "unknown": unknown}
    return coverage
