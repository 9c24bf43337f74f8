"""What a server takes and from whom: the gate that each request passes before anything of it is understood."""

import asyncio
import hmac
import logging
import re
import time
import traceback
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import HTTPException
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from textstudy.use.serve.errors import respond
from textstudy.use.serve.metrics import Metrics

TEXTS = 256  # of a request
TEXT_CHARACTERS = 100_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
OPEN_PATHS = re.compile(r"/|/health|/page/[\w.]+")  # without a key: the page holds no texts and no models
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Limits:
    """Bounds of a server, so that no client can exhaust the machine.

    Attributes:
        body_bytes: of one request.
        held_bytes: of the bodies of all requests that are being answered.
        requests: that are being answered.
        waiting_texts: in the queue of one model.
        batch_texts: that one model predicts together.
        batch_characters: likewise.
        head_seconds: in which the head of a request must arrive.
        body_seconds: in which its body must arrive.
        seconds: in which it must be answered.
    """

    body_bytes: int = 4 << 20
    held_bytes: int = 64 << 20
    requests: int = 512
    waiting_texts: int = 2048
    batch_texts: int = 32
    batch_characters: int = 200_000
    head_seconds: float = 20.0
    body_seconds: float = 20.0
    seconds: float = 60.0


class Gate:
    """Refuses foreign, oversized and slow requests, counts all of them, and lets no error out but as JSON."""

    def __init__(
        self, app: ASGIApp, *, limits: Limits, metrics: Metrics, hosts: Collection[str] | None, key: str | None
    ) -> None:
        """Put a gate before an application.

        Args:
            hosts: names by which the server may be called; None for any.
            key: that a client must show; None where all may ask.
        """
        self.app, self.limits, self.metrics, self.hosts = app, limits, metrics, hosts
        self.key = None if key is None else f"Bearer {key}".encode()
        self.requests = self.held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status, held = time.perf_counter(), 0, 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        self.requests += 1
        try:
            self.check(scope["method"], scope["path"], Headers(scope=scope))
            body = await self.read(receive, Headers(scope=scope))
            if body is None:
                return  # the client has gone
            held = len(body)
            await self.app(scope, replay(body, receive), send_and_note)
        except HTTPException as error:
            await respond(error.status_code, error.detail, error.headers)(scope, receive, send_and_note)
        except Exception as error:
            report_failure(error)
            if not status:
                await internal_error()(scope, receive, send_and_note)
        finally:
            self.requests -= 1
            self.held_bytes -= held
            route = scope.get("route")
            self.metrics.count_request(getattr(route, "path", "other"), status, time.perf_counter() - begin)

    def check(self, method: str, path: str, headers: Headers) -> None:
        """Raise HTTPException where a request is refused for what its head says."""
        host = headers.get("host", "").lower()
        if self.hosts is not None and re.sub(r":\d*$", "", host) not in self.hosts:
            raise HTTPException(421, "This server does not go by that name: call it by its address, e.g. localhost.")
        # Pages of other sites can send requests, though they cannot read the answers.
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        same = site in ("same-origin", "none") if site else origin is None or origin.lower().endswith(f"://{host}")
        if not same and (method != "GET" or headers.get("sec-fetch-mode") != "navigate"):
            raise HTTPException(403, "Requests from pages of other sites are refused.")
        if self.key is not None and not OPEN_PATHS.fullmatch(path):
            shown = headers.get("authorization", "").encode("latin-1")
            if not hmac.compare_digest(shown, self.key):
                told = {"www-authenticate": "Bearer"}
                raise HTTPException(401, "This server asks for a key: send it as `Authorization: Bearer KEY`.", told)
        if self.requests > self.limits.requests:
            raise too_busy()

    async def read(self, receive: Receive, headers: Headers) -> bytes | None:
        """Return the body of a request; None if the client goes away before its end.

        Its bytes are counted as held from here on, and no longer where an exception is raised.
        """
        too_long = HTTPException(413, f"The body is longer than {self.limits.body_bytes:,} bytes: send fewer texts.")
        if int(headers.get("content-length", 0)) > self.limits.body_bytes:
            raise too_long
        body = bytearray()
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self.limits.body_bytes:
                        raise too_long
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            raise HTTPException(408, f"The body did not arrive within {self.limits.body_seconds:g} seconds.") from None
        # Pages of other sites can send other types without asking first.
        if body and headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "The body must be JSON, and its Content-Type application/json.")
        if self.held_bytes + len(body) > self.limits.held_bytes:
            raise too_busy()
        self.held_bytes += len(body)
        return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that has been read, and then what comes after it."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def too_busy() -> HTTPException:
    """Return the refusal of a request that the server has no room for."""
    return HTTPException(429, "Too many requests wait already: try again in a second.", {"retry-after": "1"})


def internal_error() -> Response:
    """Return the answer where the server itself is at fault."""
    return respond(500, "The server failed on this request; its log says where.")


def report_failure(error: BaseException) -> None:
    """Log where an unexpected error arose, without its message, which may quote a text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logging.getLogger("uvicorn.error").error("%s\n%s", type(error).__name__, frames)
