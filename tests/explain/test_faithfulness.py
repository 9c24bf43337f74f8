"""The deletion test passes explanations that name what moves this model, and no others."""

import numpy as np
import pandas as pd
import pytest

from textstudy.errors import StudyError
from textstudy.explain.faithfulness import (
    FRACTIONS,
    OWN,
    RANDOM,
    _curves,
    _document,
    deletion_test,
    inverse_document_frequencies,
)
from textstudy.explain.spans import words_of

GENERATOR = np.random.default_rng(5)
COMMON = ["fair", "film", "plot", "scene", "actor", "music", "light"]
WORDS = [*(["good"] * 3), *(COMMON * 3)]
TEXTS = {
    f"document-{number}": " ".join([*GENERATOR.permutation(WORDS), f"rare{number}", ",", "!"]) for number in range(40)
}
# "good" is as frequent as other words; each document has one word that few others have.
IDF = inverse_document_frequencies([*TEXTS.values(), "good film, good plot"])


def by_hand(texts):
    """A model by hand: the more often a text says good, the more probable is class 1."""
    good = np.array([text.split().count("good") for text in texts])
    probability = 1 / (1 + np.exp(1 - good))
    return np.column_stack([1 - probability, probability]).astype(np.float32)


def attributions(values_of, *, target=1, texts=TEXTS, read=None):
    """An ATTRIBUTIONS table: the value of each word and mark of each text, or of the first `read` of them."""
    places = {name: words_of(text)[:read] for name, text in texts.items()}
    return pd.DataFrame(
        {
            "id": list(texts),
            "target": target,
            "read": [places[name][-1][1] for name in texts],
            "attributions": [
                np.array([values_of(text[slice(*place)]) for place in places[name]], float)
                for name, text in texts.items()
            ],
        }
    )


def good(word):
    return float(word == "good")


def constant(value):
    return lambda _: value


def by_chance(_):
    return GENERATOR.normal()


def run_test(own, others=None, *, models=1, predict_proba=by_hand):
    found = deletion_test(own, others or {}, texts=TEXTS, idf=IDF, predict_proba=predict_proba, models=models)
    return found, {row["model"] or row["order"]: row for row in found["comparisons"]}


