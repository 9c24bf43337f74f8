"""Cascades in the report: who is asked how often, and what is said beside the last member alone."""

from sample import choice, inference, pair, restate, sample

from textstudy.report.findings import make_findings
from textstudy.report.language.costs import parameters
from textstudy.report.page.templating import environment
from textstudy.report.schema.report import check
from textstudy.report.sections.efficiency.tables import prediction_costs
from textstudy.report.sections.ensembles import cascades, chapter
from textstudy.report.sections.ensembles.tables import ensembles_table
from textstudy.report.sections.models.architectures import describe_steps
from textstudy.settings.models.cascade import CascadeModel

MEMBERS = ["linear_nb", "bilstm_attention"]


def cascaded(*, thresholds=(0.7, 0.8), milliseconds=4.0, alone=20.0):
    """A report with a cascade of two models, trained with two seeds."""
    models = {"linear_nb": ("linear", 0.71), "bilstm_attention": ("recurrent", 0.73), "first_sure": ("linear", 0.72)}
    report = sample(models=models)
    model = report["models"]["first_sure"]
    model.update(
        settings=CascadeModel(architecture="cascade", members=MEMBERS).settings_read, seeds=[1, 2], history=[],
        members={member: 1000 for member in MEMBERS}, parameters={"total": 1, "trainable": 1, "frozen": 0},
        inference=inference(milliseconds), encoder=None,
        chosen=[
            choice(thresholds={"linear_nb": threshold}, asked={"linear_nb": 1.0, "bilstm_attention": share})
            for threshold, share in zip(thresholds, (0.2, 0.3), strict=True)
        ],
    )  # fmt: skip
    report["models"]["bilstm_attention"]["inference"] = inference(alone)
    restate(model)
    report["pairs"] = [
        pair("bilstm_attention", "first_sure", 0.002, significant=False),
        *(each for each in report["pairs"] if {each["first"], each["second"]} != {"bilstm_attention", "first_sure"}),
    ]
    return check(report)


def test_the_table_says_who_is_asked_how_often():
    (row,) = cascades.table(cascaded()).rows
    assert str(row[1]) == (
        "TF-IDF + naive Bayes (answers from 75.0 % on, asked 100.0 %); BiLSTM + attention (asked 25.0 %)"
    )
    assert [str(cell) for cell in row[2:]] == [
        "1.0", "76.0 [74.0, 78.0]", "72.0 [70.0, 74.0]", "73.0 [71.0, 75.0]", "4", "20",
    ]  # fmt: skip
    never = str(cascades.table(cascaded(thresholds=(2.0, 2.0))).rows[0][1])
    assert never.startswith("TF-IDF + naive Bayes (asked 100.0 %)"), "it never answers, so no confidence is enough"


def test_it_is_called_faster_only_where_it_is():
    (found,) = [item for item in make_findings(cascaded()) if item["kind"] == "cascade"]
    assert found["text"].startswith("first_sure asks BiLSTM + attention about 25.0 % of the texts: ")
    assert found["text"].endswith("It is between 4 and 6 times as fast.")
    assert found["evidence"]["pair"]["first"] == "first_sure" and found["evidence"]["last"] == "bilstm_attention"
    for slower in (20.5, 60.0):
        (found,) = cascades.findings(cascaded(milliseconds=slower))
        assert found["text"].endswith("It is not measurably faster.")


def test_it_counts_with_its_members_and_is_no_ensemble():
    report = cascaded()
    assert parameters(report, "first_sure") == 2001 and not ensembles_table(report).rows
    assert "each member counts as often as it is asked" in prediction_costs(report).caption
    assert "combine: the first that is sure" in describe_steps(report, "first_sure")


def test_a_study_with_cascades_alone_has_the_chapter_that_its_findings_link():
    values = chapter.values(cascaded(), None)
    text = environment(**values).get_template("sections/ensembles/ensembles.md.j2").render()
    assert "## Cascades {#ensembles}" in text
