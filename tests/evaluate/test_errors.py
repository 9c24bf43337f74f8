"""Errors: shared ones against what chance would have, doubted labels, examples."""

import json

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate import errors
from textstudy.evaluate.errors import examine_errors

NAMES = ["animals", "plants", "stones"]
DOCUMENTS = 300


def split(documents: int = DOCUMENTS) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"d{index:04}" for index in range(documents)],
            "text": [f"text\n\n{index} " + "long " * 200 * (index == 7) for index in range(documents)],
            "label": [NAMES[index % 3] for index in range(documents)],
            "split": ["validation" if index < 60 else "test" for index in range(documents)],
        }
    )


def predictions(wrong: set[int], *, confidence: float = 0.8, to: int = 1, documents: int = DOCUMENTS) -> pd.DataFrame:
    """Right but for the documents `wrong`, which get the class `to` places further on."""
    labels = np.arange(documents) % 3
    predicted = np.array([(label + to) % 3 if row in wrong else label for row, label in enumerate(labels)])
    probabilities = np.full((documents, 3), (1 - confidence) / 2, dtype=np.float32)
    probabilities[np.arange(documents), predicted] = confidence
    return pd.DataFrame(
        {
            "id": split(documents)["id"],
            "split": split(documents)["split"],
            "label": labels.astype("int32"),
            "predicted": predicted.astype("int32"),
            "probabilities": list(probabilities),
        }
    )


def test_shared_errors_and_what_independence_would_have():
    a, b = set(range(100, 120)), set(range(110, 134))
    found = examine_errors({"a": [predictions(a)], "b": [predictions(b)]}, split(), candidates=["a", "b"])
    assert found["documents"] == 240
    shared = found["shared"]
    assert shared["count"] == shared["unanimous"] == 10
    assert shared["expected"] == pytest.approx(20 / 240 * 24 / 240 * 240)
    assert {row["id"] for row in shared["examples"]} <= {f"d{index:04}" for index in range(110, 120)}
    first = shared["examples"][0]
    assert first["answers"] == {"a": first["answers"]["b"], "b": first["answers"]["b"]} and first["label"] in NAMES
    json.dumps(found, allow_nan=False)


def test_models_that_agree_in_their_error_come_before_those_that_do_not():
    rows = {100, 101, 102}
    third = predictions(rows, to=1)
    other = predictions({102}, to=1)
    mixed = predictions({100, 101}, to=2)
    mixed.loc[102] = other.loc[102]
    found = examine_errors({"a": [third], "b": [mixed]}, split(), candidates=["a", "b"])["shared"]
    assert (found["count"], found["unanimous"]) == (3, 1)
    assert found["examples"][0]["id"] == "d0102"


def test_of_very_many_confusions_the_strongest_are_kept_each_with_its_surest_documents(monkeypatch):
    table = predictions({100, 103, 106, 101, 104, 102})  # three plants, two stones, one animal
    table.loc[103, "probabilities"][:] = [0.04, 0.01, 0.95]
    found = examine_errors({"a": [table]}, split(), candidates=[])["confusions"]["a"]
    assert [(pair["true"], pair["predicted"], pair["count"]) for pair in found] == [
        ("plants", "stones", 3), ("stones", "animals", 2), ("animals", "plants", 1)
    ]  # fmt: skip
    assert [example["id"] for example in found[0]["examples"]] == ["d0103", "d0100"]
    monkeypatch.setattr(errors, "MOST_CONFUSIONS", 2)
    assert examine_errors({"a": [table]}, split(), candidates=[])["confusions"]["a"] == found[:2]


def test_a_model_that_learned_nothing_is_not_asked():
    stuck = predictions({index for index in range(DOCUMENTS) if index % 3}, confidence=0.4)
    stuck["predicted"] = np.int32(0)
    found = examine_errors({"a": [predictions({100})], "stuck": [stuck]}, split(), candidates=["a", "stuck"])
    assert found["asked"] == ["a"] and found["shared"] is None
    assert set(found["confusions"]) == {"a", "stuck"}


def test_seeds_answer_with_their_mean():
    sure, unsure = predictions({100}, confidence=0.9), predictions(set(), confidence=0.5)
    found = examine_errors({"a": [sure, unsure]}, split(), candidates=[])
    (confusion,) = found["confusions"]["a"]
    assert confusion["count"] == 1 and confusion["examples"][0]["id"] == "d0100"
    assert confusion["examples"][0]["probability"] == pytest.approx((0.9 + 0.25) / 2, abs=1e-6)
    assert found["label_issues"] is None


def test_wrong_labels_are_doubted():
    """Labels of 12 documents are changed after the models have answered rightly and surely."""
    changed = list(range(90, 102))
    frame = split()
    frame.loc[changed, "label"] = [NAMES[(index + 1) % 3] for index in changed]
    found = examine_errors({"a": [predictions(set(), confidence=0.95)]}, frame, candidates=["a"])["label_issues"]
    assert found["count"] == 12
    assert {row["id"] for row in found["examples"]} == {f"d{index:04}" for index in changed}
    assert all(row["suggested"] != row["label"] for row in found["examples"])


def test_nothing_is_doubted_where_all_is_well():
    found = examine_errors({"a": [predictions(set(), confidence=0.95)]}, split(), candidates=["a"])
    assert found["label_issues"] == {"count": 0, "examples": []}
    assert found["confusions"]["a"] == []


def test_texts_are_one_line_and_cut():
    frame = split()
    frame.loc[7, "split"] = "test"
    table = predictions({7})
    table.loc[7, "split"] = "test"
    (confusion,) = examine_errors({"a": [table]}, frame, candidates=[])["confusions"]["a"]
    text = confusion["examples"][0]["text"]
    assert text.startswith("text 7 long") and text.endswith(" …") and len(text) <= 282


def test_the_order_of_rows_does_not_matter():
    runs = {"a": [predictions({100, 110})], "b": [predictions({110, 120}, to=2)]}
    shuffled = {name: [tables[0].sample(frac=1, random_state=1)] for name, tables in runs.items()}
    assert examine_errors(runs, split(), candidates=["a", "b"]) == examine_errors(
        shuffled, split().sample(frac=1, random_state=2), candidates=["a", "b"]
    )
