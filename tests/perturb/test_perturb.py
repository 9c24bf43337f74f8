"""Promises for every perturbed text, and the edits of each kind."""

from collections import Counter
from string import ascii_letters

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from textstudy.perturb.characters import CHARACTER_EDITS, HOMOGLYPHS, NEIGHBOURS
from textstudy.perturb.contractions import EXPANSIONS
from textstudy.perturb.kinds import COMBINED, KINDS
from textstudy.perturb.perturb import generator_for, perturb
from textstudy.perturb.words import Words, replay

LENGTHENED = {"homoglyph": 0, "neighbour_swap": 0, "qwerty": 0, "deletion": -1, "insertion": 1, "substitution": 0}
PIECES = [
    "a", "I", "5*", "x'", "aa", "ab", "the", "Good", "ALL", "re-use", "product", "10", "it's", "Don't", "can't",
    "do not", "Is not", "I will not", "it  is", "that\nis", "do, not", "cannot have", "ain't", "ma'am",
    "café", "cafe\u0301", "naïve", "ßtraße", "İstanbul", "\u212a9", "ﬁne", "𝒌ey", "👍", "👩‍👩‍👧", "\u200f",
    "שָׁלוֹם", "مرحبا", "हिन्दी", "中文字", "don\u2019t", "--", "@home", "__init__", "\x00", "\ufeff",
]  # fmt: skip
SEPARATORS = [" ", " ", " ", "  ", "\n", ", ", ". ", "\u00a0", "/", "--"]

texts = st.text(max_size=40) | st.lists(st.sampled_from(PIECES) | st.sampled_from(SEPARATORS), max_size=60).map("".join)
seeds = st.integers(0, 2**63)
shares = st.sampled_from([0.0, 0.05, 0.1, 0.4, 1.0])
kinds = st.sampled_from(KINDS)
character_kinds = st.sampled_from(sorted(CHARACTER_EDITS))


def perturbed(text, kind, seed=0, share=1.0, **options):
    return perturb(text, kind, share=share, generator=np.random.default_rng(seed), **options)


@given(texts, kinds, seeds, shares, st.booleans())
def test_the_edits_replay_to_the_text_and_nothing_else_changes(text, kind, seed, share, as_published):
    result = perturbed(text, kind, seed, share, as_published=as_published)
    assert replay(text, result.edits) == result.text
    result.text.encode("utf-8")
    end = 0
    for edit in result.edits:
        assert end <= edit.start < edit.end
        assert text[edit.start : edit.end] == edit.before != edit.after
        end = edit.end
    assert result == perturbed(text, kind, seed, share, as_published=as_published)


@given(texts, kinds, seeds, shares)
def test_an_edit_replaces_a_word_or_contracts_two(text, kind, seed, share):
    words = Words.of(text)
    starts = {start: index for index, (start, _) in enumerate(words.spans)}
    for edit in perturbed(text, kind, seed, share).edits:
        index = starts[edit.start]
        if edit.end != words.spans[index][1]:
            assert kind in ("contract", "combination")
            assert edit.end == words.spans[index + 1][1]
            first, second = edit.before.split()
            assert EXPANSIONS[edit.after] == f"{first} {second}"


@given(texts, character_kinds, seeds, shares)
def test_as_many_words_are_edited_as_asked_for_and_admissible(text, kind, seed, share):
    words = Words.of(text)
    admissible = sum(any(CHARACTER_EDITS[kind].candidates(words[index])) for index in range(len(words)))
    result = perturbed(text, kind, seed, share)
    assert result.words == len(words)
    assert len(result.edits) == min(admissible, max(int(share * len(words)), 1))


@given(texts, character_kinds)
def test_no_candidate_is_the_word_itself(text, kind):
    words = Words.of(text)
    for index in range(len(words)):
        assert words[index] not in CHARACTER_EDITS[kind].candidates(words[index])


@given(texts, character_kinds, seeds)
def test_lengths_and_alphabets(text, kind, seed):
    for edit in perturbed(text, kind, seed).edits:
        before, after = edit.before, edit.after
        assert len(after) == len(before) + LENGTHENED[kind]
        gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
        if kind == "neighbour_swap":
            assert not gone and not come
        if kind in ("insertion", "substitution"):
            assert set(come) <= set(ascii_letters)
        if kind == "homoglyph":
            assert [HOMOGLYPHS[character] for character in gone] == list(come)
        if kind == "qwerty":
            assert next(iter(come)).lower() in NEIGHBOURS[next(iter(gone)).lower()]
            assert next(iter(come)).isupper() == next(iter(gone)).isupper()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", " ", "...", "👍 👍", "中"])
