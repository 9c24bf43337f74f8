"""What `make` hands on to the commands that it calls."""

import subprocess
import time

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
