"""Labels corrected by hand, on the real workflow: they reach the split, and an edit of the file reruns what must."""

from collections import Counter

import pandas as pd
import pytest

pytestmark = pytest.mark.workflow

SPLIT = "results/prepared/tiny/split.parquet"
AUDIT = "results/prepared/tiny/audit.json"
CORPUS = {"kind": "demo", "documents": 300}


def study(**settings):
    """The least study on 300 documents, with these settings of its preparation."""
    models = {"linear_nb": {"architecture": "linear", "classifier": "complement_nb"}}
    return {"title": "A study", "preparation": {"name": "tiny", "corpus": CORPUS, **settings}, "models": models}


def test_corrections_are_read_counted_and_watched(fresh):
    fresh.write_study(study())
    fresh.run(AUDIT)
    before = pd.read_parquet(fresh.folder / SPLIT)
    test = before[before["split"] == "test"]
    other = {name: next(label for label in sorted(before["label"]) if label != old)
             for name, old in zip(test["id"], test["label"], strict=True)}  # fmt: skip
    first, second = test["id"].iloc[:2]
    file = fresh.folder / "data" / "corrected.csv"
    file.parent.mkdir()
    file.write_text(f"id,new_label\n{first},{other[first]}\n{second},DROP\n", encoding="utf-8")

    fresh.write_study(study(relabel="data/corrected.csv"))
    assert fresh.run(AUDIT) == Counter(split=1, audit=1)
    after = pd.read_parquet(fresh.folder / SPLIT)
    assert dict(zip(after["id"], after["label"], strict=True))[first] == other[first]
    assert second not in set(after["id"]) and len(after) == len(before) - 1
    kept = before[before["id"] != second].reset_index(drop=True)
    assert after.drop(columns="label").equals(kept.drop(columns="label")), "the same documents stay in each part"
    lines = fresh.read_json("results/prepared/tiny/split.json")
    assert [(line["step"], line.get("changed")) for line in lines] == [
        ("split", None),
        ("relabel", 1),
        ("relabel", None),
    ]
    assert fresh.run(AUDIT) == Counter()

    file.write_text(f"id,new_label\n{first},\n", encoding="utf-8")
    assert fresh.run(AUDIT) == Counter(split=1, audit=1)
    assert pd.read_parquet(fresh.folder / SPLIT).equals(before)

    file.write_text("id,new_label\nnobody,DROP\n", encoding="utf-8")
    said = fresh.snakemake(AUDIT, check=False)
    assert "data/corrected.csv, line 2: the corpus has no document 'nobody'" in said


def test_a_file_of_results_is_refused(fresh):
    fresh.write_study(study(relabel="results/studies/tiny/doubtful_labels.csv"))
    assert "files under results/ are written anew: copy the file" in fresh.snakemake("--dry-run", check=False)
