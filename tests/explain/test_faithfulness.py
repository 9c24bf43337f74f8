"""The deletion curve passes explanations that name what moves a model, and no others."""

import numpy as np
import pytest

from textstudy.explain.faithfulness import FRACTIONS, RANDOM_ORDERS, deletion_curves, shorten
from textstudy.explain.spans import Explained, words_of

GENERATOR = np.random.default_rng(5)
WORDS = [*(["good"] * 3), *(["fair", "film", "plot", "scene", "actor", "music", "light"] * 3)]
TEXTS = [" ".join(GENERATOR.permutation(WORDS)) for _ in range(40)]
NAMES = [f"document-{number}" for number in range(40)]


def by_hand(texts):
    """A model by hand: the more often a text says good, the more probable is class 1."""
    good = np.array([text.split().count("good") for text in texts])
    probability = 1 / (1 + np.exp(1 - good))
    return np.column_stack([1 - probability, probability]).astype(np.float32)


def explained(values_of, target=1):
    found = []
    for text in TEXTS:
        values = np.array([values_of(word) for word in text.split()], dtype=float)
        found.append(Explained(text, target, words_of(text), values, float(values.sum()), 16))
    return found


def test_naming_the_words_that_matter_passes():
    curves = deletion_curves(explained(lambda word: float(word == "good")), NAMES, by_hand)
    assert curves["faithful"] and curves["documents"] == 40
    assert curves["by_attribution"][0] == curves["random"][0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert curves["by_attribution"][2] == pytest.approx(1 / (1 + np.e), abs=1e-6)  # five words of 24: no good is left
    gaps = np.subtract(curves["random"], curves["by_attribution"])
    assert curves["difference"]["mean"] == pytest.approx(np.trapezoid(gaps, FRACTIONS) / FRACTIONS[-1])
    assert curves["difference"]["low"] < curves["difference"]["mean"] < curves["difference"]["high"]


def test_naming_words_by_chance_or_the_wrong_ones_does_not_pass():
    chance = deletion_curves(explained(lambda _: GENERATOR.normal()), NAMES, by_hand)
    assert not chance["faithful"] and chance["difference"]["low"] < 0.05
    wrong = deletion_curves(explained(lambda word: -float(word == "good")), NAMES, by_hand)
    assert not wrong["faithful"] and wrong["difference"]["high"] < 0


def test_a_model_that_hardly_reacts_does_not_pass_however_well_it_is_explained():
    def dull(texts):
        return 0.5 + 0.02 * (by_hand(texts) - 0.5)

    curves = deletion_curves(explained(lambda word: float(word == "good")), NAMES, dull)
    assert 0 < curves["difference"]["low"] < curves["smallest_difference"] and not curves["faithful"]


def test_random_orders_follow_from_the_documents_names_alone():
    one, other = explained(lambda _: 0.0)[:2]
    texts = shorten(one, "a")
    assert len(texts) == 1 + (1 + RANDOM_ORDERS) * (len(FRACTIONS) - 1)
    assert texts == shorten(one, "a") and texts != shorten(one, "b")
    counts = [len(text.split()) for text in texts]
    expected = [len(WORDS) - round(fraction * len(WORDS)) for fraction in FRACTIONS[1:]]
    assert counts == [len(WORDS), *expected * (1 + RANDOM_ORDERS)]
    both = deletion_curves([one, other], ["a", "b"], by_hand)
    swapped = deletion_curves([other, one], ["b", "a"], by_hand)
    np.testing.assert_allclose(both["random"], swapped["random"])


def test_larger_fractions_take_out_what_smaller_ones_did():
    texts = shorten(explained(lambda _: 0.0)[0], "a")
    for order in range(1 + RANDOM_ORDERS):
        kept = [sorted(text.split()) for text in texts[1 + 4 * order : 5 + 4 * order]]
        for more, fewer in zip(kept, kept[1:], strict=False):
            assert all(fewer.count(word) <= more.count(word) for word in set(fewer))
