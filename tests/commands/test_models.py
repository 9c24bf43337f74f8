"""`textstudy models`: parameters by the studies' full definitions, without weights, data or network."""

import json
import os
import subprocess
import sys

import pytest

from paths import ROOT
from textstudy.commands.models import published_configuration


@pytest.fixture(scope="module")
def sizes() -> dict:
    return json.loads(models(ROOT, "--format", "json", check=True).stdout)


def models(folder, *options, **how) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")}
    command = [sys.executable, "-m", "textstudy", "models", *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **how)


def test_every_model_of_every_study_is_there(sizes):
    assert set(sizes) == {path.stem for path in (ROOT / "config" / "studies").glob("*.yaml")}
    for models in sizes.values():
        for row in models.values():
            assert {"total", "trainable", "frozen"} <= set(row)
            if row["total"] is None:
                assert row["note"]
            else:
                assert row["total"] == row["trainable"] + row["frozen"]


def test_sizes_that_published_reports_state(sizes):
    assert sizes["newsgroups-strategies"]["distilbert_freeze"]["total"] == 66_968_852
    assert round(sizes["newsgroups-strategies"]["bilstm_attention"]["total"] / 1e6, 1) == 15.9
    assert sizes["newsgroups-binary"]["frozen_encoder"]["trainable"] == 768 * 128 + 128 + 128 * 2 + 2
    assert round(sizes["newsgroups-binary"]["transformer"]["total"] / 1e5) == 4


def test_a_recurrent_model_by_hand(sizes):
    embedding, gates = 18_280 * 300, 4 * 256
    lstm = gates * (300 + 256) + 2 * gates
    assert sizes["sst5-recurrent"]["lstm_random"]["total"] == embedding + lstm + 256 * 5 + 5
    assert sizes["sst5-recurrent"]["winner_tuned"]["note"] == "as the winner of optimise"


def test_a_published_encoder_needs_no_network():
    configuration = published_configuration("bert-base-uncased")
    assert (configuration.hidden_size, configuration.num_hidden_layers, configuration.vocab_size) == (768, 12, 30_522)


def test_elsewhere_there_are_no_studies(tmp_path):
    done = models(tmp_path)
    assert done.returncode == 1 and "run this in the folder of the project" in done.stderr
