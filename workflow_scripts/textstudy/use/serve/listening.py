"""Where and how a server listens."""

import asyncio
import logging
import socket
from contextlib import suppress
from ipaddress import ip_address

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from textstudy.errors import StudyError
from textstudy.use.serve.limits import Limits


def bind(host: str, port: int) -> socket.socket:
    """Return a socket at an address, which does not listen yet.

    Raises:
        StudyError: the address is taken, not ours, or no address.
    """
    try:
        options = {"type": socket.SOCK_STREAM, "flags": socket.AI_PASSIVE}
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, **options)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        raise StudyError(
            f"port {port} of {host} cannot be used ({error.strerror}): choose another with --port or --host, or stop "
            "what is using it."
        ) from None
    return listener


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host.lower() == "localhost"


def listen(app: FastAPI, listener: socket.socket, limits: Limits) -> uvicorn.Server:
    """Return a server at a socket, which listens from now on and answers as soon as it runs."""

    class Impatient(H11Protocol):
        """Closes a connection on which a request began to arrive, but not its whole head: uvicorn would wait."""

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._look_later()

        def _look_later(self) -> None:
            self.loop.call_later(limits.head_seconds, self._look)

        def _look(self) -> None:
            answering = self.cycle is not None and not self.cycle.response_complete
            if not answering and self.timeout_keep_alive_task is None:
                self.transport.close()
            if not self.transport.is_closing():
                self._look_later()

    listener.listen(limits.requests)
    config = uvicorn.Config(
        app, http=Impatient, ws="none", log_level=logging.WARNING, access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=int(limits.seconds),
    )  # fmt: skip
    return uvicorn.Server(config)
