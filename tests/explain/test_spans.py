"""Words as places in a text: what models find is carried to them without loss, and they can be taken out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from textstudy.explain.spans import delete_words, spread, to_lower_case, to_normal_form, words_of
from textstudy.words import normalise


def test_contractions_and_marks_stand_apart():
    text = "I can’t, won't -- it's 'quoted' (3.5)! C++ 👍🏽"
    assert [text[slice(*word)] for word in words_of(text)] == [
        "I", "ca", "n’t", ",", "wo", "n't", "--", "it", "'s", "'", "quoted", "'", "(", "3.5", ")", "!", "C++", "👍🏽",
    ]  # fmt: skip


@given(text=st.text())
def test_words_cover_everything_but_white_space_once(text):
    places = [place for start, end in words_of(text) for place in range(start, end)]
    assert places == [place for place, character in enumerate(text) if not character.isspace()]


@given(text=st.text() | st.text(alphabet="aİΣßŉ ǅ"))
def test_each_lower_case_character_has_a_place(text):
    lower, origins = to_lower_case(text)
    assert len(origins) == len(lower) + 1 and origins[-1] == len(text)
    assert all(lower[n] in text[origins[n]].lower() + "ςσ" for n in range(len(lower)))


@given(text=st.text() | st.text(alphabet="aé\u0301\u0316’\u00adक\u093c\u0958한\u1112\u1161\u11ab \n"))
def test_each_character_of_the_normal_form_has_a_place(text):
    normal, origins = to_normal_form(text)
    assert normal == normalise(text)
    assert len(origins) == len(normal) + 1 and origins == sorted(origins) and origins[-1] == len(text)


def test_composed_letters_and_hidden_hyphens_are_found_where_they_stand():
    assert to_normal_form("e\u0301t\u00adé") == ("été", [0, 2, 4, 5])


def test_a_piece_over_two_words_is_shared_and_one_on_none_is_left_out():
    words = words_of("new york, today")  # new | york | , | today
    found = spread([(0, 3), (0, 8), (8, 9), (3, 4), (0, 0)], np.array([1.0, 4.0, 5.0, 100.0, 100.0]), words)
    np.testing.assert_allclose(found, [3, 2, 5, 0])


@given(st.data(), st.text(alphabet="ab ,'", min_size=1))
def test_spreading_keeps_the_sum_of_pieces_that_touch_a_word(data, text):
    words = words_of(text)
    places = st.integers(0, len(text))
    pieces = [tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(places, places)))]
    pieces = [(start, end) for start, end in pieces if text[start:end].strip()]
    values = np.arange(1.0, len(pieces) + 1)
    np.testing.assert_allclose(spread(pieces, values, words).sum(), values.sum())


@given(st.data(), st.text(alphabet="ab ,-'"))
def test_taking_words_out_leaves_the_others_as_they_are(data, text):
    words = words_of(text)
    deleted = data.draw(st.sets(st.sampled_from(range(len(words))))) if words else set()
    shorter = delete_words(text, words, deleted)
    kept = [text[slice(*word)] for number, word in enumerate(words) if number not in deleted]
    assert [shorter[slice(*word)] for word in words_of(shorter)] == kept


def test_neighbours_of_a_word_taken_out_do_not_grow_together():
    assert delete_words("well-known fact", words_of("well-known fact"), [1]) == "well known fact"
