"""Snakemake's own records lost, or results replaced behind its back: the logs decide what is made again."""

import shutil
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from snakemake.io import ancient
from snakemake.iocontainers import Params

from textstudy.workflow.lost_records import tells_of
from textstudy.workflow.records import Record, content_digest, params_digest, read_record
from workflow.conftest import Project

RUN = "results/models/tiny/lstm_final/1"


def test_a_record_tells_of_a_job_that_would_leave_it_today(tmp_path):
    made_from, audit, made = (str(tmp_path / name) for name in ("split.parquet", "audit.json", "weights"))
    for path in (made_from, audit, made):
        (tmp_path / path).write_text(path)
    job = SimpleNamespace(params=Params(fromdict={"epochs": 3}), input=[made_from, ancient(audit)], output=[made])
    digests = [content_digest(path) for path in (made_from, audit, made)]
    record = Record(params_digest({"epochs": 3}), inputs=digests[:2], outputs=digests[2:])
    assert tells_of(record, job, content_digest)
    assert tells_of(replace(record, inputs=[digests[0], "another audit that passed"]), job, content_digest)
    for change in ({"params": "0"}, {"inputs": digests[:1]}, {"inputs": ["0", "0"]}, {"outputs": ["0"]}):
        assert not tells_of(replace(record, **change), job, content_digest)
    (tmp_path / made).unlink()
    assert not tells_of(record, job, content_digest)


@pytest.mark.workflow
def test_a_report_without_its_snakemake_folder_is_up_to_date(project):
    shutil.rmtree(project.folder / ".snakemake")
    output = project.textstudy("report")
    assert "are unknown to Snakemake" in output and "Nothing to be done" in output
    again = project.textstudy("report")
    assert "unknown" not in again and "Nothing to be done" in again


@pytest.mark.workflow
def test_results_that_were_copied_without_their_times_are_up_to_date(project, tmp_path):
    copy = Project(tmp_path / "elsewhere")
    shutil.copytree(
        project.folder, copy.folder, ignore=shutil.ignore_patterns(".snakemake"), copy_function=shutil.copyfile
    )
    (copy.folder / "results/logs/index.log").unlink()
    assert "those of 1 were made with other" in copy.textstudy("plan")
    assert copy.planned() == {"index": 1}


@pytest.mark.workflow
def test_an_edit_makes_the_same_again_where_the_snakemake_folder_is_lost(project):
    study = project.study()
    study["title"] = "Renamed"
    study["models"]["lstm_final"]["training"] = {**study["models"]["lstm_final"]["training"], "epochs": 1}
    project.write_study(study)
    expected = project.planned()
    assert expected["train_lstm_final"] == 1 and "train_lstm_attention" not in expected
    shutil.rmtree(project.folder / ".snakemake")
    assert project.planned() == Counter(), "Snakemake alone sees nothing"

    (project.folder / "results/report.html").unlink()
    stopped = project.snakemake("report", check=False)
    assert "are made again. Call the same command again." in stopped and "rule index:" not in stopped
    assert project.planned() == expected
    assert project.run(f"{RUN}/settings.json") == {"train_lstm_final": 1}
    assert len(project.read_json(f"{RUN}/history.json")) == 1


@pytest.mark.workflow
def test_results_that_were_replaced_are_made_again(project):
    """One by another file, one by a job with other settings than Snakemake noted; and one of an older version not."""
    weights = project.folder / RUN / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    log = project.folder / "results/logs/train/tiny-lstm_attention-1.log"
    log.write_text(log.read_text().replace(read_record(log).params, "0" * 64))
    (project.folder / "results/studies/tiny/doubtful_labels.csv").unlink()  # no step reads it
    (project.folder / "results/logs/train/tiny-linear_nb-1.log").write_text("fitted in 0.1 s\n")
    for file in (project.folder / "results/models/tiny/linear_nb/1").iterdir():
        file.touch()
    assert "those of 2 were made with other settings" in project.textstudy("plan")
    assert sorted(rule for rule in project.planned() if rule.startswith("train_")) == [
        "train_lstm_attention",
        "train_lstm_final",
    ]
