"""The folder of checkpoints, which the configuration names: on a cluster it is on scratch that all nodes see."""

import logging
import os
import tempfile
from pathlib import Path

VARIABLE = "TEXTSTUDY_CHECKPOINTS"  # no parameter of a rule: another folder retrains nothing

_logger = logging.getLogger(__name__)


def checkpoint_root() -> Path:
    """Return the folder in which trainings keep their checkpoints; made if need be.

    Where it cannot be made or written, the log says so, and a temporary folder takes its place: the training begins
    anew, and so it does if it is interrupted.
    """
    folder = Path(os.environ.get(VARIABLE) or "results/checkpoints")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        return folder
    except OSError as error:
        _logger.warning(
            "No checkpoints can be kept in %s (%s): this training begins anew, also if it is interrupted. "
            "Name a folder that this machine can write in the setting `checkpoints`.",
            folder,
            error.strerror or error,
        )
        return Path(tempfile.mkdtemp(prefix="textstudy-checkpoints-"))
