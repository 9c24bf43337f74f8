"""Language models with a prompt in the report: where texts went, what it cost, and prompts that do no harm."""

import pytest
from sample import ask, finished, joined, sample

from textstudy.report.language.costs import cheapest, pareto_front
from textstudy.report.language.hosts import hosts
from textstudy.report.sections.efficiency.findings import findings
from textstudy.report.sections.efficiency.prompted import prompted_models, prompts, quote

NAME = "bilstm_attention"


@pytest.fixture
def report():
    report = sample()
    ask(report, NAME)
    return report


def test_the_report_says_that_texts_left_the_machine(report):
    sent, outside = (item for item in findings(report) if item["kind"] in ("sent", "outside"))
    title = report["models"][NAME]["title"]
    assert sent["text"] == (
        f"{title} sent 800 documents of this study, and 4 training documents as examples, to example.org. Each text "
        "that it classifies leaves this machine."
    )
    assert outside["text"] == f"{title} answered with none of the labels for 20 of 800 documents (2.5 %)."
    assert "“no idea” (12)" in outside["details"]
    report["models"][NAME]["prompted"] |= {"examples": 0}
    assert "study to example.org" in findings(report)[0]["text"]
    report["models"][NAME]["prompted"] |= {"host": None, "outside": 0}
    assert not {item["kind"] for item in findings(report)} & {"sent", "outside"}


def test_a_decision_for_such_a_model_says_where_texts_go(report):
    report["models"] = {NAME: report["models"][NAME]}
    report["pairs"], report["confusions"] = [], {NAME: report["confusions"][NAME]}
    assert finished(report)["decision"]["cost"]["text"].endswith("Each text is sent to example.org.")


def test_what_is_built_on_such_a_model_sends_texts_too():
    report = joined()
    ask(report, NAME)
    assert hosts(report, "product") == ["example.org"]
    assert hosts(report, "linear_nb") == []


def test_the_table_has_tokens_money_and_seconds(report):
    (row,) = prompted_models(report).rows
    assert row[1:] == ["small-chat", "example.org", "4, 1 cut", "800", "3", "20 (2.5 %)", "512", "3", "0.08 USD",
                       "0.41", "1.3", "answer alone"]  # fmt: skip
    assert not prompted_models(sample())


def test_a_model_that_does_not_train_is_no_cheapest_training(report):
    report["models"][NAME]["seconds"]["train"] = 1e-6
    report["models"][NAME]["memory_mb"]["peak"] = 1.0
    costs = {
        item["evidence"]["cost"]: item["evidence"]["models"] for item in findings(report) if item["kind"] == "cheapest"
    }
    assert not any(NAME in models for models in costs.values())
    assert NAME not in pareto_front(report, "training_time")[1]
    assert NAME in pareto_front(report, "latency")[1]
    assert cheapest(report, [NAME]) == [NAME]


def test_a_prompt_is_quoted_line_by_line_and_harmless(report):
    hostile = "# Title\n\n<script>x</script> ![a](b) {{ x }}\n$\\LaTeX$ | *b*\n> quote\n```"
    report["models"][NAME]["prompted"]["prompt"] = hostile
    ((_, shown),) = prompts(report)
    assert all(line.startswith(">") for line in shown.splitlines())
    assert r"> \<script\>x\<\/script\> \!\[a\]\(b\) \{\{ x \}\}" in shown
    assert r"> \# Title" in shown and r"> \`\`\`" in shown
    long = quote({"prompt": "x" * 40 + "\n" + "word " * 2000})
    assert len(long) < 4000 and r"\[7\,041 characters are left out here\]" in long
