"""The schemas and the reference pages are those of the models of settings and of report.json."""

import importlib.util

import pytest

from paths import ROOT

SPEC = importlib.util.spec_from_file_location("write_reference", ROOT / "tools" / "write_reference.py")
write_reference = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(write_reference)


@pytest.mark.parametrize("path", sorted(write_reference.pages()), ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path):
    assert path.read_text(encoding="utf-8") == write_reference.pages()[path], "run `make docs` and commit the result"
