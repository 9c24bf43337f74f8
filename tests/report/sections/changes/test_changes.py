"""What changed since the earlier run: every cause is listed, and no gain is claimed that no test shows."""

import copy

from sample import sample

from textstudy.report.collect.changes import changes
from textstudy.report.sections.changes.findings import findings
from textstudy.report.sections.changes.tables import causes, models

COMPARED = {"status": "compared", "before": 0.6, "after": 0.65, "difference": 0.05, "low": 0.02, "high": 0.08,
            "p_value": 0.001, "adjusted_p_value": 0.002, "significant": True, "scope": "settings"}  # fmt: skip


def changed(rows, edit=lambda report: None):
    report, kept = sample(), sample()
    for each in (report, kept):
        for model in each["models"].values():
            model["runs"][0]["code"] = "a" * 64
    edit(report)
    report["changes"] = changes(report, {**copy.deepcopy(kept), "kept": "2026-11-20T10:00:00+00:00"}, rows)
    return report


def test_without_an_earlier_run_there_are_no_findings():
    report = {**sample(), "changes": changes(sample(), None, None)}
    assert report["changes"] is None and findings(report) == [] and not models(report) and not causes(report)


def test_each_kind_of_cause_is_listed():
    def edit(report):
        report["study"]["settings"]["seeds"] = [1, 2, 3]
        report["study"]["settings"]["title"] = "Renamed"
        report["corpus"]["documents"]["test"] += 1
        report["models"]["linear_nb"]["runs"][0]["code"] = "b" * 64
        report["provenance"]["versions"]["torch"] = "9.9"

    found = changed({"linear_nb": COMPARED}, edit)
    rows = [tuple(row) for row in causes(found).rows]
    assert ("settings", "seeds", "1, 2", "1, 2, 3") in rows
    assert ("code", "training of linear_nb", "a" * 10, "b" * 10) in rows
    assert {row[0] for row in rows} == {"settings", "data", "code", "software"}
    assert not [row for row in rows if "title" in row[1]]
    (finding,) = findings(found)
    assert finding["text"] == "Since the earlier run of 2026-11-20, TF-IDF + naive Bayes became more accurate."
    assert finding["details"] == (
        "The two runs differ in settings, data, code and software. TF-IDF + naive Bayes: +5.0 points [+2.0, +8.0], "
        "corrected p = 0.002."
    )


def test_edited_texts_are_a_cause_even_if_no_count_and_no_file_changes():
    def edit(report):
        report["audit"]["digest"] = "e" * 64

    (finding,) = findings(changed({"linear_nb": COMPARED}, edit))
    assert finding["details"].startswith("The two runs differ in data.")


def test_reversed_numbers_reverse_the_words():
    worse = {**COMPARED, "difference": -0.05, "low": -0.08, "high": -0.02}
    assert "TF-IDF + naive Bayes became less accurate." in findings(changed({"linear_nb": worse}))[0]["text"]
    assert models(changed({"linear_nb": worse})).rows[0][-1] == "less accurate"


def test_what_no_test_shows_is_not_claimed():
    unclear = {**COMPARED, "significant": False}
    (finding,) = findings(changed({"linear_nb": unclear}))
    assert "no change is shown for TF-IDF + naive Bayes." in finding["text"]
    assert models(changed({"linear_nb": unclear})).rows[0][-1] == "no change shown"
    assert finding["details"].startswith("Settings, data, code and software are the same.")


def test_a_change_between_single_trainings_is_said_of_them():
    once = {**COMPARED, "scope": "runs"}
    assert findings(changed({"linear_nb": once}))[0]["text"].endswith(
        "became more accurate. This is said of the models as trained here; other trainings may differ."
    )


def test_models_that_are_not_compared_say_why():
    rows = {"linear_nb": {"status": "unchanged"}, "gone": {"status": "removed"}, "other": {"status": "incomparable"}}
    found = changed(rows)
    assert [row[-1] for row in models(found).rows] == [
        "same predictions", "removed", "other test documents, not compared"
    ]  # fmt: skip
    text = findings(found)[0]["text"]
    assert text.endswith(
        "the predictions are the same for TF-IDF + naive Bayes; the test documents differ for other, so there is no "
        "comparison; gone is no longer there."
    )
