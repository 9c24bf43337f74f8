"""Every error of the server as JSON: {"error": "one sentence"}."""

import json
from collections.abc import Mapping

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

LONGEST_PLACE = 100  # characters of a place in a request, which the client may have named


def respond(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as a response."""
    # In ASCII, because half of a surrogate pair, which a client may have sent, is nothing that UTF-8 can say.
    content = json.dumps({"error": message}).encode()
    return Response(content, status, dict(headers or {}), "application/json")


def describe_invalid(error: RequestValidationError) -> str:
    """Return what is wrong with a request, without quoting its texts."""
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))[:LONGEST_PLACE]
    return f"{place}: {first['msg']}."
