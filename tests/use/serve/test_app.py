"""Answers of the server: those of the model, whatever the company, and a sentence for whatever cannot be answered."""

import json
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.errors import EndpointError
from textstudy.use.serve.app import create_app
from textstudy.use.serve.limits import Limits

from .conftest import JSON, made_up_model, served, some_texts


def probabilities(response) -> np.ndarray:
    return np.array([list(answer["probabilities"].values()) for answer in response.json()["answers"]])


def test_answers_are_those_of_the_model(client, model):
    texts = [*some_texts(50), "", " \n", "😀 orbit", "\0"]
    response = client.post("/predict", json={"texts": texts})
    assert response.json()["model"] == "linear"
    answers, expected = response.json()["answers"], model.predict_proba(texts)
    np.testing.assert_array_equal(probabilities(response), expected)
    assert [answer["label"] for answer in answers] == model.predict(texts).tolist()
    assert [answer["probability"] for answer in answers] == expected.max(axis=1).tolist()
    assert all(list(answer["probabilities"]) == model.classes_.tolist() for answer in answers)
    assert [answer["empty"] for answer in answers] == [not text.strip() for text in model.clean(texts)]
    one = client.post("/predict", json={"texts": texts[0], "model": "linear"})
    np.testing.assert_array_equal(probabilities(one), expected[:1])


def test_two_hundred_at_once_each_get_their_own_answer(model):
    texts = some_texts(600)
    asked = [texts[place : place + 1 + place % 3] for place in range(0, 600, 3)]
    expected = {text: row for text, row in zip(texts, model.predict_proba(texts), strict=True)}
    with served({"linear": model}) as url, httpx.Client(limits=httpx.Limits(max_connections=200)) as client:
        with ThreadPoolExecutor(200) as pool:
            responses = list(pool.map(lambda texts: client.post(f"{url}/predict", json={"texts": texts}), asked))
        figures = client.get(f"{url}/metrics").text
        mix = client.get(f"{url}/mix").json()
    for request, response in zip(asked, responses, strict=True):
        np.testing.assert_allclose(probabilities(response), [expected[text] for text in request], atol=1e-6)
    predicted = sum(map(len, asked))
    assert f'textstudy_batch_texts_sum{{model="linear"}} {float(predicted)}' in figures
    assert 'textstudy_requests_total{path="/predict",status="200"} 200.0' in figures
    assert float(re.search(r'batch_texts_count\{model="linear"\} (\S+)', figures)[1]) < 200, "some were batched"
    assert sum(mix["models"]["linear"].values()) == predicted
    labels = {answer["label"] for response in responses for answer in response.json()["answers"]}
    assert {label for label, number in mix["models"]["linear"].items() if number} == labels


def test_an_explanation_is_that_of_the_model(client, model):
    text = "The rocket 😀 and the novel."
    found, expected = client.post("/explain", json={"text": text}).json(), model.explain(text)
    assert (found["label"], found["text"]) == (expected.label, expected.text)
    assert [(word["start"], word["end"], word["weight"]) for word in found["words"]] == expected.words
    assert client.post("/explain", json={"text": text, "label": "films"}).json()["label"] == "films"
    refused = client.post("/explain", json={"text": text, "label": "poems"})
    assert refused.status_code == 422 and "poems" in refused.json()["error"]


def test_a_model_that_cannot_explain_says_so():
    with TestClient(create_app({"made up": made_up_model()})) as client:
        assert client.get("/models").json()[0]["explains"] is False
        assert client.post("/explain", json={"text": "a"}).status_code == 422


def test_an_endpoint_that_is_down_is_not_the_fault_of_the_request():
    def predict(texts):
        raise EndpointError("http://elsewhere gave no answer after 6 attempts: run again later.")

    with TestClient(create_app({"made up": made_up_model(predict)}), raise_server_exceptions=False) as client:
        found = client.post("/predict", json={"texts": "a"})
        assert found.status_code == 502 and "no answer" in found.json()["error"]


