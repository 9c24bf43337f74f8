"""What `make` hands on to the commands that it calls."""

import importlib.util
import subprocess
import sys
import time

import pytest

from paths import ROOT

RUN = """#!/bin/sh
trap 'touch ended; exit 1' TERM
touch started
for second in 1 2 3 4 5 6 7 8 9; do sleep 1; done
"""


def test_a_report_is_told_when_make_is_to_end(tmp_path):
    program = tmp_path / "textstudy"
    program.write_text(RUN)
    program.chmod(0o755)
    for name in ("requirements.txt", "requirements-encoder.txt", "pyproject.toml", "ready"):
        (tmp_path / name).touch()
    # The brackets make that a shell is needed.
    command = ["make", "-f", ROOT / "Makefile", "report", f"BIN={tmp_path}", "READY=ready", "ARGS=--config studies=[x]"]
    make = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    while not (tmp_path / "started").exists():
        assert make.poll() is None
        time.sleep(0.05)
    make.terminate()
    assert make.wait(timeout=30) != 0
    assert (tmp_path / "ended").exists()


def test_the_checks_of_studies_name_studies_and_a_command_that_are_there(monkeypatch):
    """They take hours, so nobody would see soon that they cannot begin."""
    spec = importlib.util.spec_from_file_location("check_studies", ROOT / "tools/check_studies.py")
    checks = importlib.util.module_from_spec(spec)
    sys.modules["check_studies"] = checks  # its dataclasses look for it
    spec.loader.exec_module(checks)
    for name in checks.STUDIES:
        assert (ROOT / f"config/studies/{name}.yaml").is_file()
    begun = []
    monkeypatch.setattr(checks.subprocess, "run", lambda command, **_: begun.append(command))
    with pytest.raises(FileNotFoundError):  # of a report that was not made
        checks.check_study("none")
    assert begun[0][1] == "-m" and importlib.util.find_spec(begun[0][2])
