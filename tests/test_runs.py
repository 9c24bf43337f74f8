"""A run on disk: read back as it was written, and its settings where they follow from other runs."""

import numpy as np
import pytest

from textstudy.errors import StudyError
from textstudy.machine.stopwatch import Lap
from textstudy.runs import Facts, Run, RunFiles, new_run, read_run, training_record, write_run
from textstudy.storage.files import read_json, read_tensors, write_json

FACTS = {"learner": "network", "uses_torch": True, "holds_encoder": False, "reads_states": False}
PARAMS = {"facts": FACTS, "code": "abc"}


def test_what_was_written_is_read_back(tmp_path):
    files = RunFiles(tmp_path / "run", encoding_folder=tmp_path)
    run = Run(files, {"dropout": 0.3}, Facts(**FACTS), seed=3, code="abc", labels=["a", "b"])
    record = training_record(
        parameters={"total": 4}, lap=Lap(1.5, 1.2, {}), load_average={"start": 0.5}, precision="bfloat16", chosen={}
    )
    write_run(run, training=record, weights={"w": np.ones(4)}, history=[{"epoch": 1}], data={"encoding": "123"})
    assert read_run(files) == run
    assert read_json(files.folder / "settings.json")["data"] == {"encoding": "123"}
    assert read_json(files.folder / "history.json") == [{"epoch": 1}]
    assert read_tensors(files.folder / "weights.safetensors")["w"].tolist() == [1, 1, 1, 1]
    training = read_json(files.folder / "training.json")
    assert (training["seconds"], training["precision"], training["best_epoch"]) == (1.5, "bfloat16", None)


def test_a_run_of_an_earlier_version_is_refused(tmp_path):
    write_json(tmp_path / "settings.json", {"settings": {}, "labels": [], "seed": 1, "code": "x"})
    with pytest.raises(StudyError, match=r"settings.json does not state what kind of model .*train the run again"):
        read_run(RunFiles(tmp_path))


def test_a_run_that_was_trained_on_other_documents_is_refused(tmp_path):
    encoding = tmp_path / "words" / "encoding.arrow"
    encoding.parent.mkdir()
    encoding.write_bytes(b"300 documents")
    files = RunFiles(tmp_path / "run", encoding_folder=encoding.parent)
    run = Run(files, {}, Facts(**FACTS), seed=1, code="x", labels=["a"])
    write_run(run, training={}, weights={}, data=files.digests())
    assert read_run(files) == run
    encoding.write_bytes(b"500 documents")
    with pytest.raises(StudyError, match=r"run/settings.json .* trained on another .*words/encoding.arrow .*delete"):
        read_run(files)
    encoding.unlink()
    assert read_run(files) == run, "who predicts new texts has the vocabulary alone"


def test_the_files_of_a_run_are_those_that_its_model_reads(tmp_path):
    inputs = {"encoding": "e/encoding.arrow", "features": "e/features.safetensors", "encoder": "r/bert/files"}
    files = RunFiles.from_inputs(tmp_path, {**inputs, "split": "split.parquet"})
    assert files.folder == tmp_path and files.vectors_path is None
    assert list(map(str, (files.encoding_folder, files.features_path, files.encoder_folder))) == [
        "e", "e/features.safetensors", "r/bert/files",
    ]  # fmt: skip


def test_only_an_encoder_in_the_network_is_one_of_its_files(tmp_path):
    files = RunFiles(tmp_path, encoding_folder=tmp_path, encoder_folder=tmp_path)
    options = {"seed": 1, "code": "x"}
    for holds_encoder, reads_states, alone in ((True, False, False), (True, True, False), (False, True, True)):
        facts = Facts(**FACTS | {"holds_encoder": holds_encoder, "reads_states": reads_states})
        run = Run(files, {}, facts, **options)
        assert run.network_files.encoder_folder == (tmp_path if holds_encoder else None)
        assert run.head_alone == alone


def test_an_extension_of_a_winner_changes_only_what_it_names(tmp_path):
    settings = {"cell": "lstm", "dropout": 0.5, "training": {"epochs": 15, "learning_rate": 0.1}}
    write_json(tmp_path / "winner.json", {"phase": "choose", "model": "lstm", "settings": settings})
    changes = {"dropout": 0.65, "training": {"epochs": 3}}
    inputs = {"winner": str(tmp_path / "winner.json"), "glove": "glove.safetensors"}
    run = new_run(tmp_path, inputs, PARAMS | {"settings": {"architecture": "winner", "changes": changes}}, seed=3)
    assert run.settings == {"cell": "lstm", "dropout": 0.65, "training": {"epochs": 3, "learning_rate": 0.1}}
    assert run.files.vectors_path is None, "another candidate would have read GloVe"
    own = new_run(tmp_path, {"glove": "glove.safetensors"}, PARAMS | {"settings": {"embeddings": "glove"}}, seed=3)
    assert own.settings == {"embeddings": "glove"} and own.base is None
    assert str(own.files.vectors_path) == "glove.safetensors"


def test_a_refit_has_the_settings_of_the_run_that_it_trains_again(tmp_path):
    write_json(tmp_path / "base" / "settings.json", {"settings": {"dropout": 0.2}})
    inputs = {"base": str(tmp_path / "base" / "training.json")}
    run = new_run(tmp_path / "refit", inputs, PARAMS | {"settings": {"architecture": "refit", "model": "base"}}, seed=3)
    assert run.settings == {"dropout": 0.2} and run.base == tmp_path / "base"
