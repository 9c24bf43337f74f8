"""Where checkpoints are kept."""

import logging

from textstudy.machine.scratch import VARIABLE, checkpoint_root


def test_the_folder_is_the_one_that_the_configuration_names(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "scratch" / "mine"))
    assert checkpoint_root() == tmp_path / "scratch" / "mine"
    assert list(checkpoint_root().iterdir()) == []


def test_where_the_folder_cannot_be_made_a_training_begins_anew_and_says_so(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "checkpoints"))
    with caplog.at_level(logging.WARNING):
        instead = checkpoint_root()
    assert instead.is_dir() and not instead.is_relative_to(tmp_path / "file")
    assert "begins anew" in caplog.text and str(tmp_path / "file" / "checkpoints") in caplog.text
    instead.rmdir()
