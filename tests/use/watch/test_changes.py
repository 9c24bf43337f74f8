"""The test of each feature: it sees a change that is made, and calls nothing a change more often than it says."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2_contingency, fisher_exact
from sklearn.metrics import roc_auc_score

from textstudy.use.watch.changed_words import compare_words
from textstudy.use.watch.changes import CATEGORIES, OTHER, compare_categories, compare_numbers, count_categories
from textstudy.use.watch.groups import design_effect, group_numbers, share_together
from textstudy.use.watch.telling_apart import LEAST, describe, scale, tell_apart

VOCABULARY = np.array([f"word{number}" for number in range(60)])


def texts(generator, count, *, more_of=None):
    """Texts of twenty words; to three of four a word is added."""
    drawn = [" ".join(generator.choice(VOCABULARY, 20)) for _ in range(count)]
    return [f"{text} {more_of}" if more_of and place % 4 else text for place, text in enumerate(drawn)]


def apart(generator, shift):
    sides = texts(generator, 150), texts(generator, 150, more_of="other" if shift else None)
    return tell_apart("all", describe([*sides[0], *sides[1]], np.ones((300, 1))), np.arange(300) >= 150)


def words(generator, shift):
    return compare_words(texts(generator, 60), texts(generator, 60, more_of="other" if shift else None))[0]


def numbers(generator, shift):
    return compare_numbers("length", generator.poisson(5, 80), generator.poisson(5 + 3 * shift, 60))


def categories(generator, shift):
    shares = [0.2, 0.3, 0.5] if shift else [0.5, 0.3, 0.2]
    return compare_categories(
        "class", generator.choice(list("abc"), 80, p=[0.5, 0.3, 0.2]), generator.choice(list("abc"), 60, p=shares)
    )


@pytest.mark.parametrize("test", [apart, words, numbers, categories])
def test_no_change_is_called_one_as_often_as_the_p_value_says_and_a_change_is_seen(test):
    draws = 60
    p_values = np.array([test(np.random.default_rng(seed), shift=False).p_value for seed in range(draws)])
    for level in (0.01, 0.1, 0.3):
        assert (p_values <= level).sum() <= binom.ppf(0.999, draws, level), level
    assert test(np.random.default_rng(0), shift=True).p_value < 0.01


def test_a_word_has_the_p_value_of_fishers_exact_test_and_its_shares():
    old, new = ["sun rain"] * 30 + ["sun"] * 10, ["sun rain"] * 5 + ["sun hail"] * 25
    change, changed = compare_words(old, new)
    assert {word.word: (word.old, word.new) for word in changed} == {
        "rain": (30 / 40, 5 / 30), "hail": (0, 25 / 30),
    }  # fmt: skip
    one_sided = fisher_exact([[25, 5], [0, 40]], alternative="greater").pvalue
    assert changed[0].word == change.shown == "hail"
    assert change.p_value == pytest.approx(3 * 2 * one_sided), "of three words, both sides"


def test_words_that_are_nowhere_twice_change_nothing():
    change, changed = compare_words(["one"], ["two"])
    assert change.p_value == 1 and changed == []


def test_drawn_p_values_are_near_those_of_a_large_table():
    old, new = np.repeat(list("ab"), [500, 500]), np.repeat(list("ab"), [460, 540])
    expected = chi2_contingency([[500, 500], [460, 540]], correction=False).pvalue
    change = compare_categories("class", old, new)
    assert change.p_value == pytest.approx(expected, abs=0.02)
    assert change.effect == pytest.approx(0.04) and change.old == 0.5
    assert (change.shown, change.new) in {("a", 0.46), ("b", 0.54)}


def test_one_class_that_vanishes_among_many_is_seen():
    names = [f"class {number:02}" for number in range(20)]
    assert compare_categories("class", names * 30, names[1:] * 30).p_value < 0.001


GROUPED = {
    "numbers": lambda generator, values, groups: compare_numbers("x", *values, groups),
    "categories": lambda generator, values, groups: compare_categories(
        "x", *(each.round().astype(int) for each in values), groups
    ),
    "apart": lambda generator, values, groups: tell_apart(
        "x", scale(np.concatenate(values)[:, None]), np.repeat([False, True], [200, 200]), groups
    ),
}


@pytest.mark.parametrize("test", GROUPED.values(), ids=GROUPED)
def test_documents_that_vary_together_are_no_change_where_the_groups_are_known(test):
    draws, wrong = 60, {True: 0, False: 0}
    for seed in range(draws):
        generator = np.random.default_rng(seed)
        numbers = np.repeat(np.arange(40), 5)
        values = [generator.normal(size=40)[numbers] + 0.5 * generator.normal(size=200) for _ in "01"]
        for known in wrong:
            wrong[known] += test(generator, values, [numbers] if known else []).p_value < 0.05
    assert wrong[True] <= binom.ppf(0.999, draws, 0.05) < wrong[False]


def test_groups_of_one_and_documents_of_unknown_groups_change_nothing():
    frame = pd.DataFrame({"group_author": ["", "a", "", "a", "b"], "text": "x"})
    numbers = group_numbers(frame)["author"]
    assert numbers[1] == numbers[3] and len(set(numbers.tolist())) == 4 and share_together(numbers) == 0.4
    assert design_effect(np.arange(5.0), [np.arange(5)]) == pytest.approx(1)
    assert design_effect(np.array([1.0, 1, 0, 0]), [np.array([0, 0, 1, 1])]) == 2
    assert design_effect(np.ones(4), [np.array([0, 0, 1, 1])]) == 1


def test_one_category_alone_is_no_change():
    assert compare_categories("language", ["en"] * 5, ["en"] * 3).p_value == 1


def test_thousands_of_categories_are_put_together():
    names = [f"{number:05}" for number in range(3_000)]
    counts, kept = count_categories([*names, "00007"], names)
    assert len(kept) == CATEGORIES and kept[0] == "00007" and kept[-1] == OTHER
    assert counts.sum(axis=1).tolist() == [3_001, 3_000]


def test_the_effect_is_the_area_under_the_curve_of_documents_that_were_not_learned_from():
    generator = np.random.default_rng(0)
    is_new = np.repeat([False, True], [300, 300])
    shifted = generator.normal(size=(600, 1)) + 0.5 * is_new[:, None]
    found = tell_apart("x", scale(shifted), is_new)
    assert found.effect == pytest.approx(roc_auc_score(is_new, shifted[:, 0]), abs=0.05)


def test_too_few_documents_are_not_told_apart():
    features = scale(np.arange(100.0)[:, None])
    assert tell_apart("x", features, np.arange(100) >= 100 - LEAST + 1) is None
    assert tell_apart("x", features, np.arange(100) >= 100 - LEAST) is not None
