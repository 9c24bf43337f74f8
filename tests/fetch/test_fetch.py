"""Resources from a mirror and from the web."""

import hashlib
from pathlib import Path

import pytest

from textstudy.errors import StudyError
from textstudy.fetch.fetch import fetch, settle
from textstudy.fetch.resources import ENCODER_FILES, REGISTRY, Resource
from textstudy.storage.files import read_json
from web_server import CONTENT, DIGEST


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
    manifest = fetch("thing", tmp_path / "thing")
    assert read_json(tmp_path / "thing" / "manifest.json") == manifest
    assert manifest["source"] == server.url
    assert manifest["files"] == {"thing.bin": {"sha256": DIGEST, "size": len(CONTENT)}}
    assert (manifest["sha256"], manifest["licence"], manifest["citation"]) == (DIGEST, "free", "Nobody")


def test_mirror_comes_before_the_web_and_may_hold_other_bytes(registry, server, tmp_path):
    mirror = make_mirror(tmp_path / "mirror", {"thing/thing.bin": b"repacked", "thingamy/thing.bin": b"another"})
    manifest = fetch("thing", tmp_path / "thing", mirror)
    assert manifest["source"] == f"mirror:{mirror}"
    assert (tmp_path / "thing" / "thing.bin").read_bytes() == b"repacked"
    assert server.requests == []


def test_file_in_a_folder_of_its_own_comes_from_mirror_and_web(monkeypatch, server, tmp_path):
    resource = Resource("deep", "corpus", (server.url,), "free", "by us", file="inner/thing.bin")
    monkeypatch.setitem(REGISTRY, "deep", resource)
    mirror = make_mirror(tmp_path / "mirror", {"deep/inner/thing.bin": b"mirrored", "deep/other/more.bin": b"more"})
    for source, content in ((mirror, b"mirrored"), (None, CONTENT)):
        manifest = fetch("deep", tmp_path / "deep", source)
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
        fetch("thing", tmp_path / "thing", mirror)
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
    assert fetch("thing", tmp_path / "thing", mirror)["source"] == server.url


def test_mirror_that_lists_a_file_outside_itself_is_refused(monkeypatch, tmp_path):
    several = Resource(name="several", kind="corpus", sources=("hub-dataset:no/where",), licence="", citation="")
    monkeypatch.setitem(REGISTRY, "several", several)
    (tmp_path / "secret").write_bytes(b"x")
    mirror = make_mirror(tmp_path / "mirror", {"several/a.csv": b"a"})
    (mirror / "SHA256SUMS").write_text(f"{hashlib.sha256(b'x').hexdigest()}  several/../../secret\n")
    with pytest.raises(StudyError, match="is outside its folder"):
        fetch("several", tmp_path / "several", mirror)


def test_when_every_source_fails_each_is_named_with_its_reason(registry, server, tmp_path):
    server.script = ["404"]
    with pytest.raises(StudyError) as caught:
        fetch("thing", tmp_path / "thing", tmp_path / "nowhere")
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
    assert fetch("thing", tmp_path)["source"].endswith("?second")


def test_too_little_room_is_an_error_before_anything_is_fetched(monkeypatch, server, tmp_path):
    resource = Resource(
        name="thing", kind="corpus", sources=(server.url,), licence="", citation="", file="thing.bin", size=10**18
    )
    monkeypatch.setitem(REGISTRY, "thing", resource)
    with pytest.raises(StudyError, match="thing needs 1000000000000 MB"):
        fetch("thing", tmp_path / "not" / "yet")
    assert server.requests == []


def test_a_mirror_may_hold_a_model_of_the_hub(tmp_path):
    mirror = make_mirror(tmp_path / "mirror", {f"owner/model/{name}": name.encode() for name in ENCODER_FILES})
    manifest = fetch("owner/model", tmp_path / "model", mirror)
    assert manifest["source"] == f"mirror:{mirror}" and set(manifest["files"]) == set(ENCODER_FILES)


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


def test_the_files_of_a_resource_settle_apart_from_what_is_to_be_continued(registry, tmp_path):
    mirror = make_mirror(tmp_path / "mirror", {"thing/thing.bin": b"mirrored"})
    target = tmp_path / "thing"
    manifest = fetch("thing", target, mirror)
    (target / "thing.bin.part").write_bytes(b"mirr")
    settle(manifest, target)
    assert [path.name for path in (target / "files").iterdir()] == ["thing.bin"]
    digest = hashlib.sha256(b"mirrored").hexdigest()
    assert (target / "SHA256SUMS").read_text() == f"{digest}  files/thing.bin\n"
