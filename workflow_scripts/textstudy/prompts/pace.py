"""The pace of requests: how many in a minute, and how long to hold them where an endpoint says so."""

import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from threading import Event, Lock


class Stopped(Exception):
    """Another request has failed for good."""


class Pace:
    """When the next request may be made, for all threads."""

    def __init__(self, per_minute: float | None) -> None:
        """Start without a wait."""
        self.between = 60 / per_minute if per_minute else 0.0  # seconds
        self._next, self._lock, self.stopped = 0.0, Lock(), Event()

    def wait(self) -> None:
        """Return when it is this request's turn.

        Raises:
            Stopped: there will be none.
        """
        with self._lock:
            turn = max(time.monotonic(), self._next)
            self._next = turn + self.between
        if self.stopped.wait(max(0.0, turn - time.monotonic())):
            raise Stopped

    def hold(self, seconds: float) -> None:
        """Make no request before so many seconds have passed."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


def retry_after(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which holds a number or a date (RFC 9110, 10.2.3); None without."""
    if header is None:
        return None
    with suppress(ValueError):
        return max(0.0, float(header))
    with suppress(ValueError, TypeError):
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    return None
