"""The registry, and names that are not in it."""

import os
import subprocess
import sys

import pytest

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.fetch.resources import REGISTRY, local_files, resolve


def test_names_that_are_not_registered():
    assert resolve("owner/model-1.0").sources == ("hub:owner/model-1.0",)
    assert resolve("owner/model@v1").sources == ("hub:owner/model@v1",)
    pinned = resolve("minilm@abc")
    assert pinned.sources == ("hub:sentence-transformers/all-MiniLM-L6-v2@abc",) and pinned.sha256 is None
    assert resolve("./mine").sources == ("folder:./mine",)
    assert resolve("/mine/too").kind == "encoder"
    with pytest.raises(StudyError, match=r"no resource 'glove6B': did you mean 'glove.6B'\?"):
        resolve("glove6B")
    for name in ("a/b/c", "a/../b", "", "-a/b", "a/.b", "a b/c", "glove.6B@v1", "a/b@"):
        with pytest.raises(StudyError, match="There is no resource"):
            resolve(name)


def test_registry_is_complete():
    for name, resource in REGISTRY.items():
        assert resource.name == name and resource.sources and resource.licence and resource.citation
        assert resource.kind in {"corpus", "vectors", "encoder"}
        assert all(resource.file for source in resource.sources if source.startswith("http"))
        assert resource.name == "nltk_data" or resource.published
        assert (resource.kind == "corpus") != bool(resource.learned_from and resource.card)


def test_import_is_light():
    heavy = "{'torch', 'pandas', 'numpy', 'requests', 'huggingface_hub', 'datasets', 'transformers', 'tqdm'}"
    code = f"import sys, textstudy.fetch.resources; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow_scripts")},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_a_local_encoder_is_fetched_from_those_of_its_files_that_are_there(tmp_path):
    folder = tmp_path / "encoder"
    folder.mkdir()
    for name in ("vocab.txt", "config.json", "README.md"):
        (folder / name).touch()
    assert local_files(str(folder)) == [f"{folder}/config.json", f"{folder}/vocab.txt"]
    assert local_files("./gone") == local_files("owner/name") == local_files("minilm") == []
