"""Sentences on shared groups, time and their prices."""

from grouped import grouped
from sample import finished, sample

from textstudy.report.sections.data import groups, leakage_findings, split_prices


def text(report, findings):
    return " ".join(found["details"] for found in findings(report))


def headline(report, findings):
    (found,) = findings(report)
    return found["text"]


def test_a_corpus_without_groups_and_times_has_no_sentence_and_no_table():
    report = finished(sample())
    assert groups.findings(report) == split_prices.findings(report) == []
    assert not groups.shared_groups(report) and not groups.times(report) and not split_prices.table(report)
    assert "unknown" not in text(report, leakage_findings.price)


def test_shares_and_order_are_told_for_both_held_out_parts():
    said = text(grouped(sample(), easier=False), groups.findings)
    assert "Of the test documents, 50.0 % share their author with a training document." in said
    assert "a test document is the later one in 98.5 % and a validation document is the later one in 50.0 %" in said
    assert "nearer" not in said
    assert headline(grouped(sample(), easier=False), groups.findings) == (
        "Of the test documents, 50 % share their author with a training document."
    )


def test_an_easier_validation_part_is_a_warning_with_a_remedy_where_there_is_one():
    report = grouped(sample())
    said = text(report, groups.findings)
    assert "validation is nearer to the training documents than test is (by author and time)" in said
    assert "`split.by: time`" in said
    assert headline(report, groups.findings).endswith("so scores on validation are likely too high.")
    report["study"]["settings"]["preparation"]["split"]["by"] = "time"
    assert "`split.by" not in text(report, groups.findings)
    report["study"]["settings"]["preparation"]["split"]["by"] = "label"
    report["audit"]["easier"] = report["audit"]["easier"][:1]
    assert "`split.by" not in text(report, groups.findings)


def test_a_validation_part_that_is_nearer_in_one_way_and_farther_in_another_has_no_consequence():
    report = grouped(sample())
    report["audit"]["groups"][0]["known"] = 10
    said = text(report, groups.findings)
    assert said.endswith("(by author and time), but farther from them by author.")
    assert "too high" not in headline(report, groups.findings)


def test_prices_name_only_differences_that_are_shown():
    said = text(grouped(sample()), split_prices.findings)
    assert "75.0 % [73.0, 77.0] on a random test part and 72.0 % [70.0, 74.0] on one that is later" in said
    assert "No difference from a random test part is shown on one where every author is unknown" in said
    said = headline(grouped(sample()), split_prices.findings)
    assert said == "On later texts, a simple model loses 3.0 points of accuracy."
    report = grouped(sample())
    report["leakage"]["splits"] = report["leakage"]["splits"][1:]
    assert headline(report, split_prices.findings) == "No loss of accuracy is shown on texts of an unknown author."


def test_a_leak_that_helps_only_with_known_authors_is_named():
    said = text(grouped(sample()), leakage_findings.price)
    assert said.endswith("On test documents with an unknown author, no gain is shown with duplicates left in.")
