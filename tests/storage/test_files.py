"""Every writer writes completely or not at all: on a full disk, beside another writer, and after a kill."""

import re
import resource
import subprocess
import sys

import numpy as np
import pytest
import torch
from matplotlib import pyplot
from sample import finished, sample

from paths import ROOT
from textstudy.encode.table import write_encoding
from textstudy.errors import StudyError
from textstudy.fetch.sources import _copy
from textstudy.report.drawing.svg import save
from textstudy.report.render import render
from textstudy.storage.files import atomic_path, read_json, write_json, write_tensors
from textstudy.storage.spreadsheet import write_rows
from textstudy.storage.tables import PREDICTIONS, predictions_table, write_table
from textstudy.train.checkpoints import FILE_NAME, save_checkpoint

ROOM = 30_000  # bytes that fit into a file
NUMBERS = np.random.default_rng(0).random((1000, 20))
KILLED = """
import os, signal, sys
from textstudy.storage.files import atomic_path
with atomic_path(sys.argv[1]) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
NO_ROOM = """
from types import SimpleNamespace
import job
def main(snakemake):
    with open("/dev/full", "w") as scratch:
        scratch.write("1")
job.run(main, {"snakemake": SimpleNamespace(rule="render", log=["/dev/full"], input=[], params={})})
"""


@pytest.fixture
def full_disk():
    """Files longer than ROOM cannot be written, which fails inside each library like a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write_predictions(path):
    write_table(predictions_table([*map(str, range(1000))], "test", np.zeros(1000, int), NUMBERS), path, PREDICTIONS)


def write_checkpoint(path):
    network = torch.nn.Linear(100, 100)
    save_checkpoint(
        path.parent, model=network, optimizer=torch.optim.Adam(network.parameters()), best_state={}, progress={}
    )


def draw(path):
    figure, axes = pyplot.subplots()
    axes.plot(NUMBERS[:, :2])
    save(figure, path)


def write_report(path):
    render(finished(sample()), [], path, path.with_suffix(".pdf"))


WRITERS = {
    "value.json": lambda path: write_json(path, NUMBERS.tolist()),
    "value.safetensors": lambda path: write_tensors(path, {"numbers": NUMBERS}),
    FILE_NAME: write_checkpoint,
    "value.parquet": write_predictions,
    "value.arrow": lambda path: write_encoding(path, "ab", "ab", [0, 1], NUMBERS.reshape(2, -1).astype(int)),
    "value.csv": lambda path: write_rows(path, "ab", NUMBERS[:, :2]),
    "value.svg": draw,
    "value.html": write_report,
    "value.bin": lambda path: _copy(path.parent.parent / "long", path, None),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, request, name):
    (tmp_path / "long").write_bytes(b"1" * (ROOM + 1))
    path = tmp_path / "out" / name
    path.parent.mkdir()
    request.getfixturevalue("full_disk")
    with pytest.raises(StudyError, match=f"{path} cannot be written .*File too large.*: free some space or fix"):
        WRITERS[name](path)
    assert not list(path.parent.iterdir())


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StudyError, match="file/value.json cannot be written"):
        write_json(tmp_path / "file" / "value.json", {})


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path):
    path = tmp_path / "odd [name].json"
    other = tmp_path / f".{path.name}.not-ours"
    other.touch()
    killed = subprocess.run([sys.executable, "-c", KILLED, path])
    assert killed.returncode == -9
    (left,) = (file for file in tmp_path.iterdir() if file != other)
    assert re.fullmatch(rf"\.{re.escape(path.name)}\.\w{{8}}\.json", left.name)
    write_json(path, {"a": 1})
    assert {*tmp_path.iterdir()} == {path, other}


def test_a_writer_that_lives_is_left_alone(tmp_path):
    path = tmp_path / "value.json"
    with atomic_path(path) as slow:
        slow.write_text("slow")
        write_json(path, {"a": 1})
        assert read_json(path) == {"a": 1}
    assert path.read_text() == "slow"
    assert [*tmp_path.iterdir()] == [path]


def test_a_step_without_room_for_its_scratch_files_and_its_log_prints_one_sentence():
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM], cwd=ROOT / "workflow_scripts", stderr=subprocess.PIPE, text=True
    )
    assert done.returncode == 1
    said = "Error in render: A scratch file cannot be written (No space left on device): free some space."
    assert re.fullmatch(rf".* {re.escape(said)}\n", done.stderr)
