"""What a random split promises too much, where time and groups matter and where they do not."""

import numpy as np
import pandas as pd
import pytest

from textstudy.prepare.split_prices import price_of_splits


def corpus(size=600):
    """Documents of one day each, by authors of ten documents each."""
    generator = np.random.default_rng(2)
    identifiers = [f"d{i:04}" for i in range(size)]
    return pd.DataFrame(
        {
            "id": identifiers,
            "text": "",
            "label": generator.choice(["x", "y"], size),
            "group_author": [f"a{i}" for i in generator.permutation(size) // 10],
            "time": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.arange(size), unit="D"),
            "split": np.where(np.arange(size) % 4 == 0, "test", "train"),
            "cluster": identifiers,
        }
    )


def recognise(train, test):
    """Be right where the author is known."""
    return test["group_author"].isin(train["group_author"]).to_numpy()


def remember(train, test):
    """Be right where a training document is at most three days away."""
    days = np.sort(train["time"].to_numpy())
    near = np.searchsorted(days, test["time"] + pd.Timedelta(days=3)) > np.searchsorted(
        days, test["time"] - pd.Timedelta(days=3)
    )
    return np.asarray(near)


@pytest.mark.parametrize(("answer", "dear"), [(recognise, "author"), (remember, "time")])
def test_what_a_model_relies_on_is_dear(answer, dear):
    rows = {row["by"]: row for row in price_of_splits(corpus(), answer)}
    assert list(rows) == ["time", "author"]
    for by, row in rows.items():
        assert (row["train"], row["test"]) == (450, 150)
        assert row["difference"]["mean"] == pytest.approx(row["random"]["mean"] - row["strict"]["mean"])
        assert (row["difference"]["low"] > 0.5) == (by == dear)


def test_a_corpus_without_groups_and_times_has_no_price():
    assert price_of_splits(corpus().drop(columns=["group_author", "time"]), recognise) == []


def test_documents_of_a_new_label_have_no_price_of_time():
    frame = corpus()
    frame.loc[500:, "label"] = "new"
    assert [row["by"] for row in price_of_splits(frame, recognise)] == ["author"]


def test_a_large_corpus_is_limited_to_whole_groups(monkeypatch):
    monkeypatch.setattr("textstudy.prepare.split_prices.AT_MOST", 200)
    seen = []

    def watched(train, test):
        seen.append(pd.concat([train, test]))
        return recognise(train, test)

    price_of_splits(corpus(), watched)
    assert [len(documents) for documents in seen] == [200, 200, 190, 190]
    assert (seen[2]["group_author"].value_counts() == 10).all()
