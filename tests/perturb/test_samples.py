"""Samples hold what the study asks for, and do not depend on the order of rows, batches or workers."""

import multiprocessing
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.errors import StudyError
from textstudy.perturb.augment import copy_texts
from textstudy.perturb.kinds import KINDS
from textstudy.perturb.samples import make_samples, sample
from textstudy.perturb.words import Edit, replay
from textstudy.storage.tables import PERTURBED, read_table, write_table

TEXTS = [f"It is number {n} of those that don't work, 5* for a cheap strap. שלום 👍" for n in range(30)]
IDS = [f"d{n}" for n in range(30)]


def settings(**changes):
    defaults = {"kinds": KINDS, "shares": [0.1, 0.4], "documents": None, "variants": 2, "sentence": None}
    return {**defaults, "as_published": False, **changes}


@pytest.fixture
def split():
    return pd.DataFrame(
        {
            "id": IDS,
            "text": TEXTS,
            "label": ["good", "bad", "bad"] * 10,
            "split": ["test"] * 24 + ["train"] * 6,
            "cluster": IDS,
        }
    )


def test_a_sample_holds_each_document_clean_and_in_every_version(split):
    samples = make_samples(split, corpus="c", settings=settings(documents=5))
    assert len(samples) == 5 * (1 + len(KINDS) * 2 * 2)
    versions = samples.groupby("id")[["perturbation", "share", "variant"]].apply(lambda rows: list(rows.itertuples()))
    assert all(len(set(map(tuple, rows))) == 37 for rows in versions)
    clean = samples[samples["perturbation"] == "none"].set_index("id")
    original = split.set_index("id")
    assert (clean["text"] == original["text"][clean.index]).all()
    assert (clean["share"] == 0).all() and (clean["edits"].str.len() == 0).all()
    assert (samples["label"] == original["label"][samples["id"]].to_numpy()).all()
    for row in samples.itertuples():
        assert replay(original["text"][row.id], [Edit(**edit) for edit in row.edits]) == row.text


def test_samples_are_written_and_read(split, tmp_path):
    samples = make_samples(split, corpus="c", settings=settings(documents=3, as_published=True))
    write_table(samples, tmp_path / "perturbed.parquet", PERTURBED)
    again = read_table(tmp_path / "perturbed.parquet", PERTURBED)
    assert again["text"].tolist() == samples["text"].tolist()
    assert [list(edits) for edits in again["edits"]] == samples["edits"].tolist()


def test_versions_do_not_depend_on_the_order_of_rows_or_on_other_documents(split):
    whole = make_samples(split, corpus="c", settings=settings())
    shuffled = make_samples(split.sample(frac=1, random_state=1), corpus="c", settings=settings())
    pd.testing.assert_frame_equal(whole, shuffled)
    few = make_samples(split, corpus="c", settings=settings(documents=4, kinds=["qwerty"], shares=[0.4], variants=1))
    keys = ["id", "perturbation", "share", "variant"]
    assert len(few.merge(whole[[*keys, "text"]], on=[*keys, "text"])) == len(few) == 8


def test_variants_and_shares_differ(split):
    samples = make_samples(split, corpus="c", settings=settings(documents=1, kinds=["substitution"], variants=20))
    assert samples["text"].nunique() == len(samples)
    assert make_samples(split, corpus="d", settings=settings())["text"].tolist() != samples["text"].tolist()


@given(st.lists(st.sampled_from("aab"), min_size=1, max_size=60), st.integers(1, 60))
def test_a_sample_is_stratified_and_within_a_larger_one(labels, documents):
    test = pd.DataFrame({"id": [str(n) for n in range(len(labels))], "label": labels, "text": "x"})
    drawn = sample(test, corpus="c", documents=documents)
    assert len(drawn) == min(documents, len(labels))
    larger = sample(test.sample(frac=1, random_state=documents), corpus="c", documents=documents + 1)
    assert larger[: len(drawn)] == drawn
    for label in set(labels):
        fair = len(drawn) * labels.count(label) / len(labels)
        assert abs(sum(found == label for _, found, _ in drawn) - fair) <= 1


def test_every_size_of_a_sample_is_stratified():
    labels = np.array(["a"] * 150 + ["b"] * 60 + ["c"] * 7)
    test = pd.DataFrame({"id": np.arange(len(labels)).astype(str), "label": labels, "text": "x"})
    drawn = np.array([label for _, label, _ in sample(test, corpus="c", documents=None)])
    size = np.arange(1, len(labels) + 1)
    for label in "abc":
        fair = size * np.mean(labels == label)
        assert np.abs(np.cumsum(drawn == label) - fair).max() <= 1


def test_the_sentence_comes_last(split):
    sentence = {"text": "This product is not good", "label": "bad", "share": 0.1, "variants": 100}
    samples = make_samples(split, corpus="c", settings=settings(documents=1, kinds=["contract"], sentence=sentence))
    own = samples[samples["id"] == "sentence"]
    assert own["perturbation"].value_counts().to_dict() == {"contract": 100, "none": 1}
    assert set(own["text"]) == {"This product is not good", "This product isn't good"}
    assert own.index[0] == len(samples) - 101


@pytest.mark.parametrize("sentence", [{"text": "Good", "label": "good", "share": 0.1, "variants": 1}, None])
def test_a_document_named_like_the_sentence_is_an_error(split, sentence):
    """Also in a study without a sentence, because readers of the samples know the sentence by its id."""
    with pytest.raises(StudyError, match="id 'sentence'"):
        make_samples(split.replace({"id": {"d1": "sentence"}}), corpus="c", settings=settings(sentence=sentence))


def test_a_split_without_test_documents_is_an_error(split):
    with pytest.raises(StudyError, match="no test document"):
        make_samples(split[split["split"] == "train"], corpus="c", settings=settings())


AUGMENTATION = {"kinds": list(KINDS), "share": 0.2, "copies": 3}


def test_copies_follow_each_other():
    copies = copy_texts(TEXTS, IDS, corpus="c", augmentation=AUGMENTATION)
    assert len(copies) == 90
    assert copies[:30] == copy_texts(TEXTS, IDS, corpus="c", augmentation={**AUGMENTATION, "copies": 1})
    assert copies[:30] != copies[30:60]
    assert np.mean([copy != text for copy, text in zip(copies, TEXTS * 3, strict=True)]) > 0.9


def test_workers_and_batches_make_the_same_bits():
    alone = copy_texts(TEXTS, IDS, corpus="c", augmentation={**AUGMENTATION, "copies": 1})
    batches = [(TEXTS[start : start + 7][::-1], IDS[start : start + 7][::-1]) for start in range(0, 30, 7)]
    work = partial(copy_texts, corpus="c", augmentation={**AUGMENTATION, "copies": 1})
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        together = pool.starmap(work, batches)
    assert [text for batch in together for text in batch[::-1]] == alone
