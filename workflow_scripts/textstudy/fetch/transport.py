"""Downloading one file over http(s): resumed, retried, and moved into place only when it is whole and verified."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.files import sha256

_CHUNK = 1 << 18  # bytes
_LONGEST_PAUSE = 60.0  # seconds
_TRY_AGAIN = {408, 425, 429}  # and every 5xx: answers that another time may change
_HEADERS = {"User-Agent": "textstudy", "Accept-Encoding": "identity"}  # an archive is wanted as it is stored

_logger = logging.getLogger(__name__)


class Unavailable(Exception):
    """A source does not give what it was asked for; another source may. The message is the reason, a clause."""


class _Interrupted(Exception):
    """An attempt failed in a way that another attempt may mend."""


@dataclass(frozen=True)
class Patience:
    """How long a download is tried: attempts without progress, seconds of the first pause, seconds of silence."""

    attempts: int = 5
    back_off: float = 1.0
    timeout: float = 30.0


def download(url: str, path: Path, *, expected_sha256: str | None = None, patience: Patience | None = None) -> None:
    """Download `url` to `path`; what an interrupted download left in `path`.part is gone on with (RFC 9110, ranges).

    The pause doubles from attempt to attempt. Only attempts that bring nothing new are counted.

    Raises:
        Unavailable: the server refuses, does not answer, or keeps breaking off.
        StudyError: the bytes are not those of `expected_sha256`, or the disk is full.
    """
    partial = Partial.beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        resumed = partial.size() > 0
        _download_whole(url, partial, patience or Patience())
        digest = sha256(partial.path)
        if resumed and expected_sha256 not in (None, digest):
            # The rest that was lying there may have been the damage: once more, from the first byte.
            partial.discard()
            _download_whole(url, partial, patience or Patience())
            digest = sha256(partial.path)
        if expected_sha256 not in (None, digest):
            partial.discard()
            raise StudyError(
                f"{path.name} from {url} has the SHA-256 {digest} where {expected_sha256} is expected: "
                "it is damaged or not the published file, so it was not kept; try again or use a mirror."
            )
        partial.path.replace(path)
        partial.discard()
    except OSError as error:
        reason = error.strerror or error
        raise StudyError(f"{path} cannot be written ({reason}): make room or mend the rights.") from error


@dataclass(frozen=True)
class Partial:
    """What has come of a file so far, and the mark by which its server tells one version of it from the next."""

    path: Path
    mark: Path

    @classmethod
    def beside(cls, path: Path) -> "Partial":
        return cls(path.with_name(path.name + ".part"), path.with_name(path.name + ".part.etag"))

    def size(self) -> int:
        """Return the bytes that can be gone on with: none without a mark, for the file may have changed since."""
        return self.path.stat().st_size if self.path.exists() and self.mark.exists() else 0

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)


def _download_whole(url: str, partial: Partial, patience: Patience) -> None:
    failures, furthest = 0, partial.size()
    while True:
        try:
            _attempt(url, partial, patience.timeout)
            return
        except _Interrupted as error:
            if partial.size() > furthest:
                failures, furthest = 0, partial.size()
            failures += 1
            if failures >= patience.attempts:
                raise Unavailable(f"{error}, {failures} times in a row") from error
            pause = min(patience.back_off * 2 ** (failures - 1), _LONGEST_PAUSE)
            _logger.warning("%s: %s; trying again in %g s", url, error, pause)
            time.sleep(pause)


def _attempt(url: str, partial: Partial, timeout: float) -> None:
    """Ask for what is missing and append it.

    Raises:
        Unavailable: there is no use in asking again.
        _Interrupted: there is.
    """
    import requests
    from urllib3.exceptions import HTTPError

    start = partial.size()
    headers = dict(_HEADERS)
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": partial.mark.read_text(encoding="latin-1")}
    try:
        with requests.get(url, headers=headers, stream=True, timeout=timeout) as response:
            _refuse_downgrade(response)
            if response.status_code == 416:  # nothing lies beyond what we have: it is whole, or of another version
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
        raise Unavailable(f"{url} is no address") from error
    except requests.exceptions.TooManyRedirects as error:
        raise Unavailable("the server redirects in circles") from error
    except (requests.exceptions.RequestException, HTTPError) as error:
        raise _Interrupted(_cause(error)) from error


def _receive(response: Any, partial: Partial, start: int) -> None:
    """Write the body of an answer behind the first `start` bytes, or from the first byte if it is the whole file."""
    from tqdm import tqdm

    mark = _strong_mark(response.headers)
    if response.status_code == 206:
        same_place = response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if not same_place or mark not in (None, partial.mark.read_text(encoding="latin-1")):
            partial.discard()
            raise _Interrupted("the server continues another version of the file")
    else:
        start = 0
        partial.discard()
        if mark is not None:
            partial.mark.write_text(mark, encoding="latin-1")
    length = response.headers.get("Content-Length")
    progress = tqdm(
        total=start + int(length) if length else None, initial=start, unit="B", unit_scale=True, disable=None,
        desc=partial.path.stem,
    )  # fmt: skip
    with partial.path.open("ab") as stream, progress:
        # The raw stream, since requests would unpack a body that a server calls gzip; urllib3 checks its length.
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            stream.write(chunk)
            progress.update(len(chunk))


def _strong_mark(headers: Any) -> str | None:
    """Return what If-Range may name: the ETag unless it is weak, else the date of last change (RFC 9110, 13.1.5)."""
    etag = headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else headers.get("Last-Modified")


def _refuse_downgrade(response: Any) -> None:
    addresses = [answer.url for answer in (*response.history, response)]
    if addresses[0].startswith("https:") and not all(address.startswith("https:") for address in addresses):
        raise Unavailable("the server redirects from https to plain http")


def _cause(error: Exception) -> str:
    text = str(error).lower()
    if "timed out" in text:
        return "the server falls silent"
    if "resolve" in text or "name or service" in text:
        return "the address cannot be resolved (no network?)"
    if "refused" in text or "unreachable" in text:
        return "the server cannot be reached"
    if "certificate" in text or "ssl" in text:
        return "its certificate cannot be verified"
    return "the connection breaks off"
