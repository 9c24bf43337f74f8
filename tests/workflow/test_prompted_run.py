"""A report with language models: at an endpoint that stumbles, and on this machine; each answer is paid for once."""

import pytest

from chat_server import ChatServer
from tiny_language_models import make_language_model

pytestmark = pytest.mark.workflow

REPORT = "results/studies/tiny/report.json"
STUMBLES = [(429, {"Retry-After": "0"}, "slow down"), "hang up", "no json", "I cannot say.", (503, {}, "down")]


def first_label(prompt):
    """What the stand-in answers: the first label of the instruction that stands in the text, or else the first one."""
    labels = prompt.split("nothing else: ", 1)[1].split(".\n", 1)[0].split(", ")
    text = prompt.rsplit("\nText: ", 1)[1]
    return next((label for label in labels if label in text), labels[0])


def test_language_models_stand_in_the_report_and_are_asked_once(project, tmp_path):
    study = project.study()
    with ChatServer(first_label) as server:
        study["models"] = {
            "linear_nb": study["models"]["linear_nb"],
            "there": {
                "architecture": "prompted",
                "examples": 1,
                "endpoint": {"url": server.url, "model": "m", "price": {"input": 1.0, "output": 2.0}},
            },
            "here": {"architecture": "prompted", "language_model": str(make_language_model(tmp_path / "decoder"))},
        }
        project.write_study(study)
        server.script = list(STUMBLES)
        assert project.run(REPORT)["evaluate_prompted"] == 2
        asked = len(server.requests)
        answers = "results/models/tiny/there/1/answers.json"
        (project.folder / answers).unlink()
        assert project.run(answers)["evaluate_prompted"] == 1
        assert len(server.requests) == asked
    rows = project.read_json(REPORT)["models"]
    there, here = rows["there"]["prompted"], rows["here"]["prompted"]
    assert there["host"] == server.server_address[0] and here["host"] is None
    assert (there["outside"], there["outside_answers"]) == (1, [["I cannot say.", 1]])
    assert asked == there["documents"] + len(STUMBLES) - 1  # the answer outside the labels is one that counts
    assert there["cost_per_1000"] > 0 and here["cost_per_1000"] is None
