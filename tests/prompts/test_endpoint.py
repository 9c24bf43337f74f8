"""Asking an endpoint: nothing is asked twice, failures pass or are said, and the key goes nowhere else."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from chat_server import ChatServer
from textstudy.errors import StudyError
from textstudy.prompts import endpoint
from textstudy.prompts.cache import AnswerCache, cache_of
from textstudy.prompts.endpoint import EndpointClient
from textstudy.prompts.pace import retry_after
from textstudy.settings.models.prompted import Endpoint

PROMPTS = [f"Which?\n\nText: {text}\nLabel:" for text in ("a hockey game", "a space ship", "the space station")]
LIMITED = (429, {"Retry-After": "0.3"}, "slow down")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(endpoint, "FIRST_PAUSE", 0.001)


@pytest.fixture
def server():
    with ChatServer() as server:
        yield server


@pytest.fixture
def make(server, tmp_path):
    def make(file="answers.sqlite", seed=1, **changes):
        settings = Endpoint(url=server.url, model="m", **changes).model_dump(mode="json")
        return EndpointClient(settings, seed=seed, cache=AnswerCache(tmp_path / file if file else None))

    return make


def texts(answers):
    return [answer["text"] for answer in answers]


def test_answers_come_in_the_order_of_the_prompts_and_are_asked_for_once(server, make):
    client = make()
    assert texts(client.ask([*PROMPTS, PROMPTS[0]])) == ["hockey", "space", "space", "hockey"]
    assert sorted(server.prompts) == sorted(PROMPTS)
    assert server.requests[0][1]["path"] == "/v1/chat/completions"
    assert server.requests[0][0] | {"messages": None} == {
        "model": "m", "messages": None, "temperature": 0, "max_tokens": 16, "seed": 1, "logprobs": True,
        "top_logprobs": 20,
    }  # fmt: skip
    again = make().ask([PROMPTS[1], "Which?\n\nText: a new space\nLabel:"])
    assert texts(again) == ["space", "space"]
    assert len(server.requests) == len(PROMPTS) + 1
    assert again[0]["tokens"] == [len(PROMPTS[1].split()), 2]
    assert again[0]["seconds"] > 0


@pytest.mark.parametrize("change", [{"seed": 2}, {"parameters": {"temperature": 1}}, {"parameters": {"seed": None}}])
def test_another_seed_or_parameter_asks_again(server, make, change):
    make().ask(PROMPTS[:1])
    make(**change).ask(PROMPTS[:1])
    assert len(server.requests) == 2
    assert None not in server.requests[1][0].values()


@pytest.mark.parametrize(
    "act", ["hang up", "no json", (500, {}, "oh"), (503, {}, ""), (429, {}, "slow"), (408, {}, "late")]
)
def test_what_passes_is_tried_again(server, make, act):
    server.script = [act, act]
    assert texts(make().ask(PROMPTS)) == ["hockey", "space", "space"]
    assert len(server.requests) == len(PROMPTS) + 2


def test_retry_after_holds_all_requests(server, make):
    server.script = [LIMITED]
    start = time.monotonic()
    make(parallel=1).ask(PROMPTS[:2])
    assert time.monotonic() - start >= 0.3


def test_a_text_may_fail_often_while_others_are_answered(make):
    refusals = iter([(429, {}, "busy")] * 8)
    with ChatServer(lambda prompt: next(refusals, "space") if prompt == "0" else "space", seconds=0.02) as server:
        client = make(parallel=2)
        client.settings["url"] = server.url
        assert texts(client.ask([str(number) for number in range(16)])) == ["space"] * 16
        assert server.prompts.count("0") == 9


def test_a_used_up_quota_is_not_waited_for(server, make):
    server.script = [(429, {"Retry-After": "7200"}, "daily limit")]
    with pytest.raises(StudyError, match="7200 seconds .daily limit.: run again"):
        make().ask(PROMPTS[:1])


def test_retry_after_is_a_number_or_a_date():
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < retry_after(date) <= 30
    assert retry_after("1.5") == 1.5
    assert retry_after("-3") == 0
    assert retry_after("soon") is retry_after(None) is None


def test_a_slow_answer_is_asked_for_again(make):
    with ChatServer(seconds=0.5) as slow:
        client = make(timeout=0.1)
        client.settings["url"] = slow.url
        with pytest.raises(StudyError, match=r"no answer after 6 attempts \(ReadTimeout"):
            client.ask(PROMPTS[:1])


def test_what_came_before_an_endpoint_went_down_is_kept(server, make):
    server.script = [None, None, *["hang up"] * 20]
    with pytest.raises(StudyError, match="run again later. What it has answered is kept"):
        make(parallel=1).ask(PROMPTS)
    server.script, before = [], len(server.requests)
    assert texts(make().ask(PROMPTS)) == ["hockey", "space", "space"]
    assert server.prompts[before:] == PROMPTS[2:]


def test_answers_under_way_when_one_fails_are_kept(make):
    with ChatServer(seconds=0.2) as server:
        client = make(parallel=3)
        client.settings["url"] = server.url
        server.script = [(401, {}, "no"), None, None]
        with pytest.raises(StudyError):
            client.ask(PROMPTS)
        kept = client.cache.read(map(client.key, PROMPTS))
        assert len(kept) == 2


def test_nothing_listens(make):
    client = make()
    client.settings["url"] = "http://127.0.0.1:9/v1"
    with pytest.raises(StudyError, match="no answer after 6 attempts"):
        client.ask(PROMPTS[:1])


@pytest.mark.parametrize("message", ["unknown parameter: logprobs", "seed and top_logprobs are not supported"])
def test_an_endpoint_without_log_probabilities_is_asked_without(server, make, message):
    server.script = [(400, {}, message)]
    make(parallel=1).ask(PROMPTS)
    refused = {name for name in ("logprobs", "top_logprobs", "seed") if name in message} | (
        {"top_logprobs"} if "logprobs" in message else set()
    )
    for body, _ in server.requests[1:]:
        assert not refused & set(body)
    assert len(server.requests) == len(PROMPTS) + 1


def test_wrong_parameters_are_an_error_but_one_refused_text_is_an_empty_answer(server, make):
    server.script = [(400, {}, "max_tokens is too low")]
    with pytest.raises(StudyError, match="refuses to answer as 'm' .400 max_tokens is too low"):
        make().ask(PROMPTS[:1])
    server.script = [None, (400, {}, "content filter")]
    assert texts(make(parallel=1).ask(PROMPTS)) == ["hockey", "", "space"]


def test_the_key_is_sent_and_never_said(server, make, monkeypatch, caplog):
    with pytest.raises(StudyError, match="variable A_KEY, which holds the key of"):
        make(key="A_KEY").ask(PROMPTS[:1])
    monkeypatch.setenv("A_KEY", "sk-secret")
    server.script = [(429, {}, "sk-secret is slow"), (401, {}, "Incorrect key sk-secret")]
    with pytest.raises(StudyError, match="Incorrect key …") as raised:
        make(key="A_KEY").ask(PROMPTS[:1])
    assert server.requests[0][1]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in str(raised.value) + caplog.text


def test_a_redirect_is_not_followed(server, make):
    with ChatServer() as elsewhere:
        server.script = [(307, {"Location": f"{elsewhere.url}/chat/completions"}, "moved")]
        with pytest.raises(StudyError, match="307 moved"):
            make().ask(PROMPTS[:1])
        assert not elsewhere.requests


def test_requests_side_by_side_are_bounded(make):
    with ChatServer(seconds=0.05) as server:
        client = make(parallel=2)
        client.settings["url"] = server.url
        client.ask([f"{number}\nText\nLabel:" for number in range(8)])
        assert server.at_once == 2


def test_requests_in_a_minute_are_bounded(server, make):
    start = time.monotonic()
    make(requests_per_minute=1200).ask([f"{number}\nText\nLabel:" for number in range(5)])
    assert time.monotonic() - start >= 4 * 60 / 1200


def test_a_bundle_keeps_no_answers(server, make, tmp_path):
    client = make(file=None)
    client.ask(PROMPTS[:1])
    client.ask(PROMPTS[:1])
    assert len(server.requests) == 2
    assert cache_of(tmp_path / "bundle").path is None
    assert cache_of(tmp_path / "models/p/m/1").path == tmp_path / "checkpoints/answers.sqlite"


def test_answers_hold_no_text_and_damage_is_one_sentence(make, tmp_path):
    make().ask(PROMPTS)
    content = (tmp_path / "answers.sqlite").read_bytes()
    assert b"hockey" in content
    assert b"hockey game" not in content
    (tmp_path / "answers.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StudyError, match="cannot be read or written .file is not a database"):
        make().ask(PROMPTS)
