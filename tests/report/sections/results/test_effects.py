"""The effect of one setting: which models are compared, and sentences that follow the paired test."""

from itertools import combinations

import pytest
from sample import pair, restate, sample

from textstudy.report.sections.results.effects import findings, only_difference
from textstudy.settings.models import AS_MODEL


def model(architecture="recurrent", **settings):
    settings = {"architecture": architecture, "layers": 1, "training": {"epochs": 3}, **settings}
    made = {"settings": AS_MODEL.validate_python(settings).model_dump(mode="json")}
    restate(made)
    return made


ALONE = {"cell": "lstm", "bidirectional": True, "pooling": "final", "tfidf_weighting": False}
CASES = {
    "one setting": (model(), model(layers=2), "layers"),
    "a nested setting": (model(), model(training={"epochs": 4}), "training.epochs"),
    "nothing": (model(), model(), None),
    "two settings": (model(), model(layers=2, hidden_size=3), None),
    "two kinds of dropout are one choice": (model(), model(dropout=0.4, word_dropout=0.1), "dropout"),
    "another title": (model(title="a"), model(title="b"), None),
    "a decoder": (model(**ALONE), model("encoder_decoder", attention=False), "decoder"),
    "a decoder that attends": (model(**ALONE), model("encoder_decoder", attention=True), "decoder"),
    "a decoder and another size": (model(**ALONE, hidden_size=3), model("encoder_decoder", attention=False), None),
    "another cell": (model(**ALONE | {"cell": "gru"}), model("encoder_decoder", attention=True), None),
    "another architecture": (model(), model("transformer", layers=2), None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_only_difference_between_two_models(name):
    first, second, expected = CASES[name]
    assert only_difference(first, second) == only_difference(second, first) == expected


def report(difference=0.03, significant=True):
    found = sample(models={"shallow": ("recurrent", 0.6), "deep": ("recurrent", 0.63)})
    for name, layers in (("shallow", 1), ("deep", 4)):
        found["models"][name].update(model(layers=layers))
    found["pairs"] = [pair("deep", "shallow", difference, significant=significant)]
    return found


def test_a_difference_that_is_shown():
    (effect,) = findings(report())
    assert effect["text"] == (
        "Models that differ only in layers: deep (4) is more accurate on test than shallow (1), by 3.0 points."
    )
    assert effect["details"].startswith("shallow (1) − deep (4): −3.0 points [−6.0, +0.0], corrected p < 0.001")
    assert effect["evidence"]["verdicts"] == ["worse"]


def test_a_model_that_changes_nothing_of_a_winner_is_not_compared_again():
    found = report()
    found["models"]["again"] = {**found["models"]["deep"], "title": "the same again"}
    found["pairs"].append({**found["pairs"][0], "first": "again"})
    (effect,) = findings(found)
    assert effect["evidence"]["pairs"] == [["shallow", "deep"]] and "again" not in effect["text"]


def test_a_choice_of_several_settings_shows_no_value_that_both_have():
    found = report()
    for name, dropped in (("shallow", 0.0), ("deep", 0.2)):
        found["models"][name].update(model(dropout=0.65, word_dropout=dropped))
    (effect,) = findings(found)
    assert effect["text"].startswith("Models that differ only in dropout: deep is more accurate on test than shallow")


def test_what_a_decoder_does():
    found = report()
    found["models"]["shallow"].update(model(**ALONE))
    found["models"]["deep"].update(model("encoder_decoder", attention=False))
    (effect,) = findings(found)
    assert (
        "only in decoder: deep (without attention) is more accurate on test than shallow (none), by" in effect["text"]
    )


def test_reversed_numbers_reverse_the_sentence():
    (effect,) = findings(report(difference=-0.03))
    assert "shallow (1) is more accurate on test than deep (4)" in effect["text"]


def test_a_difference_that_is_not_shown_is_not_claimed():
    (effect,) = findings(report(significant=False))
    assert effect["text"] == (
        "Models that differ only in layers: no difference between shallow (1) and deep (4) is shown on test."
    )


def test_of_several_pairs_those_with_a_difference_are_named():
    found = report(significant=False)
    for layers in (2, 3):
        found["models"][f"m{layers}"] = {**found["models"]["deep"], **model(layers=layers), "title": f"m{layers}"}
    names = ["shallow", "deep", "m2", "m3"]
    test = found["pairs"][0]
    found["pairs"] = [{**test, "first": one, "second": other} for one, other in combinations(names, 2)]
    (effect,) = findings(found)
    start = "6 pairs of models differ only in layers. A difference is shown on test in"
    assert effect["text"] == f"{start} none of them."
    for place in (0, 3):  # shallow − deep and deep − m2
        found["pairs"][place] |= {"significant": True, "difference": 0.05 - 0.1 * bool(place)}
    (effect,) = findings(found)
    assert effect["text"] == (
        f"{start} 2 of them: shallow (1) is more accurate than deep (4) and m2 (2) than deep (4)."
    )


def test_refits_and_settings_with_findings_of_their_own_are_left_out():
    found = report()
    found["models"]["deep"]["refits"] = "shallow"
    assert findings(found) == []
    found = report()
    for name, embeddings in (("shallow", "random"), ("deep", "glove")):
        found["models"][name].update(model(embeddings=embeddings))
    assert findings(found) == []
