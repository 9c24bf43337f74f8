"""A stand-in for an endpoint with OpenAI's chat interface: it counts words, and misbehaves on request."""

import json
import math
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LABELS = ("hockey", "space")


def last_word(prompt: str) -> str:
    """The label that stands in the text, which is the last line but one of the prompt; else the first one."""
    text = prompt.splitlines()[-2]
    return next((label for label in LABELS if label in text), LABELS[0])


class ChatServer(ThreadingHTTPServer):
    """Answers with what `say` makes of a prompt; `script` lists how it misbehaves, one entry for each request.

    An entry is None, an answer, "hang up", "no json", or a status with headers and a message.

    Attributes:
        requests: the bodies and headers that came, in their order.
        at_once: the most requests that were being answered at the same time.
    """

    daemon_threads = True

    def __init__(self, say: Callable[[str], str] = last_word, *, logprobs: bool = False, seconds: float = 0.0):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.say, self.logprobs, self.gate = say, logprobs, threading.Event()
        self.script: list[Any] = []
        self.requests: list[tuple[dict[str, Any], dict[str, str]]] = []
        self.seconds, self.lock, self.now, self.at_once = seconds, threading.Lock(), 0, 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def __enter__(self) -> "ChatServer":
        return self

    def __exit__(self, *error: Any) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def prompts(self) -> list[str]:
        return [body["messages"][0]["content"] for body, _ in self.requests]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: Any) -> None:
        """Print no log."""

    def do_POST(self) -> None:
        body, server = json.loads(self.rfile.read(int(self.headers["Content-Length"]))), self.server
        with server.lock:
            server.requests.append((body, {"path": self.path, **self.headers}))
            act = server.script.pop(0) if server.script else None
            act = server.say(body["messages"][0]["content"]) if act is None else act
            server.now += 1
            server.at_once = max(server.at_once, server.now)
        server.gate.wait(server.seconds)
        with server.lock:
            server.now -= 1
        if act == "hang up":
            self.close_connection = True
        elif act == "no json":
            self._send(200, b'{"choices": [')
        elif isinstance(act, tuple):  # status, headers, message
            self._send(act[0], json.dumps({"error": {"message": act[2]}}).encode(), act[1])
        else:
            self._send(200, json.dumps(self._completion(act, body)).encode())

    def _completion(self, said: str, body: dict[str, Any]) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "message": {"role": "assistant", "content": said}}
        if self.server.logprobs and body.get("logprobs"):
            beside = [{"token": said, "logprob": math.log(0.8)}]
            beside += [{"token": label, "logprob": math.log(0.1)} for label in LABELS if label != said]
            choice["logprobs"] = {"content": [{"token": said, "logprob": math.log(0.8), "top_logprobs": beside}]}
        tokens = {"prompt_tokens": len(body["messages"][0]["content"].split()), "completion_tokens": 2}
        return {"choices": [choice], "usage": tokens, "model": body["model"]}

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
