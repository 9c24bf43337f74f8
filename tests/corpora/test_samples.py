"""Samples with parts: disjoint, of the sizes asked for, with the shares of their pools, in any order of documents."""

import weakref
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.corpora.samples import stratified_sample
from textstudy.errors import StudyError


def corpus(counts: dict[tuple[str, str], int]) -> list[dict]:
    return [
        {"id": f"{split}/{label}/{number}", "label": label, "official_split": split}
        for (split, label), count in counts.items()
        for number in range(count)
    ]


def parts(train, validation, test, seed=13):
    return {"size": None, "seed": seed, "parts": {"train": train, "validation": validation, "test": test}}


def drawn_from(drawn: list[dict]) -> dict[str, set[str]]:
    """Return part → official splits that its documents came from."""
    return {part: {d["id"].split("/")[0] for d in drawn if d["official_split"] == part} for part in
            ("train", "validation", "test")}  # fmt: skip


def test_parts_come_from_their_official_splits_in_the_shares_of_these():
    documents = corpus({("train", "a"): 600, ("train", "b"): 200, ("test", "a"): 100, ("test", "b"): 300})
    drawn = list(stratified_sample(documents, parts(200, 40, 60)))
    assert Counter((d["official_split"], d["label"]) for d in drawn) == {
        ("train", "a"): 150, ("train", "b"): 50,
        ("validation", "a"): 30, ("validation", "b"): 10,
        ("test", "a"): 15, ("test", "b"): 45,
    }  # fmt: skip
    assert drawn_from(drawn) == {"train": {"train"}, "validation": {"train"}, "test": {"test"}}
    assert len({d["id"] for d in drawn}) == 300
    order = {document["id"]: place for place, document in enumerate(documents)}
    assert [order[d["id"]] for d in drawn] == sorted(order[d["id"]] for d in drawn)


def test_the_order_of_the_documents_does_not_matter_and_the_seed_does():
    documents = corpus({("train", "a"): 60, ("train", "b"): 90, ("test", "a"): 50})
    where = [
        {d["id"]: d["official_split"] for d in stratified_sample(each, parts(30, 20, 10, seed))}
        for each, seed in ((documents, 1), (documents[::-1], 1), (documents, 2))
    ]
    assert where[0] == where[1] != where[2]


def test_a_corpus_without_official_splits_gives_all_parts():
    drawn = list(stratified_sample(corpus({("", "a"): 60, ("", "b"): 30}), parts(30, 15, 15)))
    assert Counter((d["official_split"], d["label"]) for d in drawn) == {
        ("train", "a"): 20, ("train", "b"): 10,
        ("validation", "a"): 10, ("validation", "b"): 5,
        ("test", "a"): 10, ("test", "b"): 5,
    }  # fmt: skip
    assert len({d["id"] for d in drawn}) == 60


def test_official_validation_documents_are_in_no_part():
    documents = corpus({("train", "a"): 20, ("validation", "a"): 20, ("test", "a"): 20})
    drawn = list(stratified_sample(documents, parts(12, 8, 20)))
    assert drawn_from(drawn) == {"train": {"train"}, "validation": {"train"}, "test": {"test"}}


def test_documents_given_are_not_changed():
    documents = corpus({("", "a"): 9})
    list(stratified_sample(documents, parts(3, 3, 3)))
    assert {document["official_split"] for document in documents} == {""}


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.tuples(st.sampled_from(["", "train", "test"]), st.sampled_from("abcd")), st.integers(1, 30),
                    min_size=1),
    st.integers(1, 25), st.integers(1, 15), st.integers(1, 15), st.integers(0, 3),
)  # fmt: skip
def test_sizes_are_kept_or_too_few_documents_are_an_error(counts, train, validation, test, seed):
    has_test = any(split == "test" for split, _ in counts)
    training = sum(count for (split, _), count in counts.items() if split != "test")
    testing = sum(counts.values()) - training
    enough = training >= train + validation + (0 if has_test else test) and (not has_test or testing >= test)
    chosen = parts(train, validation, test, seed)
    if not enough:
        with pytest.raises(StudyError, match=r"`sample.parts.\w+` asks for \d+ documents, but only \d+ are left"):
            list(stratified_sample(corpus(counts), chosen))
        return
    drawn = list(stratified_sample(corpus(counts), chosen))
    assert Counter(d["official_split"] for d in drawn) == {"train": train, "validation": validation, "test": test}
    assert len({d["id"] for d in drawn}) == len(drawn)


class _Document(dict):
    """A mapping that can be counted while it lives."""

    __hash__ = object.__hash__


@pytest.mark.parametrize("chosen", [parts(20, 10, 10), {"size": 40, "parts": None, "seed": 1}])
def test_a_stream_is_never_held_as_a_whole(chosen):
    alive, most = weakref.WeakSet(), 0

    def stream():
        nonlocal most
        for document in corpus({("train", "a"): 3000, ("train", "b"): 2000, ("test", "a"): 1000}):
            document = _Document(document)
            alive.add(document)
            most = max(most, len(alive))
            yield document

    assert len(list(stratified_sample(stream(), chosen))) == 40
    assert most <= 2 * 3 * 40 + 3  # twice as many as asked for of each stratum, and those on their way
