"""The gate: who may ask, under which name, how much and how slowly."""

import asyncio
import json

import pytest
from fastapi.testclient import TestClient

from textstudy.use.serve.app import create_app
from textstudy.use.serve.limits import LOOPBACK, Limits

from .conftest import JSON, made_up_model

BODY = b'{"texts": "a"}'


def ask(options: dict, headers: dict, *, path: str = "/predict", method: str = "POST"):
    app = create_app({"made up": made_up_model()}, **options)
    with TestClient(app, base_url="http://localhost:8000") as client:
        return client.request(method, path, content=BODY if method == "POST" else None, headers=headers)


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8000", 200), ("LOCALHOST", 200), ("127.0.0.1:80", 200), ("[::1]:8000", 200), ("", 421),
     ("evil.example", 421), ("evil.example:8000", 421), ("127.0.0.1.evil.example", 421), ("localhost:80:80", 421)],
)  # fmt: skip
def test_a_server_of_this_machine_answers_to_its_own_names_only(host, status):
    response = ask({"hosts": LOOPBACK}, {**JSON, "host": host})
    assert response.status_code == status and (status == 200 or response.json()["error"])
    assert ask({}, {**JSON, "host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"origin": "http://localhost:8000"}, 200), ({"origin": "http://evil.example"}, 403), ({"origin": "null"}, 403),
     ({"origin": "http://evillocalhost:8000"}, 403), ({"origin": "http://localhost:9000"}, 403),
     ({"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy"}, 200), ({"sec-fetch-site": "none"}, 200),
     ({"sec-fetch-site": "cross-site"}, 403), ({"sec-fetch-site": "same-site"}, 403),
     ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 403)],
)  # fmt: skip
def test_pages_of_other_sites_cannot_make_it_work(headers, status):
    assert ask({}, {**JSON, **headers}).status_code == status


def test_a_link_from_another_site_opens_the_page_but_reads_no_figures():
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    picture = link | {"sec-fetch-mode": "no-cors"}
    assert ask({}, link, path="/", method="GET").status_code == 200
    assert ask({}, picture, path="/mix", method="GET").status_code == 403
    response = ask({}, {"origin": "http://evil.example"}, path="/models", method="GET")
    assert response.status_code == 403 and not any(name.startswith("access-control") for name in response.headers)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
def test_a_body_must_be_said_to_be_json(kind):
    assert ask({}, {"content-type": kind}).status_code == 415
    assert ask({}, {"content-type": "Application/JSON; charset=utf-8"}).status_code == 200


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer no", "Bearer kéy ", "bearer kéy", "Basic kéy"]
)
def test_nothing_but_health_and_the_page_answers_without_the_key(shown):
    headers = {**JSON} if shown is None else {**JSON, "authorization": shown.encode()}
    response = ask({"key": "kéy"}, headers)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    for path in ("/models", "/mix", "/metrics", "/openapi.json", "/docs", "/nothing", "/page/../models"):
        assert ask({"key": "kéy"}, headers, path=path, method="GET").status_code == 401, path
    for path in ("/", "/health", "/page/page.js"):
        assert ask({"key": "kéy"}, headers, path=path, method="GET").status_code == 200, path
    assert ask({"key": "kéy"}, {**JSON, "authorization": "Bearer kéy".encode()}).status_code == 200


def test_every_answer_forbids_what_the_page_does_not_need():
    for path in ("/", "/models", "/nothing"):
        headers = ask({}, {}, path=path, method="GET").headers
        assert "default-src 'none'" in headers["content-security-policy"] and headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_only_files_of_the_page_are_served():
    for path in ("/page/app.py", "/page/..%2fapp.py", "/page/%2e%2e/app.py", "/page/", "/page/%00"):
        assert ask({}, {}, path=path, method="GET").status_code in (404, 405), path


def call(parts: list[bytes], *, pause: float = 0.0, head: dict | None = None, **limits) -> list[tuple[int, dict]]:
    """Send the parts of a body to an application with such limits, twice at the same time; return the answers."""
    app = create_app({"made up": made_up_model()}, limits=Limits(**limits))
    headers = [(k.encode(), v.encode()) for k, v in {**JSON, "host": "localhost", **(head or {})}.items()]
    scope = {"type": "http", "method": "POST", "path": "/predict", "raw_path": b"/predict", "query_string": b"",
             "root_path": "", "scheme": "http", "headers": headers, "asgi": {"version": "3.0"}}  # fmt: skip

    async def once() -> tuple[int, dict]:
        left, sent = list(parts), []

        async def receive():
            await asyncio.sleep(pause)
            if not left:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        async def send(message):
            sent.append(message)

        await app(dict(scope), receive, send)
        return (sent[0]["status"], json.loads(sent[1]["body"])) if sent else (0, {})

    async def both():
        async with app.router.lifespan_context(app):
            return await asyncio.gather(once(), once())

    return asyncio.run(both())


def test_a_body_in_parts_is_read_up_to_the_limit():
    assert [status for status, _ in call([BODY[:5], b"", BODY[5:]])] == [200, 200]
    refused = call([b"[" * 60, b"[" * 60, b"[" * 60], body_bytes=100)
    assert [status for status, _ in refused] == [413, 413] and "100 bytes" in refused[0][1]["error"]
    assert [status for status, _ in call([BODY], head={"content-length": "101"}, body_bytes=100)] == [413, 413]


def test_a_body_that_dribbles_in_is_given_up():
    assert [status for status, _ in call([b" "] * 50, pause=0.02, body_seconds=0.1)] == [408, 408]


def test_more_than_it_can_hold_is_refused():
    assert sorted(status for status, _ in call([BODY], pause=0.01, requests=1)) == [200, 429]
    assert [status for status, _ in call([BODY], held_bytes=5)] == [429, 429]


def test_what_has_been_answered_or_refused_is_held_no_longer():
    limits = Limits(requests=1, held_bytes=20, body_bytes=100)
    with TestClient(create_app({"made up": made_up_model()}, limits=limits)) as client:
        bodies = [BODY, b" " * 50, b" " * 101, b"[1", BODY] * 2
        answers = [client.post("/predict", content=body, headers=JSON).status_code for body in bodies]
    assert answers == [200, 429, 413, 400, 200] * 2
