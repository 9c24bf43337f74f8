"""A local web server, and downloads that give up soon."""

import threading

import pytest

from textstudy.fetch import transport
from web_server import TIMEOUT, Server


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(transport, "ATTEMPTS", 3)
    monkeypatch.setattr(transport, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(transport, "TIMEOUT", TIMEOUT)


@pytest.fixture
def server():
    instance = Server()
    thread = threading.Thread(target=instance.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield instance
    instance.shutdown()
    instance.server_close()
