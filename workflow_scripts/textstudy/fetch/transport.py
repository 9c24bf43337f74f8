"""Downloading one file over http(s): resumed, retried, and verified before the file gets its final name."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.files import sha256

ATTEMPTS = 5  # in a row without new bytes
FIRST_PAUSE = 1.0  # seconds; each further pause is twice as long
TIMEOUT = 30.0  # seconds without an answer

_LONGEST_PAUSE = 60.0  # seconds
_CHUNK = 1 << 18  # bytes
_TRY_AGAIN = {408, 425, 429}  # statuses that may pass, as may every 5xx
_HEADERS = {"User-Agent": "textstudy", "Accept-Encoding": "identity"}  # the archive itself, not compressed once more

_logger = logging.getLogger(__name__)


class Unavailable(Exception):
    """A source cannot give a resource, but another source may. The message is the reason, without a full stop."""


class _Interrupted(Exception):
    """An attempt failed, but another one may succeed."""


def download(url: str, path: Path, *, expected_sha256: str | None) -> None:
    """Download `url` to `path`. An interrupted download is continued from `path`.part (RFC 9110, ranges).

    Raises:
        Unavailable: the server refuses, does not answer, or keeps closing the connection.
        StudyError: the file does not have the hash `expected_sha256`, or the disk is full.
    """
    partial = Partial.beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _download_all(url, partial)
        digest = sha256(partial.path)
        if expected_sha256 not in (None, digest):
            partial.discard()
            raise StudyError(
                f"{path.name} from {url} has the SHA-256 {digest} instead of {expected_sha256}, so it is damaged or "
                "not the published file, and was deleted: try again, or use a mirror."
            )
        partial.path.replace(path)
        partial.discard()
    except OSError as error:
        reason = error.strerror or error
        raise StudyError(f"{path} cannot be written ({reason}): free some space or fix the permissions.") from error


@dataclass(frozen=True)
class Partial:
    """An incomplete file, and a file with the validator (ETag or date) that the server gave for its version."""

    path: Path
    validator: Path

    @classmethod
    def beside(cls, path: Path) -> "Partial":
        return cls(path.with_name(path.name + ".part"), path.with_name(path.name + ".part.etag"))

    def size(self) -> int:
        """Return the number of bytes to continue after: 0 without a validator, because the file may have changed."""
        return self.path.stat().st_size if self.path.exists() and self.validator.exists() else 0

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.validator.unlink(missing_ok=True)


def _download_all(url: str, partial: Partial) -> None:
    """Make attempts until the partial file is complete; an attempt with new bytes sets the count of failures back."""
    failures, furthest = 0, partial.size()
    while True:
        try:
            _attempt(url, partial)
            return
        except _Interrupted as error:
            if partial.size() > furthest:
                failures, furthest = 0, partial.size()
            failures += 1
            if failures >= ATTEMPTS:
                raise Unavailable(f"{error}, {failures} times in a row") from error
            pause = min(FIRST_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE)
            _logger.warning("%s: %s; trying again in %g s", url, error, pause)
            time.sleep(pause)


def _attempt(url: str, partial: Partial) -> None:
    """Ask for the missing bytes and append them.

    Raises:
        Unavailable: another attempt cannot succeed.
        _Interrupted: another attempt may succeed.
    """
    import requests
    from urllib3.exceptions import HTTPError

    start = partial.size()
    headers = dict(_HEADERS)
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": partial.validator.read_text(encoding="latin-1")}
    try:
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            _refuse_downgrade(response)
            if response.status_code == 416:  # no bytes after `start`: the file is complete, or it has changed
                if response.headers.get("Content-Range", "").endswith(f"/{start}"):
                    return
                partial.discard()
                raise _Interrupted("the file has changed on the server")
            if response.status_code in _TRY_AGAIN or response.status_code >= 500:
                raise _Interrupted(f"the server answers {response.status_code} {response.reason}")
            if response.status_code not in (200, 206):
                raise Unavailable(f"the server answers {response.status_code} {response.reason}")
            _receive(response, partial, start)
    except requests.exceptions.InvalidSchema as error:
        raise Unavailable("the server redirects to an address that is not http or https") from error
    except requests.exceptions.InvalidURL as error:
        raise Unavailable(f"{url} is not a valid address") from error
    except requests.exceptions.TooManyRedirects as error:
        raise Unavailable("the server redirects in circles") from error
    except (requests.exceptions.RequestException, HTTPError) as error:
        raise _Interrupted(_reason(error)) from error


def _receive(response: Any, partial: Partial, start: int) -> None:
    """Write the body of a response after the first `start` bytes, or from the first byte if it is the whole file."""
    from tqdm import tqdm

    validator = _strong_validator(response.headers)
    if response.status_code == 206:
        same_place = response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if not same_place or validator not in (None, partial.validator.read_text(encoding="latin-1")):
            partial.discard()
            raise _Interrupted("the server continues another version of the file")
    else:
        start = 0
        partial.discard()
        if validator is not None:
            partial.validator.write_text(validator, encoding="latin-1")
    length = response.headers.get("Content-Length")
    progress = tqdm(
        total=start + int(length) if length else None, initial=start, unit="B", unit_scale=True, disable=None,
        desc=partial.path.stem,
    )  # fmt: skip
    with partial.path.open("ab") as stream, progress:
        # The raw stream, because requests unpacks a body that is labelled as gzip. urllib3 checks the length.
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            stream.write(chunk)
            progress.update(len(chunk))


def _strong_validator(headers: Any) -> str | None:
    """Return the value for If-Range: the ETag unless it is weak, else the date of last change (RFC 9110, 13.1.5)."""
    etag = headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else headers.get("Last-Modified")


def _refuse_downgrade(response: Any) -> None:
    addresses = [answer.url for answer in (*response.history, response)]
    if addresses[0].startswith("https:") and not all(address.startswith("https:") for address in addresses):
        raise Unavailable("the server redirects from https to plain http")


def _reason(error: Exception) -> str:
    """Return the reason in a few words; the libraries put several errors inside each other."""
    text = str(error).lower()
    if "timed out" in text:
        return "the server does not respond"
    if "resolve" in text or "name or service" in text:
        return "the host name cannot be resolved (no network?)"
    if "refused" in text or "unreachable" in text:
        return "the server cannot be reached"
    if "certificate" in text or "ssl" in text:
        return "the server's certificate cannot be verified"
    return "the connection was closed early"
