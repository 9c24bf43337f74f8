import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.encode.table import length_summary, read_encoding, write_encoding
from textstudy.errors import StudyError

DOCUMENTS = st.lists(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=9), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(documents=DOCUMENTS, data=st.data())
def test_reading_returns_what_was_written(tmp_path_factory, documents, data):
    path = tmp_path_factory.mktemp("encoding") / "encoding.arrow"
    count = len(documents)
    ids = [f"{number}/ä" for number in range(count)]
    splits = data.draw(st.lists(st.sampled_from(["train", "validation", "test"]), min_size=count, max_size=count))
    labels = data.draw(st.lists(st.integers(0, 19), min_size=count, max_size=count))
    weights = [[0.5 + position for position in range(len(document))] for document in documents]
    write_encoding(path, ids, splits, labels, documents, weights)
    encoding = read_encoding(path)
    assert len(encoding) == count
    assert [encoding.document(row).tolist() for row in range(count)] == documents
    assert encoding.weights.tolist() == [weight for document in weights for weight in document]
    assert encoding.ids.tolist() == ids
    assert encoding.label.tolist() == labels and encoding.label.dtype == np.int32
    assert encoding.lengths.tolist() == [len(document) for document in documents]
    for split in ("train", "validation", "test"):
        assert encoding.rows(split).tolist() == [row for row, name in enumerate(splits) if name == split]


def test_columns_are_fixed_and_bytes_do_not_vary(tmp_path):
    for name in ("first", "second"):
        write_encoding(tmp_path / name, ["a", "b"], ["train", "test"], [0, 1], [[5, 6], [7]])
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    table = pa.ipc.open_file(str(tmp_path / "first")).read_all()
    assert table.schema.names == ["id", "split", "label", "input_ids", "length"]
    assert table.column("length").to_pylist() == [2, 1]
    assert read_encoding(tmp_path / "first").weights is None


def test_a_document_without_tokens_is_an_error_and_nothing_is_written(tmp_path):
    with pytest.raises(StudyError, match="Document 'b' has no token"):
        write_encoding(tmp_path / "encoding.arrow", ["a", "b"], ["train", "test"], [0, 1], [[1], []])
    assert list(tmp_path.iterdir()) == []


def test_length_summary_by_hand():
    assert length_summary(range(1, 12)) == {"median": 6.0, "p90": 10.0, "p95": 10.5, "maximum": 11}
