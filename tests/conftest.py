"""What every test shares: the library on the path, and the mirror of real resources where there is one."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow_scripts"))


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of real resources: TEXTSTUDY_MIRROR, or `../shared/mirror` beside the checkout."""
    folder = Path(os.environ.get("TEXTSTUDY_MIRROR") or ROOT.parent / "shared" / "mirror")
    if not (folder / "SHA256SUMS").is_file():
        pytest.skip(f"no mirror of the resources at {folder}; set TEXTSTUDY_MIRROR to one")
    return folder
