"""Perturbed copies follow the training documents and change nothing else of an encoding."""

import numpy as np
import pandas as pd

from textstudy.encode.copies import perturbed_copies
from textstudy.encode.table import read_encoding
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.encode.words import encode_words
from textstudy.storage.files import read_json, read_tensors

AUGMENTATION = {"kinds": ["deletion", "qwerty"], "share": 0.5, "copies": 2}
WORDS = {"vocabulary_size": None, "minimum_count": 1, "maximum_length": 8, "lowercase": True}


def copies_of(frame: pd.DataFrame) -> pd.DataFrame:
    return perturbed_copies(frame, "corpus", AUGMENTATION)


def test_only_training_documents_are_copied_and_each_as_often_as_asked(frame):
    assert perturbed_copies(frame, "corpus", None) is None
    copies, train = copies_of(frame), frame[frame["split"] == "train"]
    assert len(copies) == 2 * len(train) and set(copies["split"]) == {"train"}
    assert copies["id"].is_unique and not set(copies["id"]) & set(frame["id"])
    originals = copies["id"].str.rsplit("~", n=1).str[0]
    labels = train.set_index("id")["label"]
    assert (labels.loc[originals].to_numpy() == copies["label"].to_numpy()).all()
    texts = train.set_index("id")["text"].loc[originals].to_numpy()
    assert (texts != copies["text"].to_numpy()).any()
    shuffled = copies_of(frame.sample(frac=1, random_state=3))
    by_id = [table.set_index("id")["text"].to_dict() for table in (copies, shuffled)]
    assert by_id[0] == by_id[1], "a copy depends on its document alone"


def same_but_for_copies(frame: pd.DataFrame, plain, augmented) -> None:
    before, after = (read_encoding(folder / "encoding.arrow") for folder in (plain, augmented))
    assert len(after) == len(before) + len(copies_of(frame))
    assert all(np.array_equal(before.document(row), after.document(row)) for row in range(len(before)))
    assert len(after.rows("train")) == 3 * len(before.rows("train"))
    for part in ("validation", "test"):
        assert np.array_equal(before.rows(part), after.rows(part))
    one, other = (read_json(folder / "encoding.json") for folder in (plain, augmented))
    assert one == other, "figures are of the documents"


def test_words_keep_their_vocabulary_and_weights(frame, tmp_path):
    encode_words(frame, WORDS, tmp_path / "plain")
    encode_words(frame, WORDS, tmp_path / "augmented", copies_of(frame))
    same_but_for_copies(frame, tmp_path / "plain", tmp_path / "augmented")
    assert read_json(tmp_path / "plain/vocabulary.json") == read_json(tmp_path / "augmented/vocabulary.json")
    weights = [read_tensors(tmp_path / name / "idf.safetensors") for name in ("plain", "augmented")]
    assert all(np.array_equal(weights[0][key], weights[1][key]) for key in weights[0])


def test_subwords_too(encoder_of, frame, tmp_path):
    settings = {"maximum_length": 16}
    encode_wordpieces(frame, encoder_of("bert"), settings, tmp_path / "plain")
    encode_wordpieces(frame, encoder_of("bert"), settings, tmp_path / "augmented", copies_of(frame))
    same_but_for_copies(frame, tmp_path / "plain", tmp_path / "augmented")
