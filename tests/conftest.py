"""What every test shares: the mirror of real resources, where there is one."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from paths import ROOT

# A busy machine is no reason to fail: tests are about results, benchmarks about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["tiny_encoders", "browsers"]


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of real resources: TEXTSTUDY_MIRROR, or `../shared/mirror` beside the checkout."""
    folder = Path(os.environ.get("TEXTSTUDY_MIRROR") or ROOT.parent / "shared" / "mirror")
    if not (folder / "SHA256SUMS").is_file():
        message = f"no mirror of the resources at {folder}; set TEXTSTUDY_MIRROR to one"
        if os.environ.get("TEXTSTUDY_REQUIRE_MIRROR"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew, to be read in the diff")
