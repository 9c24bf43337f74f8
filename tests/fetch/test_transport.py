"""Downloads from a server that misbehaves."""

import errno
import hashlib
import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from textstudy.errors import StudyError
from textstudy.fetch import transport
from textstudy.fetch.transport import Unavailable, download
from web_server import CONTENT, DIGEST, Server


def ranges(server: Server) -> list[str | None]:
    return [request.get("Range") for request in server.requests]


def test_download_in_one_go(server, tmp_path):
    download(server.url, tmp_path / "deep" / "file.bin", expected_sha256=DIGEST)
    assert (tmp_path / "deep" / "file.bin").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file.bin"]
    assert ranges(server) == [None]


def test_dropped_connection_is_resumed_where_it_broke(server, tmp_path):
    server.script = ["drop 300000", "drop 400000"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=300000-", "bytes=700000-"]
    assert server.requests[1]["If-Range"] == '"one"'


def test_download_of_an_earlier_process_is_continued(server, tmp_path):
    server.script = ["drop 300000", "404"]
    with pytest.raises(Unavailable):
        download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert not (tmp_path / "file.bin").exists()
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server)[-1] == "bytes=300000-"
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_download_of_a_killed_process_is_continued_and_verified(server, tmp_path):
    """A slow server gives the time to kill the process that downloads, and is what resuming is for."""
    server.script = ["slow"]
    call = f"download({server.url!r}, Path('file.bin'), expected_sha256={DIGEST!r})"
    code = f"from pathlib import Path; from textstudy.fetch.transport import download; {call}"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    part = tmp_path / "file.bin.part"
    while not part.exists() or not part.stat().st_size:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (tmp_path / "file.bin").exists()
    received = part.stat().st_size
    assert 0 < received < len(CONTENT)
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server)[-1] == f"bytes={received}-"
    assert [path.name for path in tmp_path.iterdir()] == ["file.bin"]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_more_drops_than_attempts_succeed_while_each_brings_something(server, tmp_path):
    server.script = ["drop 100000"] * 9
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert len(server.requests) == 10


def test_server_without_ranges_starts_again(server, tmp_path):
    server.ranges = False
    server.script = ["drop 300000", "drop 200000"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_server_without_ranges_that_always_drops_is_given_up(server, tmp_path):
    server.ranges = False
    server.script = ["drop 300000"] * 99
    with pytest.raises(Unavailable, match="the connection was closed early, 3 times in a row"):
        download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert len(server.requests) == 3  # the first brought something, so it starts the count


def test_server_without_a_validator_is_asked_for_the_whole_file(server, tmp_path):
    server.etag = None
    server.script = ["drop 300000"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server) == [None, None]


def test_file_that_changed_in_between_starts_again(server, tmp_path):
    server.script = ["drop 300000", "404"]
    with pytest.raises(Unavailable):
        download(server.url, tmp_path / "file.bin", expected_sha256=None)
    server.etag, server.content = '"two"', b"new" * 200_000
    download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert (tmp_path / "file.bin").read_bytes() == server.content


def test_answer_that_continues_elsewhere_starts_again(server, tmp_path):
    server.script = ["drop 300000", "wrong place"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server) == [None, "bytes=300000-", None]


def test_part_that_is_whole_already_is_accepted(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    (tmp_path / "file.bin.part.etag").write_text('"one"')
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server) == [f"bytes={len(CONTENT)}-"]


def test_part_longer_than_the_file_starts_again(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT + b"more")
    (tmp_path / "file.bin.part.etag").write_text('"one"')
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_damaged_part_is_an_error_and_the_next_download_starts_anew(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(b"x" * 1000)
    (tmp_path / "file.bin.part.etag").write_text('"one"')
    with pytest.raises(StudyError, match="was deleted: try again"):
        download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server) == ["bytes=1000-", None]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("act", ["500", "503", "429", "silent"])
def test_passing_trouble_is_tried_again(server, tmp_path, act):
    server.script = [act, act]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert len(server.requests) == 3


@pytest.mark.parametrize(("act", "message"), [("500", "answers 500"), ("silent", "does not respond")])
def test_lasting_trouble_is_given_up(server, tmp_path, act, message):
    server.script = [act] * 9
    with pytest.raises(Unavailable, match=f"{message}.*, 3 times in a row"):
        download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert len(server.requests) == 3


def test_pauses_double(server, tmp_path, monkeypatch):
    pauses = []
    monkeypatch.setattr(transport.time, "sleep", pauses.append)
    monkeypatch.setattr(transport, "ATTEMPTS", 5)
    monkeypatch.setattr(transport, "FIRST_PAUSE", 1.0)
    server.script = ["500"] * 9
    with pytest.raises(Unavailable):
        download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert pauses == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("act", ["404", "403", "410"])
def test_refusal_fails_at_once(server, tmp_path, act):
    server.script = [act] * 9
    with pytest.raises(Unavailable, match=f"the server answers {act}"):
        download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert len(server.requests) == 1


def test_wrong_bytes_name_both_hashes_and_the_source_and_are_not_kept(server, tmp_path):
    server.script = ["wrong"]
    wrong = hashlib.sha256(CONTENT[::-1]).hexdigest()
    with pytest.raises(StudyError) as caught:
        download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert all(part in str(caught.value) for part in (DIGEST, wrong, server.url))
    assert list(tmp_path.iterdir()) == []


def test_body_that_is_called_gzip_arrives_as_it_is(server, tmp_path):
    server.script = ["gzip label"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)


def test_redirects_are_followed_within_http_only(server, tmp_path):
    server.script = [f"redirect {server.url}?again"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    for address in ("file:///etc/passwd", "ftp://127.0.0.1/x"):
        server.script = [f"redirect {address}"]
        with pytest.raises(Unavailable, match="not http or https"):
            download(server.url, tmp_path / "other.bin", expected_sha256=None)
    assert not (tmp_path / "other.bin").exists()


def test_redirect_from_https_to_plain_http_is_refused():
    class Answer:
        def __init__(self, url, history=()):
            self.url, self.history = url, history

    with pytest.raises(Unavailable, match="plain http"):
        transport._refuse_downgrade(Answer("http://b/", [Answer("https://a/")]))
    transport._refuse_downgrade(Answer("https://b/", [Answer("https://a/")]))
    transport._refuse_downgrade(Answer("http://b/", [Answer("http://a/")]))


def test_full_disk_is_explained_and_leaves_a_part_to_continue(server, tmp_path, monkeypatch):
    opened = Path.open

    class Full(io.FileIO):
        def write(self, data):
            if self.tell() >= 300_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data[: 300_000 - self.tell()])

    def open_full(path, mode="r", *arguments, **keywords):
        return (
            Full(path, "ab") if path.suffix == ".part" and mode == "ab" else opened(path, mode, *arguments, **keywords)
        )

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", open_full)
        with pytest.raises(StudyError, match="No space left on device.*free some space"):
            download(server.url, tmp_path / "file.bin", expected_sha256=None)
    assert not (tmp_path / "file.bin").exists()
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST)
    assert ranges(server) == [None, "bytes=300000-"]
