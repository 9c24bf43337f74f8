"""Tables: the right number in the right cell."""

import pytest
from sample import ledger, pair, sample

from textstudy.report.language import numbers as formats
from textstudy.report.language import tables
from textstudy.report.sections.data import audit_tables, ledger_tables
from textstudy.report.sections.data import tables as data_tables
from textstudy.report.sections.models import tables as models_tables
from textstudy.report.sections.pairs import tables as pairs_tables
from textstudy.report.sections.reported import tables as reported_tables
from textstudy.report.sections.reported.rows import measured_figure


def rows(table):
    return [dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows]


def test_reported_beside_measured():
    found = {row["Figure"]: row for row in rows(reported_tables.reported_table(sample()))}
    accuracy = found["test accuracy"]
    assert (accuracy["Reported"], accuracy["Measured"], accuracy["Expected"]) == ("62.90", "63.00", "59.0 to 67.0")
    assert accuracy["Difference"] == "+0.10" and accuracy["Reported score is"] == "inside"
    assert found["parameters"]["Measured"] == "2,400,000" and found["parameters"]["Difference"] == "× 0.152"
    report = sample()
    report["models"]["bilstm_attention"]["test"]["accuracy"]["expected"] = None  # trained once
    (row,) = (row for row in rows(reported_tables.reported_table(report)) if row["Figure"] == "test accuracy")
    assert (row["Expected"], row["Difference"], row["Reported score is"]) == ("—", "+0.10", "—")


@pytest.mark.parametrize(
    ("metric", "measured"),
    [("validation_accuracy", 0.67), ("test_weighted_f1", 0.626), ("precision", 0.628), ("latency_ms", 14.6),
     ("nonsense", None), ("validation_nonsense", None)],
)  # fmt: skip
def test_metrics_as_published_reports_name_them(metric, measured):
    found = measured_figure(sample(), "bilstm_attention", metric)["measured"]
    assert found == (None if measured is None else pytest.approx(measured))


def test_a_figure_reported_for_a_model_that_did_not_run():
    report = sample()
    report["reported"]["models"] = {"bert_full": {"test_accuracy": 0.74}}
    (row,) = rows(reported_tables.reported_table(report))
    assert (row["Model"], row["Reported"], row["Measured"]) == ("bert_full", "74.00", "—")


def test_paired_tests_put_the_better_score_first():
    report = sample()
    report["pairs"].append({**pair("linear_nb", "bilstm_attention", 0.2, significant=True), "metric": "log_loss"})
    found = rows(pairs_tables.planned_table(report))
    *shares, loss = found
    assert all(row["Difference"].startswith("+") for row in shares)
    best = next(row for row in shares if row["Second"] == "BiLSTM + attention" and row["First"] != "DistilBERT, frozen")
    assert best["First"] == "TF-IDF + naive Bayes" and best["Difference"] == "+8.0" and best["Shown"] == "yes"
    assert (best["95 % interval"], best["Corrected p"]) == ("[+5.0, +11.0]", "< 0.001")
    assert (best["Spread"], best["Smallest shown"], best["Holds for"]) == ("0.4 / 0.4", "4.2", "settings")
    assert (loss["First"], loss["Difference"]) == ("BiLSTM + attention", "−0.200"), "a lower loss is better"


def test_planned_tests_stand_apart_from_all_others():
    report = sample()
    report["pairs"][0] |= {"planned": False, "equivalent": True, "significant": False, "scope": "runs",
                           "spreads": [None, None], "grouped_by": "thread"}  # fmt: skip
    report["pairs"].append({**report["pairs"][1], "split": "validation", "significant": False})
    (other,) = rows(pairs_tables.explored_table(report))
    assert (other["Shown"], other["Holds for"], other["Spread"]) == ("equal within 1 point", "as trained", "— / —")
    planned = rows(pairs_tables.planned_table(report))
    assert [row["Score"] for row in planned] == ["accuracy", "accuracy", "accuracy, validation"]
    caption = pairs_tables.planned_table(report).caption
    assert "Documents of a group (thread) vary together." in caption and "On 400 test documents." in caption


def test_ledger_counts_what_each_step_took():
    found = rows(ledger_tables.ledger(sample()))
    assert [row["Dropped"] for row in found] == ["0", "10", "30", "60"]
    assert [row["Step"] for row in found][1:] == [
        "clean.quotes", "clean.minimum_characters", "deduplicate.near_threshold"
    ]  # fmt: skip
    assert [row["Words"] for row in found] == ["0 (0.0 %)", "20,000 (20.0 %)", "500 (0.5 %)", "—"]
    assert list(found[0])[6:] == ["train", "validation", "test"]


def test_ledger_of_a_corpus_without_splits():
    report = sample()
    report["ledger"][0]["by_split"] = {"": 960}
    assert rows(ledger_tables.ledger(report))[0]["no split"] == "960"


