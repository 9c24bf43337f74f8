import signal
from subprocess import CalledProcessError

import pytest
from snakemake.shell import shell

from textstudy.commands.interruption import Interruption


def test_no_script_starts_after_an_interruption(monkeypatch):
    """Another thread may be about to start one, which would work on until it ends by itself."""
    monkeypatch.setattr(shell, "_process_args", dict(shell._process_args))
    shell("true")
    interruption = Interruption()
    with pytest.raises(KeyboardInterrupt):
        interruption.handle(signal.SIGTERM, None)
    assert interruption.asked
    with pytest.raises(CalledProcessError):
        shell("true")
