"""Phases: sentence, table and comparison of word vectors, each with the numbers as drawn and reversed."""

import pytest
from sample import phased

from textstudy.report.collect.phases import read_phases
from textstudy.report.language.phases import changed_settings
from textstudy.report.sections.phases import word_vectors as phases_word_vectors
from textstudy.report.sections.phases.findings import findings
from textstudy.report.sections.phases.tables import phase_table
from textstudy.storage.files import write_json


def texts(report):
    return [item["text"] for item in findings(report) if item["kind"] == "phase"]


def details(report):
    return [item["details"] for item in findings(report) if item["kind"] == "phase"]


def test_the_first_phase_names_the_differing_settings_and_the_model_selected_on_validation():
    assert texts(phased())[0] == (
        "Phase 1, which network: “LSTM, GloVe” is selected on validation; it is more accurate on test than "
        "“GRU, GloVe”, by 1.0 points."
    )
    behind = details(phased())[0]
    assert behind.startswith("6 models differ in cell and embeddings. “LSTM, GloVe” is selected")
    assert "with a validation accuracy of 50.0 %, 1.0 points above “GRU, GloVe”, the next." in behind
    assert "“LSTM, GloVe” − “GRU, GloVe”: +1.0 points [" in behind
    text = texts(phased(gains={"rnn": 0.06, "lstm": 0.01, "gru": 0.0}))[0]
    assert "“RNN, GloVe” is selected" in text


def test_a_tie_on_validation_is_no_lead():
    report = phased()
    first, second, *_ = report["phases"][0]["ranking"]
    second["validation_accuracy"] = first["validation_accuracy"]
    text = details(report)[0]
    assert "has the same validation accuracy; the lower validation loss decides" in text and "above" not in text


@pytest.mark.parametrize("attention", [0.02, -0.02])
def test_a_later_phase_names_each_change_and_its_effect(attention):
    report = phased(attention=attention)
    text, (_, behind, last) = texts(report)[1], details(report)
    assert behind.startswith(
        "2 models extend “LSTM, GloVe”, which an earlier phase selected with a validation accuracy of 50.0 %."
    )
    gain = "+2.0" if attention > 0 else "−2.0"
    assert f"{gain} points for winner attention (pooling final → dot_attention)" in behind
    assert "−1.0 points for winner frozen (freeze_embeddings no → yes)" in behind
    if attention > 0:
        assert (
            "winner attention is selected on validation; it is more accurate on test than “LSTM, GloVe”, by 2.0" in text
        )
        assert "1 model extends winner attention, which an earlier phase selected" in last and "52.0 %" in last
    else:  # both changes lose accuracy: the better one is selected all the same, and the test shows that it is worse
        assert "winner frozen is selected on validation; “LSTM, GloVe” is more accurate on test than it, by 1.0" in text
    assert "+1.0 points for winner tuned (dropout 0.3 → 0.65)" in last


def test_without_a_significant_test_no_phase_claims_more_than_validation():
    for text in texts(phased(significant=False)):
        assert "more accurate" not in text and "no difference between" in text
    report = phased()
    report["pairs"] = []
    assert all("were not compared by a paired test" in text for text in texts(report))


def test_a_setting_with_its_old_value_is_no_change():
    report = phased()
    report["models"]["winner_frozen"]["extends"]["changes"] = {"embeddings": "glove", "freeze_embeddings": False}
    assert changed_settings(report, "winner_frozen") == "no change"


def test_the_table_marks_the_winner_and_has_validation_and_test_accuracy():
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
        write_json(tmp_path / name / "ranking.json", ranking)
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
    mean, *pairs = phases_word_vectors.findings(report)
    higher, lower = (3, 0) if sign > 0 else (0, 3)
    word = "higher" if sign > 0 else "lower"
    assert mean["text"] == (
        "Phase 1, which network: 3 pairs of models differ only in their word vectors. With pretrained ones, "
        f"{higher} of 3 are shown to be more accurate on test, {lower} less accurate."
    )
    assert f"the validation accuracy is 4.0 points {word} on average" in mean["details"]
    assert mean["evidence"]["mean"] == pytest.approx(sign * 0.04)
    better, worse = ("GloVe", "random embeddings")[::sign]
    assert f"“RNN, {better}” is more accurate on test than “RNN, {worse}”, by 4.0 points" in pairs[0]["text"]
    assert [item["evidence"]["title"] for item in pairs] == ["RNN", "LSTM", "GRU"]


def test_word_vectors_without_a_significant_test():
    report = phased(significant=False)
    mean, *pairs = phases_word_vectors.findings(report)
    assert "0 of 3 are shown to be more accurate on test, 0 less accurate." in mean["text"]
    assert all("no difference between" in item["text"] for item in pairs)
    report["pairs"] = []
    without = phases_word_vectors.findings(report)[0]
    assert "on test" not in without["text"] and "test accuracy" not in without["details"]


def test_models_that_differ_in_more_than_their_vectors_are_no_pair():
    report = phased()
    report["models"]["rnn_glove"]["settings"]["hidden_size"] = 7
    assert [pair["title"] for pair in phases_word_vectors.word_vector_pairs(report, report["phases"][0])] == [
        "LSTM",
        "GRU",
    ]
    assert phases_word_vectors.word_vector_pairs(report, report["phases"][1]) == []
    report["models"]["gru_random"]["title"], report["models"]["gru_glove"]["title"] = "one", "other"
    assert phases_word_vectors.word_vector_pairs(report, report["phases"][0])[1]["title"] == "one / other"


def test_a_study_without_phases_has_no_findings_on_them():
    report = {**phased(), "phases": []}
    assert findings(report) == []
