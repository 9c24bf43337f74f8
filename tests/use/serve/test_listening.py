"""What is no HTTP, or comes too slowly, is refused, and the server goes on."""

import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from textstudy.use.serve.limits import Limits

from .conftest import made_up_model, served

HEAD = b"POST /predict HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n"
BROKEN = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "a negative length": HEAD + b"content-length: -1\r\n\r\n",
    "no length": HEAD + b"content-length: many\r\n\r\n",
    "two lengths": HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    "a length and chunks": HEAD + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a broken chunk": HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "a long head": HEAD + b"x: " + b"y" * 200_000 + b"\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a huge body": HEAD + b"content-length: 99999999999999999999\r\n\r\n",
}


@pytest.fixture(scope="module")
def url():
    with served({"made up": made_up_model()}, limits=Limits(head_seconds=0.3, body_seconds=0.3)) as url:
        yield url


def answer_to(url: str, sent: bytes) -> bytes:
    """What a server answers before it closes the connection."""
    answer, place = b"", (urlsplit(url).hostname, urlsplit(url).port)
    # It need not read all of what it refuses.
    with socket.create_connection(place, timeout=10) as connection, suppress(ConnectionError):
        connection.sendall(sent)
        while part := connection.recv(65_536):
            answer += part
    return answer


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_http_is_refused(url, name):
    answer = answer_to(url, BROKEN[name])
    assert answer.startswith(b"HTTP/1.1 4") or not answer
    assert httpx.get(f"{url}/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("sent", "status"), [(b"", b""), (b"GET / HT", b""), (HEAD, b""), (HEAD + b"content-length: 9\r\n\r\n{", b"408")]
)
def test_a_connection_that_sends_half_a_request_is_closed(url, sent, status):
    begin = time.monotonic()
    assert answer_to(url, sent)[9:12] == status
    assert time.monotonic() - begin < 8


def test_a_connection_may_stay_open_between_requests(url):
    with httpx.Client() as client:
        for _ in range(3):
            assert client.get(f"{url}/health").status_code == 200
            connection = client.get(f"{url}/models").extensions["network_stream"].get_extra_info("client_addr")
            time.sleep(0.4)
        assert client.get(f"{url}/health").extensions["network_stream"].get_extra_info("client_addr") == connection
