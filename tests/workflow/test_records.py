"""What a result was made with, as its log tells."""

import pytest

from textstudy.errors import StudyError
from textstudy.workflow.records import Record, content_digest, params_digest, read_record

RECORD = Record(params="p", inputs=["a", "b"], outputs=["c"])


def test_a_record_is_read_from_the_end_of_a_log(tmp_path):
    log = tmp_path / "train.log"
    for before in ("", "epoch 1\n", "made with care\nepoch 1\n"):
        log.write_text(before + RECORD.line())
        assert read_record(log) == RECORD


@pytest.mark.parametrize(
    "text", ["", "epoch 1\n", RECORD.line()[:-9], RECORD.line() + "Error in train\n", 'made with {"params": "p"}\n']
)
def test_a_log_of_a_job_that_did_not_end_has_no_record(tmp_path, text):
    log = tmp_path / "train.log"
    log.write_text(text)
    assert read_record(log) is None
    assert read_record(tmp_path / "missing.log") is None


def test_the_digest_of_parameters_is_that_of_their_values():
    assert params_digest({"a": 1, "b": [2]}) == params_digest({"b": (2,), "a": 1})
    assert params_digest({"a": 1}) != params_digest({"a": 2}) != params_digest({"b": 2})


def test_the_digest_of_a_folder_is_that_of_its_files_and_their_names(tmp_path):
    (tmp_path / "curves").mkdir()
    figure = tmp_path / "curves" / "loss.svg"
    figure.write_text("<svg/>")
    before = content_digest(tmp_path)
    (tmp_path / ".snakemake_timestamp").touch()
    assert content_digest(tmp_path) == before
    moved = figure.rename(figure.with_name("gain.svg"))
    assert content_digest(tmp_path) != before
    moved.rename(figure).write_text("<svg />")
    assert content_digest(tmp_path) != before


def test_what_is_missing_has_no_digest(tmp_path):
    with pytest.raises(StudyError, match=r"gone.csv cannot be read \(No such file or directory\)"):
        content_digest(tmp_path / "gone.csv")
