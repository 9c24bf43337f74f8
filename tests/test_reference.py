"""The schemas and the reference pages are those of the models of settings and of report.json."""

import pytest
import write_reference


@pytest.mark.parametrize("path", sorted(write_reference.pages()), ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path):
    assert path.read_text(encoding="utf-8") == write_reference.pages()[path], "run `make docs` and commit the result"
