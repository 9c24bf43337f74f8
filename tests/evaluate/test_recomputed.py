"""Scores and comparisons against plain loops that share no code with them (`tools/recompute.py`)."""

import numpy as np
import pandas as pd
import pytest
import recompute

from textstudy.evaluate.comparison import Plan, compare

CLASSES = 4
GROUPS = ("author", "thread")


def predictions(generator, labels, shared, skill):
    """PREDICTIONS of a run that shares with all others what `shared` says of the documents."""
    logits = shared + generator.normal(size=shared.shape)
    logits[np.arange(len(labels)), labels] += skill
    probabilities = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype("float32")
    return pd.DataFrame({
        "id": [f"d{place:04}" for place in range(len(labels))],
        "split": ["validation" if place % 3 == 0 else "test" for place in range(len(labels))],
        "label": labels.astype("int32"), "predicted": probabilities.argmax(axis=1).astype("int32"),
        "probabilities": list(probabilities),
    })  # fmt: skip


@pytest.fixture(scope="module")
def made():
    """Return (runs, plan, groups): three seeds, two seeds, one seed, and two models without random parts."""
    generator = np.random.default_rng(5)
    threads = np.arange(300) // 4
    labels = generator.choice(CLASSES, p=[0.4, 0.3, 0.2, 0.1], size=300)
    shared = generator.normal(size=(75, CLASSES))[threads] + generator.normal(size=(300, CLASSES))
    skills = {"good": (2.6, 2.4, 3.0), "fair": (2.0, 2.2), "once": (1.9,), "linear": (2.1,), "refit": (2.2,)}
    runs = {
        name: [predictions(generator, labels, shared, skill) for skill in each] for name, each in skills.items()
    }  # fmt: skip
    plan = Plan(
        chosen_from=("fair", "good", "linear", "once"), questions=[("refit", "linear"), ("once", "fair")],
        deterministic=["linear", "refit"],
    )  # fmt: skip
    groups = pd.DataFrame({
        "id": runs["good"][0]["id"],
        "group_author": [f"a{place}" if place % 5 else "" for place in generator.integers(100, size=300)],
        "group_thread": [f"t{thread}" for thread in threads],
    })  # fmt: skip
    return runs, plan, groups


def plainly(made, split, *, grouped=True):
    """Return the made-up study on a split as `recompute` has it."""
    runs, plan, groups = made
    models = {}
    for name, tables in runs.items():
        rows = [table[table["split"] == split] for table in tables]
        models[name] = recompute.Model(
            [recompute.Run(*(list(each[key]) for key in ("label", "predicted", "probabilities"))) for each in rows],
            name in plan.deterministic,
        )
    of_split = groups[list(runs["good"][0]["split"] == split)]
    found = {kind: list(of_split[f"group_{kind}"]) for kind in GROUPS} if grouped else {}
    return recompute.Study(models, found, plan.chosen_from, plan.questions)


def same(found, expected):
    """Compare a row of ours with one of the plain loops."""
    for key, value in expected.items():
        if isinstance(value, float | list):
            assert list(np.atleast_1d(found[key])) == pytest.approx(list(np.atleast_1d(value)), rel=1e-5, abs=1e-9), key
        else:
            assert found[key] == value or (value is None and pd.isna(found[key])), key


@pytest.mark.parametrize("grouped", [True, False])
def test_every_score_is_that_of_plain_loops(made, grouped):
    runs, plan, groups = made
    rows = compare(runs, plan, groups if grouped else None)[0].to_dict("records")
    checked = [row for row in rows if row["metric"] in recompute.METRICS]
    studies = {split: plainly(made, split, grouped=grouped) for split in ("validation", "test")}
    for row in checked:
        same(row, recompute.estimate(studies[row["split"]], row["model"], row["metric"]))
    assert len(checked) == len(runs) * 2 * len(recompute.METRICS)
    assert any(row["grouped_by"] == "thread" for row in checked) == grouped


@pytest.mark.parametrize("grouped", [True, False])
def test_every_comparison_is_that_of_plain_loops(made, grouped):
    runs, plan, groups = made
    pairs = compare(runs, plan, groups if grouped else None)[1]
    rows = {(row["first"], row["second"], row["split"], row["metric"]): row for row in pairs.to_dict("records")}
    studies = {split: plainly(made, split, grouped=grouped) for split in ("validation", "test")}
    expected = list(recompute.all_pairs(*studies.values()))
    assert sorted(each[:4] for each in expected) == sorted(rows)
    for first, second, split, metric, planned, comparisons in expected:
        row = rows[first, second, split, metric]
        same(row, recompute.compare(studies[split], first, second, metric, comparisons))
        assert row["planned"] == planned
