"""The groups of a split table are read without its texts."""

import pandas as pd
import pytest

from textstudy.errors import StudyError
from textstudy.storage.tables import SPLIT, read_groups, write_table

DOCUMENTS = {"id": ["a", "b"], "text": ["x", "y"], "label": ["l", "l"], "split": ["train", "test"], "cluster": ["", ""]}


def test_groups_where_there_are_any(tmp_path):
    path = tmp_path / "split.parquet"
    write_table(pd.DataFrame(DOCUMENTS), path, SPLIT)
    assert list(read_groups(path)) == ["id"]
    write_table(pd.DataFrame({**DOCUMENTS, "group_author": ["me", ""], "group_thread": ["", "t"]}), path, SPLIT)
    found = read_groups(path)
    assert found.to_dict("list") == {"id": ["a", "b"], "group_author": ["me", ""], "group_thread": ["", "t"]}


def test_a_file_that_is_no_table_is_named(tmp_path):
    path = tmp_path / "split.parquet"
    with pytest.raises(StudyError, match=r"split\.parquet"):
        read_groups(path)
    path.write_text("no table")
    with pytest.raises(StudyError, match=r"split\.parquet"):
        read_groups(path)
