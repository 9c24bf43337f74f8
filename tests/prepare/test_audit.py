"""The audit finds what was planted, counts it as one would by hand, and fails on nothing else."""

import json
from itertools import permutations

import pandas as pd
import pytest

from textstudy.corpora import newsgroups
from textstudy.errors import StudyError
from textstudy.prepare.audit import audit, check
from textstudy.prepare.clean import clean
from textstudy.prepare.content_words import stop_words_of
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.ledger import count_documents, entry
from textstudy.prepare.loss_warnings import loss_warnings
from textstudy.prepare.similar import find_near
from textstudy.prepare.split import split

NEAR = {"near_threshold": 0.7, "within_splits": True, "keep": "train", "conflicts": "keep"}
NO_DUPLICATES = pd.DataFrame(
    columns=["id", "cluster", "match", "similarity", "label", "kept_label", "official_split", "kept_split"]
)
RED = "apples and cherries ripen on the southern slope of the hill in late summer {}"
BLUE = "whales and herrings cross the northern ocean under the ice in early spring {}"


def rows(*texts_by_split):
    """A table of (text, label, split); the ids are its row numbers."""
    frame = pd.DataFrame(texts_by_split, columns=["text", "label", "split"])
    return frame.assign(id=[f"d{i}" for i in range(len(frame))], cluster="c").astype("str")


def small(*more):
    return rows(
        ("apples are red", "red", "train"),
        ("cherries are as red as wine", "red", "train"),
        ("whales are blue", "blue", "train"),
        ("the ocean is blue too", "blue", "train"),
        ("tomatoes and strawberries", "red", "validation"),
        ("jeans", "blue", "test"),
        *more,
    )


def run(divided, *, documents=None, duplicates=NO_DUPLICATES, settings=NEAR):
    official = divided.rename(columns={"split": "official_split"})
    return audit(official if documents is None else documents, official, official, divided, duplicates, settings)


def at(result, stage, first, second):
    (found,) = [o for o in result["overlaps"] if (o["stage"], o["first"], o["second"]) == (stage, first, second)]
    return found


def test_a_sound_preparation_passes():
    result = run(small())
    check(result)
    assert [overlap["exact"] + overlap["near"] for overlap in result["overlaps"]] == [0] * 12
    assert result["label_counts"] == {
        "train": {"blue": 2, "red": 2},
        "validation": {"red": 1},
        "test": {"blue": 1},
    }
    assert (result["empties"], result["label_conflict_count"], result["suspects"]) == (0, 0, [])


def test_lost_classes_are_in_the_audit_and_explain_why_it_fails():
    documents = rows(("red", "red", ""), ("blue", "blue", ""), ("blue too", "blue", "")).drop(columns="split")
    documents = documents.assign(official_split="")
    counts = count_documents(documents), count_documents(documents[1:])
    ledger = [entry(step="clean", reason="shorter than 4 characters", before=counts[0], after=counts[1])]
    divided = small()
    result = run(divided[divided["label"] == "blue"]) | {"warnings": loss_warnings(ledger)}
    with pytest.raises(
        StudyError, match=r'two labels \(blue\); Class "red" \(1 document\) is lost\. All its documents'
    ):
        check(result)
    official = divided.rename(columns={"split": "official_split"})
    whole = audit(official, official, official, divided, NO_DUPLICATES, NEAR, ledger=ledger)
    assert [warning["labels"] for warning in whole["warnings"]] == [["red"]]
    check(whole)


def test_overlaps_by_hand():
    """Fifteen words have 11 shingles; with the last word changed 10 are common, a similarity of 10/12."""
    divided = small(
        (RED.format("now"), "red", "train"),
        (RED.format("Now!"), "red", "train"),
        (RED.format("again"), "red", "test"),
        (RED.format("NOW"), "red", "test"),
        (BLUE.format("now") + " " + RED.format("now"), "blue", "train"),
        (BLUE.format("now"), "blue", "test"),
    )
    found = at(run(divided), "split", "train", "test")
    assert (found["exact"], found["near"]) == (1, 1)
    assert found["contained"] == 3 / 4  # all but jeans; one of them within a text twice as long
    assert found["documents"] == 4


def test_stages_without_official_splits_are_left_out():
    divided = small()
    raw = divided.drop(columns="split").assign(official_split="")
    result = audit(raw, raw, raw, divided, NO_DUPLICATES, NEAR)
    assert {overlap["stage"] for overlap in result["overlaps"]} == {"split"}


