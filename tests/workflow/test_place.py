"""Where a checkout and its Python may stand."""

import pytest

from textstudy.errors import StudyError
from textstudy.workflow.place import check_place


@pytest.mark.parametrize("folder", ["OneDrive - Firm", "O'Neil", "a(x)", "a[1]", "a&b", "a;b", "a$b", "a{b}", 'a"b'])
def test_a_python_that_snakemake_cannot_call(folder):
    with pytest.raises(StudyError, match="move (the checkout|it) to a folder without"):
        check_place(f"/home/{folder}", f"/home/{folder}/.venv/bin/python")


@pytest.mark.parametrize("folder", ["études", "a-b_c.1", "a+b", "a@b", "a,b", "a#b"])
def test_a_folder_that_does_no_harm(folder):
    check_place(f"/home/{folder}", f"/home/{folder}/.venv/bin/python")


def test_a_checkout_may_stand_anywhere_if_python_does_not():
    check_place("/home/OneDrive - O'Neil (x)", "/opt/textstudy/bin/python")
    with pytest.raises(StudyError, match="without braces"):
        check_place("/home/a{b}", "/opt/textstudy/bin/python")