def test_typos_are_edits_of_the_text(client):
    text = "The rocket reached an orbit."
    found = client.post("/perturb", json={"text": text, "kind": "deletion", "share": 1}).json()
    edited = text
    for edit in reversed(found["edits"]):
        assert text[edit["start"] : edit["end"]] == edit["before"]
        edited = edited[: edit["start"]] + edit["after"] + edited[edit["end"] :]
    assert edited == found["text"] and len(found["edits"]) == 5


HOSTILE = {
    "nothing": (b"", 422),
    "no JSON": (b"texts", 400),
    "half": (b'{"texts": "a', 400),
    "no object": (b"[]", 422),
    "not a number": (b'{"texts": NaN}', 422),
    "a number": (b'{"texts": 1}', 422),
    "a huge number": (b'{"texts": ' + b"9" * 10_000 + b"}", 400),
    "null": (b'{"texts": null}', 422),
    "no texts": (b'{"texts": []}', 422),
    "one bad text": (b'{"texts": ["a", {}]}', 422),
    "half a surrogate pair": (b'{"texts": ["a", "\\ud800"]}', 422),
    "a surrogate as key": (b'{"texts": "a", "\\udfff": 1}', 422),
    "a long key": (b'{"texts": "a", "' + b"k" * 10_000 + b'": 1}', 422),
    "no UTF-8": (b'{"texts": "\xff"}', 400),
    "UTF-16": ('{"texts": 1}'.encode("utf-16"), 422),
    "deep": (b'{"texts": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "no such model": (b'{"texts": "a", "model": "no"}', 404),
    "model of a wrong type": (b'{"texts": "a", "model": []}', 422),
    "a long text": (json.dumps({"texts": "a" * 100_001}).encode(), 422),
    "many texts": (json.dumps({"texts": ["a"] * 257}).encode(), 422),
    "a long body": (b" " * (4 << 20) + b"{}", 413),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_get_a_sentence(client, name):
    body, status = HOSTILE[name]
    response = client.post("/predict", content=body, headers=JSON)
    assert response.status_code == status and list(response.json()) == ["error"]
    assert len(response.content) < 1000


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(["texts", "text", "model", "label", "kind", "share", "x"])


def test_no_body_makes_the_server_fail(client):
    @settings(max_examples=60)
    @given(
        path=st.sampled_from(["/predict", "/explain", "/perturb"]),
        body=st.dictionaries(keys, anything, max_size=3).map(lambda body: json.dumps(body).encode()) | st.binary(),
    )
    def check(path, body):
        response = client.post(path, content=body, headers=JSON)
        assert response.status_code in (200, 400, 404, 422)
        assert response.status_code == 200 or response.json()["error"]

    check()


def test_a_request_that_waits_too_long_is_told_so_and_the_queue_has_a_bound():
    go = threading.Event()

    def predict(texts):
        go.wait(10)
        return np.tile([1.0, 0.0], (len(texts), 1))

    app = create_app({"made up": made_up_model(predict)}, limits=Limits(seconds=0.2, waiting_texts=4))
    with TestClient(app) as client:
        assert client.post("/predict", json={"texts": "a"}).status_code == 504
        with ThreadPoolExecutor(3) as pool:
            late = pool.submit(client.post, "/predict", json={"texts": ["b"] * 3})
            while 'waiting_texts{model="made up"} 3.0' not in client.get("/metrics").text:
                assert not late.done()
            full = client.post("/predict", json={"texts": ["c", "d"]})
            assert (full.status_code, full.headers["retry-after"]) == (429, "1") and full.json()["error"]
            assert late.result().status_code == 504
        go.set()


def test_a_failure_is_logged_without_the_text(caplog):
    def predict(texts):
        raise ValueError(f"cannot read {texts[0]}")

    with TestClient(create_app({"made up": made_up_model(predict)})) as client, caplog.at_level(logging.DEBUG):
        response = client.post("/predict", json={"texts": "secret words"})
    assert response.status_code == 500 and list(response.json()) == ["error"]
    assert "ValueError" in caplog.text and "in predict" in caplog.text
    assert "secret" not in caplog.text + response.text


def test_the_description_asks_for_nothing_from_elsewhere(client):
    found = client.get("/docs")
    assert found.url.path == "/openapi.json"
    assert {"/predict", "/explain", "/models", "/health", "/metrics"} <= set(found.json()["paths"])
    assert "http" not in client.get("/").text
