"""What is read with the files that a rule names."""

import pytest
import yaml

from paths import ROOT
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.declared import declare
from textstudy.workflow.paths import Layout


@pytest.fixture(scope="module")
def layout() -> Layout:
    cpu = yaml.safe_load((ROOT / "config" / "cpu.yaml").read_text())
    return Layout(load_catalog({**cpu, "studies": ["newsgroups-strategies"]}, ROOT / "config" / "studies"))


def test_a_group_of_files_is_declared_whole(layout):
    encoded, run = "results/encoded/newsgroups", "results/models/newsgroups/linear_nb/1"
    named = {
        "encoding": f"{encoded}/wordpieces/encoding.arrow",
        "features": f"{encoded}/wordpieces/features.safetensors",
        "files": [f"{run}/weights.safetensors", "resources/minilm/files"],
    }
    found = declare(layout, named)
    assert {name: found[name] for name in named} == named
    assert found["beside"] == [
        "resources/minilm/SHA256SUMS", f"{encoded}/wordpieces/encoding.json", f"{encoded}/wordpieces/features.json",
        f"{run}/classifier.json", f"{run}/settings.json", f"{run}/vocabulary.json",
    ]  # fmt: skip


def test_the_age_of_a_resource_does_not_count_and_a_folder_of_the_user_is_none(layout):
    found = declare(layout, {"encoder": "resources/minilm/files", "source": ["files", "/data/resources/mine/files"]})
    assert found["encoder"].flags["ancient"] and found["beside"] == ["resources/minilm/SHA256SUMS"]
    assert not any(hasattr(path, "flags") for path in found["source"])
