"""One place pins versions, and everything else agrees with it."""

import re
import sys

import pytest
import yaml

from paths import ROOT

PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)$")


def pins(lines) -> dict[str, str]:
    found = (PIN.match(line.strip()) for line in lines)
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


PINNED = pins((ROOT / "requirements.txt").read_text().splitlines())


def test_every_requirement_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line.strip() and not line.startswith("#")]
    assert len(pins(wanted)) == len(wanted)


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_conda_environment_agrees_with_the_requirements(path):
    dependencies = yaml.safe_load(path.read_text())["dependencies"]
    listed = next(item["pip"] for item in dependencies if isinstance(item, dict))
    found = pins(listed)
    assert len(found) == len(listed) > 0
    assert {name: PINNED.get(name) for name in found} == found


def test_every_import_of_the_library_is_a_pinned_requirement():
    distributions = {"sklearn": "scikit-learn", "yaml": "pyyaml", "pypandoc": "pypandoc-binary"}
    local = {path.stem for path in (ROOT / "workflow_scripts").iterdir()}
    imported = set()
    for path in (ROOT / "workflow_scripts").rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"\s*(?:from|import) ([a-z_0-9]+)(?:[. ]|$)", line):
                imported.add(match[1])
    third_party = imported - set(sys.stdlib_module_names) - local
    missing = {name for name in third_party if distributions.get(name, name).replace("_", "-") not in PINNED}
    assert not missing
