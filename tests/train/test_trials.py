"""Trials: trained on a part of the documents, asked about the held-out ones, nothing else kept."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from small_runs import WORDS, run_of
from textstudy.encode.words import encode_words
from textstudy.errors import StudyError
from textstudy.models.linear import load
from textstudy.runs import read_run
from textstudy.settings.models import AS_MODEL
from textstudy.storage.tables import PREDICTIONS, read_table, write_table
from textstudy.train.documents import Documents
from textstudy.train.linear import train_linear
from textstudy.train.trials import run_trial

LINEAR = AS_MODEL.validate_python({"architecture": "linear", "minimum_document_frequency": 1})
LSTM = AS_MODEL.validate_python(
    {
        "architecture": "recurrent", "embeddings": "random", "embedding_size": 8, "hidden_size": 8, "layers": 1,
        "training": {"epochs": 2, "batch_size": 4},
    }
)  # fmt: skip


@pytest.fixture
def split():
    """48 documents, of which 32 are for training, in two classes that their words tell apart."""
    rows = [
        {"id": f"d{n:02}", "text": f"{('cat purr', 'dog bark')[n % 2]} word{n % 7}", "label": "ab"[n % 2],
         "cluster": f"d{n:02}", "split": "train" if n < 32 else "validation" if n < 40 else "test"}
        for n in range(48)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def trial(model, split, folder, left_out, **files):
    run = replace(run_of(model, folder, **files), left_out=frozenset(left_out))
    return run_trial(run, split, parts=("validation", "test"), checkpoint_root=folder / "checkpoints")


def test_a_linear_model_learns_as_if_the_documents_left_out_were_not_there(split, tmp_path):
    out = [f"d{n:02}" for n in range(20)]
    predictions, record = trial(LINEAR, split, tmp_path / "trial", out)
    PREDICTIONS.validate(predictions)
    assert (record["documents"], record["of"], record["skipped"]) == (12, 32, None)
    assert record["training"]["parameters"]["total"] > 0

    alone = run_of(LINEAR, tmp_path / "alone")
    train_linear(alone, split[~split["id"].isin(out)])

    held_out = split[split["split"] == "test"]
    expected = load(read_run(alone.files).files.folder).predict_proba(held_out["text"].tolist())
    found = predictions[predictions["split"] == "test"]
    assert found["id"].tolist() == held_out["id"].tolist()
    np.testing.assert_array_equal(np.stack(found["probabilities"].to_list()), expected.astype(np.float32))


def test_a_network_learns_from_the_others_with_the_vocabulary_of_all(split, tmp_path):
    encode_words(split, WORDS, tmp_path / "encoding")
    some, _ = trial(LSTM, split, tmp_path / "some", ["d00", "d01", "d02"], encoding_folder=tmp_path / "encoding")
    every, record = trial(LSTM, split, tmp_path / "all", [], encoding_folder=tmp_path / "encoding")
    PREDICTIONS.validate(some)
    assert set(some["id"]) == set(split.loc[split["split"] != "train", "id"])
    labels = split.set_index("id")["label"].map({"a": 0, "b": 1})
    assert some["label"].tolist() == labels[some["id"]].tolist()
    assert record["documents"] == 32
    assert np.stack(some["probabilities"].to_list()).tolist() != np.stack(every["probabilities"].to_list()).tolist()


def test_without_a_document_of_some_class_nothing_is_trained(split, tmp_path):
    out = split.loc[(split["split"] == "train") & (split["label"] == "b"), "id"]
    predictions, record = trial(LINEAR, split, tmp_path / "trial", out)
    write_table(predictions, tmp_path / "none.parquet", PREDICTIONS)
    assert len(read_table(tmp_path / "none.parquet", PREDICTIONS)) == 0
    assert len(predictions) == 0 and record["skipped"] == "it has no document of b" and record["training"] is None
    assert not (tmp_path / "trial").exists()


def test_perturbed_copies_leave_with_their_document():
    names = np.array(["a", "b", "b~1", "a~1", "a~2"])
    documents = Documents(names, torch.arange(5), np.ones(5, np.int64), np.arange(5), torch.arange(5))
    assert documents.without({"a"}).ids.tolist() == ["b", "b~1"]
    assert documents.without(frozenset()) is documents


def test_settings_with_which_a_training_fails_are_a_result(split, tmp_path):
    encode_words(split, WORDS, tmp_path / "encoding")
    training = {"epochs": 2, "batch_size": 4, "learning_rate": 1e30, "gradient_clip": None}
    wild = AS_MODEL.validate_python(LSTM.model_dump() | {"training": training})
    predictions, record = trial(wild, split, tmp_path / "trial", [], encoding_folder=tmp_path / "encoding")
    assert predictions.empty and record["training"] is None
    assert "became NaN or infinite at step" in record["skipped"] and str(tmp_path) not in record["skipped"]
    with pytest.raises(StudyError, match="NaN"):  # of a learning curve, whose settings are those of the model
        trial(wild, split, tmp_path / "part", ["d00"], encoding_folder=tmp_path / "encoding")