def test_texts_without_an_admissible_word_do_not_change(text, kind):
    assert perturbed(text, kind) == (text, (), len(Words.of(text)))


@pytest.mark.parametrize("kind", sorted(set(CHARACTER_EDITS) - {"homoglyph"}))
def test_words_of_one_letter_change_by_homoglyphs_only(kind):
    assert perturbed("I a 4", kind).edits == ()
    assert perturbed("I a 4", "homoglyph").text == "І ɑ 4"


@pytest.mark.parametrize(
    ("text", "contracted"),
    [
        ("It is good, but do not buy it", {"It's good, but don't buy it"}),
        ("do\nnot", {"don't"}),
        ("do, not do. Not", {"do, not do. Not"}),
        ("I am and i am", {"I'm and i'm"}),
        ("I will not", {"I'll not", "I won't"}),
        ("is it not", {"is it not"}),
    ],
)
def test_contractions(text, contracted):
    assert {perturbed(text, "contract", seed).text for seed in range(30)} == contracted


def test_expansions():
    assert perturbed("Don't say we're, I'm or ain't; DON'T", "extend").text == "Do not say we are, I am or ain't; DON'T"


def test_a_deletion_leaves_a_word():
    assert perturbed("5* x' I-", "deletion").text == "5 x I"


def test_insertions_reach_both_ends_and_every_gap():
    places = Counter()
    for seed in range(200):
        text = perturbed("aaaa", "insertion", seed).text
        places[next((i for i, character in enumerate(text) if character != "a"), None)] += 1
    assert {0, 1, 2, 3, 4} <= set(places)


def test_swaps_pass_over_equal_neighbours():
    assert {perturbed("aab", "neighbour_swap", seed).text for seed in range(30)} == {"aba"}
    assert perturbed("aaa", "neighbour_swap").edits == ()


def test_homoglyphs_look_alike():
    assert all(not double.isascii() and double.isalpha() or double in "ⅼⅿ" for double in HOMOGLYPHS.values())
    assert all(len(Words.of(double)) == 1 for double in HOMOGLYPHS.values())
    assert all(letter in ascii_letters for letter in HOMOGLYPHS)
    assert len(set(HOMOGLYPHS.values())) == len(HOMOGLYPHS)


def test_neighbours_are_mutual():
    assert all(key in NEIGHBOURS[neighbour] for key in NEIGHBOURS for neighbour in NEIGHBOURS[key])


def test_words_are_drawn_uniformly_among_the_admissible():
    text = "a worn 12 cover and b cheap strap"  # "a", "12" and "b" have no letter that may be mistyped
    starts = Counter(edit.start for seed in range(3000) for edit in perturbed(text, "qwerty", seed, 0.1).edits)
    assert sorted(starts) == [2, 10, 16, 22, 28]
    assert chisquare(list(starts.values())).pvalue > 0.001


def test_a_combination_draws_its_kind_uniformly_among_those_the_word_admits():
    outcomes = Counter(perturbed("Don't", "combination", seed).text for seed in range(3000))
    expanded = outcomes["Do not"]
    others = Counter({1: 0, -1: 0, 0: 0})
    for text, number in outcomes.items():
        if text != "Do not":
            others[len(text) - len("Don't")] += number
    # extend, deletion, insertion, and two kinds that keep the length: homoglyph and qwerty
    assert chisquare([expanded, others[-1], others[1], others[0]], [600, 600, 600, 1200]).pvalue > 0.001


def test_a_combination_is_of_six_kinds():
    assert COMBINED == ("contract", "extend", "homoglyph", "qwerty", "deletion", "insertion")
    assert set(KINDS) == {"contract", "extend", *CHARACTER_EDITS, "combination"}


def test_generators_differ_in_everything_that_names_a_text():
    base = ("corpus", "document", "qwerty", 0.1, 0)
    others = [("c", *base[1:]), (base[0], "d", *base[2:]), (*base[:2], "deletion", *base[3:])]
    others += [(*base[:3], 0.2, 0), (*base[:4], 1)]
    draws = [generator_for(*names).random() for names in (base, *others)]
    assert len(set(draws)) == 6
    assert generator_for(*base).random() == draws[0]