@pytest.mark.parametrize("leak", [(RED.format("now"), "train", "test"), (RED.format("then"), "validation", "test")])
def test_a_planted_leak_fails(leak):
    text, first, second = leak
    divided = small((RED.format("now"), "red", first), (text, "red", second))
    with pytest.raises(StudyError, match=f"duplicates of {first} documents are in {second}"):
        check(run(divided))


def test_without_a_threshold_near_duplicates_pass_and_exact_ones_fail():
    near = small((RED.format("now"), "red", "train"), (RED.format("then"), "red", "test"))
    result = run(near, settings={"near_threshold": None})
    assert at(result, "split", "train", "test")["near"] == 1
    check(result)
    exact = small((RED.format("now"), "red", "train"), (RED.format("NOW"), "red", "test"))
    with pytest.raises(StudyError, match="1 exact and 0 near"):
        check(run(exact, settings={"near_threshold": None}))


def test_empty_texts_and_unknown_labels_fail_together():
    with pytest.raises(
        StudyError, match=r"1 documents have no text; test has labels that train does not have \(green\)"
    ):
        check(run(small((" ", "red", "train"), ("grass is green", "green", "test"))))


def test_a_single_label_to_train_on_fails():
    divided = rows(("apples are red", "red", "train"), ("cherries too", "red", "train"), ("tomatoes", "red", "test"))
    with pytest.raises(StudyError, match=r"failed: train has fewer than two labels \(red\). Change"):
        check(run(divided))


def test_texts_without_words_for_a_linear_model_have_no_features():
    """The model reads words, and there are none."""
    result = run(rows(*[(" ".join(text), "xy"[i % 2], "train") for i, text in enumerate(permutations("!?.;~"))]))
    check(result)
    assert (result["top_features"], result["suspects"]) == ({}, [])


def test_label_conflicts_are_listed_from_the_most_similar():
    duplicates = pd.DataFrame(
        [
            ("k", "k", "kept", 1.0, "red", "red", "train", "train"),
            ("m", "m", "conflict", 1.0, "red", "red", "train", "train"),
            ("n", "m", "words", 0.9, "blue", "red", "train", "train"),
            ("a", "k", "near", 0.8, "blue", "red", "test", "train"),
            ("b", "k", "exact", 1.0, "blue", "red", "test", "train"),
            ("c", "k", "exact", 1.0, "red", "red", "test", "train"),
        ],
        columns=NO_DUPLICATES.columns,
    )
    result = run(small(), duplicates=duplicates)
    assert result["label_conflict_count"] == 3
    assert result["label_conflicts"] == [
        {"kept": "k", "other": "b", "kept_label": "red", "label": "blue", "similarity": 1.0, "dropped": False},
        {"kept": "m", "other": "n", "kept_label": "red", "label": "blue", "similarity": 0.9, "dropped": True},
        {"kept": "k", "other": "a", "kept_label": "red", "label": "blue", "similarity": 0.8, "dropped": False},
    ]


def test_remains_of_headers_are_suspects():
    """`marlowe` and `nimrod` occur 11 times in raw and once in clean texts, `apples` four times in both."""
    divided = rows(
        ("marlowe nimrod apples plums", "red", "train"),
        *[("apples plums", "red", "train")] * 3,
        *[("whales herrings", "blue", "train")] * 4,
        ("apples", "red", "test"),
    )
    documents = divided.rename(columns={"split": "official_split"})
    header = "From: pm@nimrod.example (Philip Marlowe)\n" * 10
    documents.loc[0, "text"] = header + "Marlowe nimrod apples plums"
    documents.loc[8, "text"] = "apples " * 100  # not in train, so it does not count
    result = run(divided, documents=documents)
    red = {feature["feature"]: feature for feature in result["top_features"]["red"]}
    assert red["marlowe"]["removed_share"] == red["nimrod"]["removed_share"] == pytest.approx(10 / 11)
    assert red["apples"]["removed_share"] == 0
    assert all(feature["weight"] > 0 for listed in result["top_features"].values() for feature in listed)
    assert set(red).isdisjoint(feature["feature"] for feature in result["top_features"]["blue"])
    assert {(found["feature"], found["label"], found["looks_like"]) for found in result["suspects"]} == {
        ("marlowe", "red", "name"),
        ("nimrod", "red", "host"),
    }


