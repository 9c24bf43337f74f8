"""Snakemake's own records lost, or results replaced behind its back: the logs decide what is made again."""

import shutil
from collections import Counter

import pytest

from textstudy.workflow.records import read_record
from workflow.conftest import Project

pytestmark = pytest.mark.workflow

RUN = "results/models/tiny/lstm_final/1"


def test_a_report_without_its_snakemake_folder_is_up_to_date(project):
    shutil.rmtree(project.folder / ".snakemake")
    output = project.textstudy("report")
    assert "are unknown to Snakemake" in output and "Nothing to be done" in output
    again = project.textstudy("report")
    assert "unknown" not in again and "Nothing to be done" in again


def test_results_that_were_copied_without_their_times_are_up_to_date(project, tmp_path):
    copy = Project(tmp_path / "elsewhere")
    shutil.copytree(
        project.folder, copy.folder, ignore=shutil.ignore_patterns(".snakemake"), copy_function=shutil.copyfile
    )
    (copy.folder / "results/logs/index.log").unlink()
    assert "those of 1 were made with other" in copy.textstudy("plan")
    assert copy.planned() == {"index": 1}


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


def test_results_that_were_replaced_are_made_again(project):
    """One by another file; one whose job had other settings than Snakemake noted; one by itself, so to speak."""
    weights = project.folder / RUN / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    log = project.folder / "results/logs/train/tiny-lstm_attention-1.log"
    log.write_text(log.read_text().replace(read_record(log).params, "0" * 64))
    for file in (project.folder / "results/models/tiny/linear_nb/1").iterdir():
        file.touch()
    assert "those of 2 were made with other settings" in project.textstudy("plan")
    assert sorted(rule for rule in project.planned() if rule.startswith("train_")) == [
        "train_lstm_attention",
        "train_lstm_final",
    ]
