"""The checklist and the data statement: answered from the numbers, or said to be not recorded."""

from sample import joined, sample
from scrutinised import scrutinised

from textstudy.report.schema.report import check
from textstudy.report.sections.checklist import chapter, statement, tables
from textstudy.settings.statement import PARTS, DataStatement


def answers(report):
    return {row[0]: row[1] for table in tables.checklists(report) for row in table.rows}


def test_what_is_not_known_is_said_to_be_not_recorded():
    found = answers(sample())
    assert found["Who gave the labels, and how?"] == found["How were they divided?"] == "not recorded"
    number = sum(answer == "not recorded" for answer in found.values())
    assert tables.unanswered(sample()) == f"{number} of {len(found)} are not answered."


def test_answers_follow_from_the_numbers():
    report = sample()
    found = answers(report)
    assert found["How many documents and classes are there?"] == (
        "1,200 train, 200 validation and 400 test documents of 4 classes."
    )
    runs = sum(len(model["runs"]) for model in report["models"].values())
    assert found["Which seeds, and how many runs?"] == f"Seeds 1 and 2; {runs} runs in all."
    assert found["Do the parts of the split share texts?"].startswith("Checked: no duplicates")
    report["audit"]["overlaps"][-1]["near"] = 2
    assert answers(report)["Do the parts of the split share texts?"].startswith("Checked: 2 duplicates")
    seconds = sum(len(model["runs"]) * model["seconds"]["train"] for model in report["models"].values())
    assert f"{seconds // 60:.0f} min" in found["How much computing did it take?"]
    assert "Energy was not counted" in found["How much computing did it take?"]
    report["models"]["linear_nb"]["energy_joules"] = {"processor": 3600.0}
    assert answers(report)["How much computing did it take?"].endswith("1 Wh.")


def test_what_the_author_says_is_the_answer():
    report = sample()
    report["study"]["settings"]["data_statement"] = {"annotators": "Two students.", "risks": "None is <b>known</b>."}
    found = answers(check(report))
    assert found["Who gave the labels, and how?"] == "Two students."
    assert "<b>" not in "".join(table.markdown() for table in tables.checklists(report))
    rows = {row[0]: row[1] for row in statement.table(report).rows}
    assert rows["Annotators"] == "Two students." and rows["Writers"] == "not recorded"


def test_every_report_can_be_asked():
    for report in (sample(), joined(), scrutinised(joined())):
        shown = chapter.values(report, str)
        assert all(table for table in shown["checklists"]) and shown["statement"]


def test_every_part_can_be_said_by_the_author():
    assert set(PARTS) == set(DataStatement.model_fields) - {"published"}
    assert set(statement.NAMES) == set(PARTS) - {"risks"}
