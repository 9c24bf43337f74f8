"""Phases: what the sentence, the table and the comparison of word vectors say, as measured and reversed."""

import json

import pytest
from sample import phased

from textstudy.report.collect.phases import read_phases
from textstudy.report.language.phases import changed_settings
from textstudy.report.sections.phases import word_vectors as phases_word_vectors
from textstudy.report.sections.phases.findings import findings
from textstudy.report.sections.phases.tables import phase_table


def texts(report):
    return [item["text"] for item in findings(report) if item["kind"] == "phase"]


def test_the_first_phase_says_what_differs_and_what_was_selected_on_validation():
    text = texts(phased())[0]
    assert text.startswith("Phase 1, which network: of 6 models that differ in cell and embeddings the one selected is")
    assert (
        "“LSTM, GloVe” (50.0 % on validation); it leads on validation by 1.0 points, the next is “GRU, GloVe”" in text
    )
    assert "Paired test: “LSTM, GloVe” is more accurate on test than “GRU, GloVe” by 1.0 points" in text
    text = texts(phased(gains={"rnn": 0.06, "lstm": 0.01, "gru": 0.0}))[0]
    assert "the one selected is “RNN, GloVe”" in text


def test_a_tie_on_validation_is_not_told_as_a_lead():
    report = phased()
    first, second, *_ = report["phases"][0]["ranking"]
    second["validation_accuracy"] = first["validation_accuracy"]
    text = texts(report)[0]
    assert "it is selected by the tie-break, the lower loss, then fewer parameters" in text and "leads" not in text


@pytest.mark.parametrize("attention", [0.02, -0.02])
def test_a_phase_says_what_was_changed_and_by_how_much(attention):
    _, text, last = texts(phased(attention=attention))
    assert "against “LSTM, GloVe”, selected before (50.0 % on validation)" in text
    gain = "+2.0" if attention > 0 else "−2.0"
    assert f"{gain} for winner attention (pooling final → dot_attention)" in text
    assert "−1.0 for winner frozen (freeze_embeddings no → yes)" in text
    if attention > 0:
        assert "winner attention is selected" in text
        assert "Paired test: winner attention is more accurate on test than “LSTM, GloVe” by 2.0 points" in text
        assert "against winner attention, selected before (52.0 % on validation)" in last
    else:  # both changes lose: the better of them is selected all the same, and the test says that it is worse
        assert "winner frozen is selected" in text
        assert "Paired test: “LSTM, GloVe” is more accurate on test than winner frozen by 1.0 points" in text
    assert "+1.0 for winner tuned (dropout 0.3 → 0.65)" in last


def test_without_a_significant_test_no_phase_claims_more_than_validation():
    for text in texts(phased(significant=False)):
        assert "more accurate" not in text and "no difference could be shown on test" in text
    report = phased()
    report["pairs"] = []
    assert all("no paired test of" in text for text in texts(report))


def test_a_change_to_what_already_was_is_no_change():
    report = phased()
    report["models"]["winner_frozen"]["extends"]["changes"] = {"embeddings": "glove", "freeze_embeddings": False}
    assert changed_settings(report, "winner_frozen") == "nothing changed"


def test_the_table_marks_the_winner_and_keeps_validation_from_test():
    report = phased()
    table = phase_table(report, report["phases"][0])
    first = dict(zip(table.headers, map(str, table.rows[0]), strict=True))
    assert first == {
        "Rank": "1", "Model": r"**LSTM\, GloVe** (winner)", "Validation accuracy": "50.0 ± 0.6",
        "Validation loss": "1.140", "Test accuracy": "46.0 [44.0, 48.0]", "Parameters": "1,500,000",
    }  # fmt: skip
    assert sum("winner)" in str(row[1]) for row in table.rows) == 1
    report["phases"][0]["ranking"][0]["validation_accuracy"]["spread"] = None  # one seed
    assert str(phase_table(report, report["phases"][0]).rows[0][2]) == "50.0"


def test_rankings_are_read_in_the_order_of_the_study_without_their_settings(tmp_path):
    row = {"rank": 1, "model": "a", "validation_accuracy": {}, "validation_loss": {}, "parameters": {}, "settings": {}}
    for name in ("choose", "tune"):
        (tmp_path / name).mkdir()
        ranking = {"phase": name, "ranking": [{**row, "model": f"{name}_best"}, {**row, "rank": 2}]}
        (tmp_path / name / "ranking.json").write_text(json.dumps(ranking))
    paths = [tmp_path / name / "ranking.json" for name in ("choose", "tune")]
    found = read_phases(paths, [{"name": "tune", "title": ""}, {"name": "choose", "title": "which"}])
    assert [(phase["name"], phase["title"], phase["winner"]) for phase in found] == [
        ("tune", "tune", "tune_best"), ("choose", "which", "choose_best"),
    ]  # fmt: skip
    assert "settings" not in found[0]["ranking"][0]
    assert read_phases([], []) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_word_vectors_are_compared_by_the_test_of_each_pair(sign):
    report = phased(gains={"rnn": sign * 0.04, "lstm": sign * 0.06, "gru": sign * 0.02})
    mean, *pairs = [item for item in phases_word_vectors.findings(report)]
    higher, lower = (3, 0) if sign > 0 else (0, 3)
    word = "higher" if sign > 0 else "lower"
    assert "over 3 pairs of models that differ in their word vectors only, the validation accuracy" in mean["text"]
    assert f"is 4.0 points {word} on average" in mean["text"]
    assert f"to be higher in {higher} and lower in {lower} of 3 pairs" in mean["text"]
    assert mean["evidence"]["mean"] == pytest.approx(sign * 0.04)
    better, worse = ("GloVe", "random embeddings")[::sign]
    assert f"“RNN, {better}” is more accurate on test than “RNN, {worse}” by 4.0 points" in pairs[0]["text"]
    assert [item["evidence"]["title"] for item in pairs] == ["RNN", "LSTM", "GRU"]


def test_word_vectors_without_a_significant_test():
    report = phased(significant=False)
    mean, *pairs = phases_word_vectors.findings(report)
    assert "to be higher in 0 and lower in 0 of 3 pairs" in mean["text"]
    assert all("no difference could be shown" in item["text"] for item in pairs)
    report["pairs"] = []
    assert "on test" not in phases_word_vectors.findings(report)[0]["text"]


def test_models_that_differ_in_more_than_their_vectors_are_no_pair():
    report = phased()
    report["models"]["rnn_glove"]["settings"]["hidden_size"] = 7
    assert [pair["title"] for pair in phases_word_vectors.twins(report, report["phases"][0])] == ["LSTM", "GRU"]
    assert phases_word_vectors.twins(report, report["phases"][1]) == []
    report["models"]["gru_random"]["title"], report["models"]["gru_glove"]["title"] = "one", "other"
    assert phases_word_vectors.twins(report, report["phases"][0])[1]["title"] == "one / other"


def test_a_study_without_phases_says_nothing():
    report = {**phased(), "phases": []}
    assert findings(report) == []
