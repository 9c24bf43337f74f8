"""Damage of a file is seen where the file is read, whatever its kind and wherever the damage is."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from textstudy.encode.table import read_encoding, write_encoding
from textstudy.errors import StudyError
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors
from textstudy.storage.seal import UNSEALED
from textstudy.storage.tables import PREDICTIONS, SPLIT, predictions_table, read_groups, read_table, write_table

TEXTS = ["plain", f'"checksum":"{UNSEALED}"', f'\n "checksum": "{UNSEALED}"']  # texts cannot pass for a checksum
KINDS = {
    "object.json": (lambda path: write_json(path, {"texts": TEXTS, "deep": {"checksum": UNSEALED}}), read_json),
    "empty.json": (lambda path: write_json(path, {}), read_json),
    "list.json": (lambda path: write_json(path, TEXTS), read_json),
    "tensors.safetensors": (
        lambda path: write_tensors(path, {"row": np.arange(5.0), "scalar": np.float32(3)}),
        read_tensors,
    ),
    "encoding.arrow": (
        lambda path: write_encoding(path, TEXTS, ["train"] * 3, [0, 1, 2], [[1], [2, 3], [4]]),
        read_encoding,
    ),
    "table.parquet": (
        lambda path: write_table(predictions_table(TEXTS, "test", np.arange(3), np.eye(3)), path, PREDICTIONS),
        lambda path: read_table(path, PREDICTIONS),
    ),
    "columns.parquet": (
        lambda path: write_table(predictions_table(TEXTS, "test", np.arange(3), np.eye(3)), path, PREDICTIONS),
        lambda path: read_table(path, PREDICTIONS, ["id"]),
    ),
    "groups.parquet": (
        lambda path: write_table(
            pd.DataFrame({"id": TEXTS, "text": "a", "label": "b", "split": "test", "cluster": TEXTS, "group_a": TEXTS}),
            path,
            SPLIT,
        ),
        read_groups,
    ),
}


@pytest.fixture(params=KINDS)
def kind(request, tmp_path):
    write, read = KINDS[request.param]
    path = tmp_path / request.param
    write(path)
    return path, write, read


def test_a_flipped_bit_is_seen(kind):
    path, _, read = kind
    content, random = path.read_bytes(), np.random.default_rng(0)
    read(path)
    for place in {0, len(content) - 1, *random.integers(len(content), size=60)}:
        flipped = bytearray(content)
        flipped[place] ^= 1 << random.integers(8)
        path.write_bytes(flipped)
        with pytest.raises(StudyError, match=rf"{re.escape(str(path))} .*: delete it and run again\."):
            read(path)


@pytest.mark.parametrize("left", [0.0, 0.01, 0.5, 0.99])
def test_a_cut_file_is_seen(kind, left):
    path, _, read = kind
    content = path.read_bytes()
    path.write_bytes(content[: int(left * len(content))])
    with pytest.raises(StudyError, match=rf"{re.escape(str(path))} .*: delete it and run again\."):
        read(path)


def test_equal_content_is_the_same_file(kind):
    path, write, _ = kind
    content = path.read_bytes()
    write(path)
    assert path.read_bytes() == content


def test_a_missing_file_and_one_that_cannot_be_read_are_sentences(kind):
    path, _, read = kind
    path.unlink()
    with pytest.raises(StudyError, match=f"{path} is missing: run the step that makes it again"):
        read(path)
    path.mkdir()
    with pytest.raises(StudyError, match=f"{path} cannot be read .Is a directory"):
        read(path)


def test_what_was_written_is_read(tmp_path):
    for value in ({"b": [1.5, None], "a": {"checksum": "x"}}, {}, [1, "é"], []):
        write_json(tmp_path / "value.json", value)
        assert read_json(tmp_path / "value.json") == value
    raw = json.loads((tmp_path / "value.json").read_text())
    assert raw.keys() == {"checksum", "items"}
    write_tensors(tmp_path / "t.safetensors", {"a": np.eye(2)[:, 1:], "b": np.int64(4)})
    found = read_tensors(tmp_path / "t.safetensors")
    assert found["a"].tolist() == [[0.0], [1.0]] and found["b"].shape == ()
    assert read_tensors(tmp_path / "t.safetensors", ["b"]).keys() == {"b"}
