"""Sentences and tables on subgroups and on the shares of the classes: true, and reversed."""

import pytest
from sample import sample
from scrutinised import scrutinised

from textstudy.report.language.ranks import rank_by_validation
from textstudy.report.sections.subgroups import chapter, class_shares, findings, truncation


def said(report):
    return {(item["kind"], item["evidence"].get("by")): item for item in findings.findings(report)}


def test_a_part_that_is_shown_to_be_worse_has_a_plain_sentence():
    found = said(scrutinised(sample()))
    assert found["subgroup", "words"]["text"] == (
        "TF-IDF + naive Bayes is less accurate on texts of up to 40 words (60 % against 70 % on the others)."
    )
    details = found["subgroup", "words"]["details"]
    assert "On texts of up to 40 words (200 documents): −10.0 points [−12.0, −8.0], corrected p < 0.001." in details
    assert "The same is shown for 2 of the other 2 models compared here." in details
    assert found["subgroup", "wordpieces"]["text"] == (
        "“DistilBERT, frozen” is less accurate on texts that it reads only in part (60 % against 70 % on the others)."
    )
    assert "texts whose shop is <b>A</b>" in found["subgroup", "shop"]["text"]


def test_nothing_is_said_of_parts_that_are_not_shown_to_be_worse():
    found = said(scrutinised(sample(), worse=False))
    assert not [kind for kind, _ in found if kind == "subgroup"]
    assert "is not shown to be more or less accurate (70 % instead of 60 %)" in found["truncation", None]["text"]
    assert findings.findings(sample()) == []


def test_only_texts_that_are_cut_are_told_never_the_others():
    report = scrutinised(sample(), worse=False)
    division = report["scrutiny"]["subgroups"][1]
    for rows in division["models"].values():
        rows[1]["worse"] = True
    assert ("subgroup", "wordpieces") not in said(report)


def test_one_run_is_called_a_run():
    report = scrutinised(sample())
    report["models"]["distilbert_freeze"]["seeds"] = [1]
    assert said(report)["subgroup", "wordpieces"]["text"].startswith("This run of “DistilBERT, frozen” is less")


@pytest.mark.parametrize(("gap", "how"), [(0.1, "more accurate (70 %"), (-0.1, "less accurate (50 %")])
def test_what_windows_change_for_texts_that_are_cut(gap, how):
    (found,) = truncation.findings(scrutinised(sample(), gap=gap))
    assert found["text"] == (
        "On texts that “DistilBERT, frozen” cuts, BiLSTM + attention, which reads them in windows, is "
        f"{how} instead of 60 %)."
    )
    assert "On these (90 documents): " in found["details"] and "On all other texts" in found["details"]


def test_the_price_of_truncation_in_tables():
    report = scrutinised(sample())
    lengths, encodings, windows = chapter.values(report, str)["truncation"]
    assert lengths.headers == ["Model", "1 to 256 (200 texts)", "257 and more (90 texts)"]
    rows = {row[0]: row[1:] for row in lengths.rows}
    assert rows["DistilBERT, frozen"] == ["70.0 [68.0, 72.0]", "60.0 [58.0, 62.0] (100)"]
    assert rows["TF-IDF + naive Bayes"][1] == "60.0 [58.0, 62.0]"
    assert [row[:3] for row in encodings.rows] == [["words", "256", "none"], ["wordpieces", "512", "none"]]
    assert [row[2:] for row in windows.rows][0] == [
        "cut without windows", "90", "60.0 [58.0, 62.0]", "70.0 [68.0, 72.0]", "+10.0 [+8.0, +12.0]", "< 0.001"
    ]  # fmt: skip
    report["scrutiny"]["truncation"] = None
    assert not any(chapter.values(report, str)["truncation"]) and truncation.findings(report) == []


def test_the_accuracy_with_other_shares():
    report = scrutinised(sample())
    (found,) = class_shares.findings(report)
    assert found["text"] == (
        "If all classes came equally often, the accuracy of TF-IDF + naive Bayes would be 60 % instead of 70 %."
    )
    assert class_shares.findings(scrutinised(sample(), gap=0.005)) == []


@pytest.mark.parametrize("already", [False, True])
def test_another_model_is_named_only_where_it_is_not_better_already(already):
    report = scrutinised(sample(), gap=0.0)
    for scenario in report["scrutiny"]["class_shares"]["scenarios"]:
        lead = scenario["models"]["bilstm_attention"]["lead"]
        lead |= {"mean": 0.05, "low": 0.01, "high": 0.09, "p_value": 0.004}
        lead["better"] = already or scenario["name"] == "equal"
    found = class_shares.findings(report)
    assert len(found) == (not already)
    if found:
        assert found[0]["text"] == (
            "If all classes came equally often, BiLSTM + attention would be more accurate than TF-IDF + naive Bayes, "
            "which is best on validation."
        )
        assert "+5.0 points [+1.0, +9.0], corrected p = 0.004" in found[0]["details"]


def test_tables_show_the_best_models_and_texts_stay_texts():
    report = scrutinised(sample())
    shown = chapter.values(report, str)
    assert [len(table.rows) for table in shown["divisions"]] == [6, 2, 6]
    assert shown["divisions"][0].rows[0][0] == "TF-IDF + naive Bayes" and len(rank_by_validation(report)) == 3
    assert "<b>" not in shown["divisions"][2].markdown()
    assert [row[1] for row in shown["class_shares"].rows] == ["70.0 [68.0, 72.0]"] * 3
    assert chapter.values(sample(), str)["divisions"] == [] and not chapter.values(sample(), str)["class_shares"]