def test_naming_the_words_that_matter_beats_every_other_order():
    found, rows = run_test(attributions(good), {"dull": attributions(by_chance)})
    assert all(row["shown"] and row["documents"] == 40 for row in rows.values()) and list(rows) == [
        "random", "idf", "dull"
    ]  # fmt: skip
    assert found["curve"][0] == rows["random"]["curve"][0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert found["curve"][2] == pytest.approx(1 / (1 + np.e), abs=1e-6)  # five words of 25: no good is left
    for row in rows.values():
        gaps = np.subtract(row["curve"], found["curve"])
        assert row["difference"]["mean"] == pytest.approx(np.trapezoid(gaps, FRACTIONS) / FRACTIONS[-1])
        assert row["difference"]["low"] <= row["difference"]["mean"] <= row["difference"]["high"]


def test_naming_words_by_chance_or_the_wrong_ones_beats_nothing():
    _, rows = run_test(attributions(by_chance))
    assert not rows["random"]["shown"] and rows["random"]["difference"]["low"] < 0.05
    _, rows = run_test(attributions(lambda word: -good(word)))
    assert rows["random"]["difference"]["high"] < 0


def test_an_order_by_idf_is_not_better_than_idf():
    """The old test, against random words alone, passed it."""

    def by_idf(texts):  # a model for which rare words matter most
        rare = np.array([sum(word.startswith("rare") for word in text.split()) for text in texts])
        return np.column_stack([1 - 0.9 * rare, 0.9 * rare])

    _, rows = run_test(attributions(lambda word: IDF.get(word, 0.0)), predict_proba=by_idf)
    assert rows["random"]["shown"] and not rows["idf"]["shown"]
    assert rows["idf"]["difference"]["mean"] == pytest.approx(0.0)


def test_the_order_of_another_model_that_names_the_same_words_is_as_good():
    _, rows = run_test(attributions(good), {"twin": attributions(good), "dull": attributions(by_chance)})
    assert rows["random"]["shown"] and rows["idf"]["shown"] and rows["dull"]["shown"]
    assert not rows["twin"]["shown"] and rows["twin"]["difference"]["mean"] == pytest.approx(0, abs=0.02)


def test_another_model_counts_where_it_gives_the_same_answer():
    other = attributions(by_chance)
    other.loc[:9, "target"] = 0
    _, rows = run_test(attributions(good), {"other": other})
    assert rows["other"]["documents"] == 30 and rows["other"]["shown"]
    _, rows = run_test(attributions(good), {"other": other.assign(target=0)})
    assert (rows["other"]["difference"], rows["other"]["curve"], rows["other"]["shown"]) == (None, None, False)


def test_intervals_are_wider_for_more_models():
    own = attributions(lambda word: good(word) + 0.5 * GENERATOR.normal())
    narrow, wide = (run_test(own, models=models)[1]["idf"]["difference"] for models in (1, 8))
    assert narrow["mean"] == wide["mean"] and wide["low"] < narrow["low"] and narrow["high"] < wide["high"]


def test_a_model_that_hardly_reacts_does_not_pass_however_well_it_is_explained():
    _, rows = run_test(attributions(good), predict_proba=lambda texts: 0.5 + 0.02 * (by_hand(texts) - 0.5))
    row = rows["random"]
    assert 0 < row["difference"]["low"] < row["smallest_difference"] and not row["shown"]


def orders_of(name, own, others=None):
    row = next(row for row in own.itertuples() if row.id == name)
    others = {model: table.set_index("id").loc[name] for model, table in (others or {}).items()}
    return _document(row, others, TEXTS[name], IDF)


def test_punctuation_stays_in_every_order():
    text, spans, orders = orders_of("document-0", attributions(lambda word: float(word in ",!")))
    words = [number for number, span in enumerate(spans) if text[slice(*span)] not in ",!"]
    assert len(spans) == len(words) + 2 and len(orders) == 5
    assert all(sorted(order) == words for order in orders.values())


def test_what_another_model_does_not_read_goes_last_and_what_the_run_does_not_read_nowhere():
    short, whole = attributions(constant(0.0), read=5), attributions(lambda word: -1.0)
    _, _, orders = orders_of("document-0", whole, {"short": short})
    assert sorted(orders["model", "short"][:5]) == [0, 1, 2, 3, 4] and len(orders["model", "short"]) == 25
    _, _, orders = orders_of("document-0", short, {"long": whole})
    assert {number for order in orders.values() for number in order} == {0, 1, 2, 3, 4}


def test_rare_words_go_first_and_words_that_no_training_document_has_last():
    text, spans, orders = orders_of("document-0", attributions(good))
    ordered = [text[slice(*spans[number])] for number in orders["idf", None]]
    assert ordered[0] == "rare0" and IDF["rare0"] > IDF["good"]
    frequencies = {"good": 1.0, "film": 2.0}
    _, _, orders = _document(
        next(attributions(good).itertuples()), {}, TEXTS["document-0"], frequencies
    )  # fmt: skip
    ordered = [text[slice(*spans[number])] for number in orders["idf", None]]
    assert ordered[:3] == ["film"] * 3 and ordered[3:6] == ["good"] * 3


def test_idf_counts_documents():
    found = inverse_document_frequencies(["A good, good film", "a Film", "it"])
    assert found["film"] == pytest.approx(np.log(3 / 2)) and found["good"] == found["it"] == pytest.approx(np.log(3))


def test_random_orders_follow_from_the_documents_names_alone():
    own = attributions(constant(0.0))
    first, shuffled = run_test(own)[0], run_test(own.sample(frac=1, random_state=1))[0]
    assert first["comparisons"][0]["curve"] == pytest.approx(shuffled["comparisons"][0]["curve"])
    (_, _, one), (_, _, other) = (orders_of(name, own) for name in ("document-0", "document-1"))
    assert one[RANDOM, 0] != other[RANDOM, 0] and one[RANDOM, 0] != one[RANDOM, 1]


def test_larger_fractions_take_out_what_smaller_ones_did():
    texts = []

    def noted(given):
        texts.extend(given)
        return np.full((len(given), 2), 0.5)

    document = orders_of("document-0", attributions(good))
    only = (document[0], document[1], {(OWN, None): document[2][OWN, None]})
    _curves([only], np.array([1]), noted)
    kept = [text.split() for text in texts]
    assert [len(words) for words in kept] == [27 - round(25 * fraction) for fraction in FRACTIONS]
    for more, fewer in zip(kept, kept[1:], strict=False):
        assert all(fewer.count(word) <= more.count(word) for word in set(fewer))


def test_attributions_of_other_documents_are_refused():
    other = attributions(good, texts={"document-0": TEXTS["document-0"]})
    with pytest.raises(StudyError, match="attributions of 'other' are of other documents"):
        run_test(attributions(good), {"other": other})
