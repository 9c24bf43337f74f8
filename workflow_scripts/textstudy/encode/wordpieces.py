"""The `wordpieces` encoding: subword ids from the tokenizer of a pretrained encoder, with special tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.encode.encoders import load_configuration, load_tokenizer, position_limit, vocabulary_sha256
from textstudy.encode.table import length_summary, write_encoding
from textstudy.errors import StudyError
from textstudy.storage.files import read_json, write_json

_BATCH = 1000  # documents per call; the tokenizer distributes them over the cores


@dataclass(frozen=True)
class WordpieceEncoder:
    """Turns texts into subword ids; new texts are encoded exactly like the documents of the encoding."""

    tokenizer: Any  # a fast tokenizer of transformers
    maximum_length: int

    def __post_init__(self) -> None:
        self.tokenizer.backend_tokenizer.enable_truncation(self.maximum_length)

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
        return cls(tokenizer, description["maximum_length"])

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return for each text its subword ids with special tokens, (time,) int32; time is at most `maximum_length`."""
        return self.encode_and_measure(texts)[0]

    def encode_and_measure(self, texts: Sequence[str]) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the ids of `encode`, and each text's length before truncation with special tokens, (N,) int64."""
        backend, input_ids, lengths = self.tokenizer.backend_tokenizer, [], []
        special = backend.num_special_tokens_to_add(False)
        texts = list(texts)
        no_bar = len(texts) <= _BATCH or None
        with tqdm(total=len(texts), desc="tokenize", unit=" documents", disable=no_bar) as progress:
            for start in range(0, len(texts), _BATCH):
                batch = backend.encode_batch_fast(texts[start : start + _BATCH])
                input_ids += [np.array(encoding.ids, dtype=np.int32) for encoding in batch]
                cut = (sum(len(piece.ids) - special for piece in encoding.overflowing) for encoding in batch)
                lengths += [len(encoding.ids) + more for encoding, more in zip(batch, cut, strict=True)]
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
        settings: `maximum_length`.
        folder: the folder to write to.
        copies: perturbed training documents (id, text, label, split); they follow the documents in encoding.arrow and
            are not counted in encoding.json.

    Raises:
        StudyError: the encoder has fewer positions than `maximum_length`, or no fast tokenizer.
    """
    folder, maximum_length = Path(folder), settings["maximum_length"]
    tokenizer = load_tokenizer(encoder_folder)
    limit = position_limit(load_configuration(encoder_folder))
    if limit is not None and maximum_length > limit:
        raise StudyError(
            f"The setting `maximum_length` is {maximum_length}, but the encoder in {encoder_folder} has only {limit} "
            f"positions: set it to {limit} or less."
        )
    encoder = WordpieceEncoder(tokenizer, maximum_length)
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
        "maximum_length": maximum_length,
        "coverage": _coverage(input_ids, splits, tokenizer),
        "truncated_share": float(np.mean(lengths > maximum_length)),
        "tokens": sum(map(len, input_ids)),
        "lengths": length_summary(lengths),
    }
    write_json(folder / "encoding.json", description)


def _coverage(input_ids: Sequence[np.ndarray], splits: np.ndarray, tokenizer: Any) -> dict[str, dict[str, Any]]:
    """Return for each split the share of subwords that are not the unknown token; None for the share of types."""
    special = tokenizer.backend_tokenizer.num_special_tokens_to_add(False)
    coverage = {}
    for name in np.unique(splits):
        rows = [ids for ids, split in zip(input_ids, splits, strict=True) if split == name]
        running = sum(len(ids) - special for ids in rows)
        unknown = sum(int((ids == tokenizer.unk_token_id).sum()) for ids in rows) if tokenizer.unk_token else 0
        share = 1 - unknown / running if running else 0.0
        coverage[str(name)] = {"types": None, "tokens": share, "running": running, "unknown": unknown}
    return coverage
