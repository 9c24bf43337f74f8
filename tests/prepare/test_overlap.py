"""Shingles against hand-computed values; the search for pairs against comparing every text with every other."""

import subprocess
import sys
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.prepare import overlap
from textstudy.prepare.overlap import compare, jaccard, near_pairs, shingles

# Few words and short texts, so that shingles are shared often and by many.
TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=12).map(" ".join), min_size=1, max_size=12)
THRESHOLDS = st.sampled_from([0.1, 0.3, 0.5, 0.55, 0.7, 0.9, 1.0])


@pytest.fixture(params=[20_000_000, 3], ids=["one chunk", "many chunks"])
def chunk(request, monkeypatch):
    monkeypatch.setattr(overlap, "_CHUNK", request.param)


def as_set(pairs):
    return {(int(i), int(j), float(s)) for i, j, s in zip(*pairs, strict=True)}


def test_shingles_are_five_words_long():
    assert len(shingles("a b c d e f g")) == 3
    assert shingles("A, b; c d e") == shingles("a b c d e")
    assert shingles("a b c d e") < shingles("a b c d e f")
    assert shingles("a b c d e").isdisjoint(shingles("e d c b a"))
    assert len(shingles("a a a a a a a a a")) == 1


def test_a_short_text_is_one_shingle_and_an_empty_one_none():
    assert len(shingles("a b c d")) == 1
    assert shingles("a b c").isdisjoint(shingles("a b c d"))
    assert shingles("") == set()
    assert len(shingles(":-)")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "今天天气很好我们一起去公园散步然后回家吃晚饭看电视节目直到深夜才睡觉休息",
        "きょうはとてもよいてんきなのでみんなでこうえんまであるいていきました",
        "วันนี้อากาศดีมากเราจึงไปเดินเล่นที่สวนสาธารณะด้วยกัน",
    ],
    ids=["Chinese", "Japanese", "Thai"],
)
def test_texts_without_spaces_that_differ_in_one_character_are_near_duplicates(text):
    """A shingle is five characters there, so a changed character changes five of n - 4 shingles."""
    changed = f"{text[:15]}水{text[16:]}"
    assert jaccard(text, changed) == pytest.approx((len(text) - 9) / (len(text) + 1), abs=0.03)  # one may repeat
    assert len(near_pairs([text, changed], threshold=0.5).first) == 1
    assert len(near_pairs([text, text[::-1]], threshold=0.5).first) == 0


def test_jaccard_by_hand():
    assert jaccard("a b c d e f", "a b c d e g") == 1 / 3  # abcde in common; bcdef and bcdeg are not
    assert jaccard("a b c d e", "A B C D E.") == 1
    assert jaccard("a b", "a c") == 0
    assert jaccard("", "") == 0


def test_hashes_do_not_depend_on_the_process():
    code = "from textstudy.prepare.overlap import shingles; print(sorted(shingles('the quick brown fox jumps over')))"
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "77"}
    made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == str(sorted(shingles("the quick brown fox jumps over")))


@pytest.mark.usefixtures("chunk")
class TestAgainstBruteForce:
    @settings(max_examples=100, deadline=None)
    @given(TEXTS, THRESHOLDS)
    def test_within_one_list(self, texts, threshold):
        expected = {
            (i, j, jaccard(texts[i], texts[j]))
            for i, j in combinations(range(len(texts)), 2)
            if jaccard(texts[i], texts[j]) >= threshold
        }
        assert as_set(near_pairs(texts, threshold=threshold)) == expected

    @settings(max_examples=100, deadline=None)
    @given(TEXTS, TEXTS, THRESHOLDS, st.sampled_from([0.3, 0.8, 1.0]))
    def test_between_two_lists(self, texts, others, threshold, share):
        expected = {
            (i, j, jaccard(texts[i], others[j]))
            for i, j in product(range(len(texts)), range(len(others)))
            if jaccard(texts[i], others[j]) >= threshold
        }
        pairs, contained = compare(texts, others, threshold=threshold, share=share)
        assert as_set(pairs) == expected
        sets, other_sets = [shingles(text) for text in texts], [shingles(text) for text in others]
        assert contained.tolist() == [
            any(len(one & other) / len(one) >= share for other in sets) if one else False for one in other_sets
        ]


def test_empty_lists():
    assert near_pairs([], threshold=0.7).first.size == 0
    for lists in (([], ["a b"]), (["a b"], [])):
        pairs, contained = compare(*lists, threshold=0.7, share=0.8)
        assert pairs.first.size == 0 and not contained.any()


def _sentences(generator, count, length):
    return [" ".join(row) for row in generator.integers(0, 5_000, (count, length)).astype(str)]


def test_a_form_letter_proposes_no_candidates():
    """Without the prefix filter, the common beginning would make every pair of the 2,000 texts a candidate."""
    generator = np.random.default_rng(1)
    letter = " ".join(f"w{i}" for i in range(30))
    texts = [f"{letter} {own}" for own in _sentences(generator, 2_000, 60)]
    incidence = overlap._incidence(texts, None)
    assert np.bincount(incidence.matrix.indices).max() == 2_000
    assert sum(len(first) for first, _ in overlap._candidates(incidence, 0.7)) == 0