def test_digest_follows_the_content():
    digests = {run(divided)["digest"] for divided in (small(), small(), small(("more", "red", "train")))}
    assert len(digests) == 2
    changed = small()
    changed.loc[5, "split"] = "train"
    assert run(changed)["digest"] not in digests


def test_real_messages(mirror):
    """Two groups: there are overlaps before and after cleaning, but none after the removal of duplicates."""
    groups = {name: [name] for name in ("misc.forsale", "sci.electronics")}
    documents = newsgroups.read(mirror / "20newsgroups", {"groups": groups, "sample": None})
    removed = {"headers": True, "quotes": True, "signatures": True, "blocks": True}
    cleaned, _ = clean(documents, removed | {"minimum_characters": 50, "maximum_words": 400})
    unique, duplicates, _ = deduplicate(cleaned, NEAR)
    divided, _ = split(unique, {"validation": 0.2, "test": "official", "by": "label", "group": None, "seed": 13})
    result = audit(documents, cleaned, unique, divided, duplicates, NEAR)
    check(result)
    assert at(result, "cleaned", "train", "test")["exact"] + at(result, "cleaned", "train", "test")["near"] > 0
    assert at(result, "deduplicated", "train", "test")["near"] == 0
    assert result["label_conflict_count"] == (duplicates["label"] != duplicates["kept_label"]).sum() > 0
    assert all(len(listed) == 50 for listed in result["top_features"].values())
    json.dumps(result, allow_nan=False)

    # Without the near-duplicates removed, the same documents do not pass.
    naive, duplicates, _ = deduplicate(cleaned, NEAR | {"near_threshold": None})
    divided, _ = split(naive, {"validation": 0.2, "test": "official", "by": "label", "group": None, "seed": 13})
    with pytest.raises(StudyError, match="near duplicates of train documents are in"):
        check(audit(documents, cleaned, naive, divided, duplicates, NEAR))


def test_parts_of_a_sample_are_compared_at_every_stage(mirror):
    """The parts of the sample are the official splits of all stages."""
    technical = ["comp.graphics", "sci.space"]
    corpus = {
        "groups": {"technical": technical, "other": ["misc.forsale", "rec.autos"]},
        "sample": {"size": None, "parts": {"train": 400, "validation": 100, "test": 100}, "seed": 13},
    }
    documents = newsgroups.read(mirror / "20newsgroups", corpus)
    removed = {"headers": True, "quotes": True, "signatures": True, "blocks": True}
    stop_words = stop_words_of(mirror / "nltk_data")
    cleaned, _ = clean(documents, removed | {"minimum_characters": 0, "maximum_words": None}, stop_words)
    settings = NEAR | {"within_splits": False}
    unique, duplicates, ledger = deduplicate(cleaned, settings)
    divided, _ = split(unique, {"validation": 0.2, "test": "official", "by": "label", "group": None, "seed": 13})
    result = audit(documents, cleaned, unique, divided, duplicates, settings)
    check(result)
    assert len(result["overlaps"]) == 12
    assert at(result, "parsed", "train", "test")["documents"] == 100
    assert at(result, "cleaned", "train", "test")["documents"] == (cleaned["official_split"] == "test").sum()
    assert ledger[-1]["by_split"]["train"] == (cleaned["official_split"] == "train").sum()  # train stays whole


def test_a_stage_that_changes_no_text_is_not_searched_again(monkeypatch):
    searches = []
    monkeypatch.setattr("textstudy.prepare.overlap.find_near", lambda *a, **b: searches.append(a) or find_near(*a, **b))
    result = run(small())
    assert len(searches) == 3 and len(result["overlaps"]) == 12
    assert at(result, "parsed", "train", "test") | {"stage": "split"} == at(result, "split", "train", "test")


def test_features_come_from_a_draw_where_there_are_very_many_documents(monkeypatch):
    divided = small(*[(f"apples {n}", "red", "train") for n in range(50)], ("whales", "blue", "train"))
    assert "features_from" not in run(divided)
    monkeypatch.setattr("textstudy.prepare.audit.FEATURES_FROM", 40)
    result = run(divided)
    assert result["features_from"] == 40
    assert result["label_counts"]["train"] == {"blue": 3, "red": 52}  # counted on all
    assert run(divided)["top_features"] == result["top_features"]