def test_what_each_class_lost_adds_up():
    report = sample(labels=("a", "b"))
    (a, b) = rows(ledger_tables.classes(report))
    assert list(a) == ["Class", "Documents", "Dropped (%)", "Duplicates (%)", "Left (%)", "Words",
                       "Quotations (%)", "Short texts (%)", "Words left (%)"]  # fmt: skip
    assert list(a.values()) == ["a", "500", "4.0", "6.0", "90.0", "50,000", "20.0", "0.5", "79.5"]
    last = report["ledger"][-1]
    last["by_label"], last["dropped_by_label"] = {"a": 450}, {"a": 30, "b": 480}
    worst, _ = rows(ledger_tables.classes(report))
    assert (worst["Class"], worst["Duplicates (%)"], worst["Left (%)"]) == ("b", "96.0", "0.0")


def test_two_thousand_classes_make_ten_rows():
    labels = tuple(f"c{number:04}" for number in range(2000))
    report = sample(labels=labels, models={"x": ("linear", 0.5)}, support=1) | {"ledger": ledger(labels[:1000])}
    table = ledger_tables.classes(report)
    assert len(table.rows) == 10 and "there are 990 more" in table.caption


def test_classes_that_lost_nothing_have_no_table():
    report = sample()
    report["ledger"] = report["ledger"][:1]
    assert not ledger_tables.classes(report)
    assert not ledger_tables.classes({**report, "ledger": []})


def test_samples_of_what_a_step_took():
    (found,) = ledger_tables.samples(sample())
    assert found["title"] == "Quotations that clean.quotes took, from 2 of 400 documents"
    assert rows(found["table"])[0]["Taken"] == "Ada wrote: ↵ > so *many*"


def test_overlaps_follow_each_two_splits_through_the_stages():
    report = sample()
    found = report["audit"]["overlaps"]
    found += [{**found[0], "stage": stage, "second": "validation", "exact": 1} for stage in ("parsed", "cleaned")]
    found.sort(key=lambda row: ("parsed", "cleaned", "deduplicated", "split").index(row["stage"]))
    shown = [(row["Second split"], row["Stage"]) for row in rows(audit_tables.overlaps(report))]
    assert shown == [
        ("test", "parsed"), ("test", "cleaned"), ("test", "deduplicated"), ("test", "split"),
        ("validation", "parsed"), ("validation", "cleaned"),
    ]  # fmt: skip


def test_coverage_of_two_encodings_stands_side_by_side():
    report = sample()
    coverage = report["encodings"]["words"]["coverage"]
    coverage["test"] = {**coverage["test"], "tokens": 0.85213}
    found = rows(data_tables.coverage(report))
    assert found[-1] == {"Split": "test", "words": "85.21", "wordpieces": "97.00"}
    assert [row["Split"] for row in found] == ["train", "validation", "test"] and found[1]["words"] == "97.00"
    del report["encodings"]["wordpieces"]
    assert not data_tables.coverage(report)


def test_settings_shared_by_all_are_told_from_those_of_one():
    report = sample()
    shared = dict(models_tables.shared_settings(report).rows)
    assert shared["training.epochs"] == "4" and "cell" not in shared
    own = {row["Model"]: row["Settings"] for row in rows(models_tables.own_settings(report))}
    assert "cell = lstm" in own["BiLSTM + attention"] and "training.epochs" not in own["BiLSTM + attention"]
    report["models"]["bilstm_attention"]["settings"]["training"]["epochs"] = 5
    assert "training.epochs" not in dict(models_tables.shared_settings(report).rows)


def test_a_table_is_a_pipe_table_with_one_line_per_row():
    text = tables.Table("table-x", "A | caption", ["a|b", "c"], "lr", [["x\ny", None], ["`|`", 2]]).markdown()
    assert text.splitlines() == [
        r"| a\|b | c |", "| :--- | ---: |", "| x y | — |", r"| \`\|\` | 2 |", "", r": A \| caption {#table-x}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (formats.percent, 0.6291, "62.9"), (formats.points, -0.0123, "−1.2"), (formats.points, 0.0, "+0.0"),
        (formats.count, 66968852, "66,968,852"), (formats.decimal, 0.012345, "0.0123"),
        (formats.decimal, 1234.4, "1,234"),
        (formats.seconds, 0.4519, "0.452 s"), (formats.seconds, 59.99, "60 s"), (formats.seconds, 245.0, "4 min 05 s"),
        (formats.seconds, 3720.0, "1 h 02 min"), (formats.p_value, 0.0004, "< 0.001"),
        (formats.p_value, 0.0321, "0.032"),
        (formats.setting_in_words, True, "yes"), (formats.setting_in_words, None, "none"),
        (formats.setting_in_words, [1, 2.5], "1, 2.5"), (formats.join_items, ["a", "b", "c"], "a, b and c"),
        (formats.join_items, ["a"], "a"), (formats.percent, None, "—"),
    ],
)  # fmt: skip
def test_numbers_as_words(function, value, text):
    assert function(value) == text


def test_what_rounds_to_zero_has_no_minus():
    assert (formats.percent(-0.0001), formats.points(-0.0001), formats.points(-0.0006)) == ("0.0", "+0.0", "−0.1")
