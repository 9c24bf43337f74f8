"""The documents that are shown: of each kind, short, of every class, and the same whatever the order of the rows."""

import numpy as np
import pandas as pd

from textstudy.explain.panel import LONGEST, alternate, flipped_copies, panel, window, words_to_show
from textstudy.explain.spans import Explained, words_of


def predicted(count=30, words=5) -> pd.DataFrame:
    """Documents of three classes, every fifth of which is taken for another one."""
    label = np.arange(count) % 3
    guess = np.where(np.arange(count) % 5 == 0, (label + 1) % 3, label)
    texts = [" ".join(["word"] * words)] * count
    columns = {"id": [f"d{n}" for n in range(count)], "text": texts, "label": label, "predicted": guess}
    return pd.DataFrame(columns | {"probability": 0.5})


def perturbed(test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples and scores: `qwerty` flips at a share of 0.2, `deletion` and `insertion` at 0.1, `contract` never."""
    rows = []
    for row in test.itertuples():
        rows.append((row.id, "none", 0.0, row.text, row.predicted))
        for kind, least in {"qwerty": 0.2, "deletion": 0.1, "insertion": 0.1, "contract": 1.0}.items():
            for share in (0.05, 0.1, 0.2, 0.4):
                wrong = (row.label + 1) % 3
                rows.append((row.id, kind, share, f"{kind} {share} {row.id}", wrong if share >= least else row.label))
    table = pd.DataFrame(rows, columns=["id", "perturbation", "share", "text", "predicted"]).assign(variant=0)
    probabilities = [np.eye(3)[guess] * 0.7 + 0.1 for guess in table["predicted"]]
    scores = table.drop(columns="text").assign(probabilities=probabilities, label=0)
    return table.drop(columns="predicted").assign(label="x"), scores


def test_an_order_of_chance_follows_from_the_ids_and_takes_each_class_in_turn():
    frame = predicted()
    found = alternate(frame, "label")
    pd.testing.assert_frame_equal(found, alternate(frame.sample(frac=1, random_state=3), "label"))
    assert all(sorted(found["label"][start : start + 3]) == [0, 1, 2] for start in range(0, 30, 3))
    assert found["id"].tolist() != frame["id"].tolist() and sorted(found["id"]) == sorted(frame["id"])


def test_the_panel_is_split_evenly_among_the_kinds_and_classes():
    test = predicted()
    flipped = flipped_copies(test, *perturbed(test))
    shown = panel(test, flipped, 9)
    assert [row["kind"] for row in shown] == ["right"] * 3 + ["wrong"] * 3 + ["flipped"] * 3
    for kind in ("right", "wrong"):
        of_kind = [row for row in shown if row["kind"] == kind]
        assert sorted(row["label"] for row in of_kind) == [0, 1, 2]
        assert all((row["label"] == row["predicted"]) == (kind == "right") for row in of_kind)
        assert all(row["perturbation"] is None for row in of_kind)
    assert shown == panel(test.sample(frac=1, random_state=1), flipped.sample(frac=1, random_state=2), 9)
    assert [row["kind"] for row in panel(test, None, 5)] == ["right"] * 3 + ["wrong"] * 2


def test_kinds_that_run_short_leave_their_places_to_the_others():
    test = predicted()
    right = test[test["label"] == test["predicted"]]
    assert [row["kind"] for row in panel(right, None, 4)] == ["right"] * 4
    assert len(panel(test.head(2), None, 6)) == 2
    assert panel(test.head(0), None, 6) == []


def test_documents_that_can_be_shown_whole_come_first():
    test = predicted()
    test.loc[test.index % 3 == 0, "text"] = "word " * (LONGEST + 1)
    test.loc[test.index % 3 == 1, "text"] = ""
    shown = panel(test, None, 30)
    lengths = {
        kind: [len(words_of(row["text"])) for row in shown if row["kind"] == kind] for kind in ("right", "wrong")
    }
    assert all(found == sorted(found) and 0 not in found for found in lengths.values())
    assert len(shown) == 20


def test_a_flip_is_the_least_perturbed_copy_of_a_document_that_was_right():
    test = predicted()
    found = flipped_copies(test, *perturbed(test))
    assert sorted(found["id"]) == sorted(test.loc[test["label"] == test["predicted"], "id"])
    assert set(found["perturbation"]) == {"deletion", "insertion"}  # drawn: neither the first of the alphabet alone
    assert all(text.split()[1] == "0.1" for text in found["text"])
    assert (found["predicted"] != found["label"]).all() and np.allclose(found["probability"], 0.8)
    samples, scores = (table.sample(frac=1, random_state=4) for table in perturbed(test))
    again = flipped_copies(test, samples, scores)
    pd.testing.assert_frame_equal(
        found.sort_values("id", ignore_index=True), again.sort_values("id", ignore_index=True)
    )


def explained(values) -> Explained:
    text = " ".join(f"w{number}" for number in range(len(values)))
    return Explained(text, 0, words_of(text), np.array(values, dtype=float), 0.0, 16)


def test_a_long_document_is_shown_where_its_attributions_are_largest():
    values = np.zeros(300)
    values[[5, 120, 190]] = [3.0, -2.0, 2.0]
    shown = window(explained(values))
    assert shown.stop - shown.start == LONGEST and shown.start <= 120 and shown.stop > 190
    assert window(explained(np.zeros(LONGEST))) == slice(0, LONGEST)


def test_attributions_are_shares_of_the_documents_largest():
    values = np.zeros(100)
    values[[1, 50, 60]] = [-8.0, 5.0, 4.0]
    shown = words_to_show(explained(values), np.full(100, 0.01))
    assert len(shown) == LONGEST and shown[0]["text"] in ("w0", "w1")
    assert min(token["attribution"] for token in shown) == -1.0
    assert max(token["attribution"] for token in shown) == 0.625
    assert all(token["attention"] == 0.01 for token in shown)
    assert words_to_show(explained([0.0, 0.0]), None) == [
        {"text": "w0", "attribution": 0.0, "attention": None},
        {"text": "w1", "attribution": 0.0, "attention": None},
    ]
