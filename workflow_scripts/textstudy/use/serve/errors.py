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


def refuse_invalid(error: RequestValidationError) -> Response:
    """Return the answer to a request that is no JSON, or has a wrong value, without quoting its texts."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return respond(400, "The body is not valid JSON.")
    place = ".".join(map(str, first["loc"]))[:LONGEST_PLACE]
    return respond(422, f"{place}: {first['msg']}.")
