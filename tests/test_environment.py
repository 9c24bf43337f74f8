"""One place pins versions, and everything else agrees with it."""

import ast
import re
import sys

import pytest
import yaml

from paths import ROOT
from textstudy.workflow.digests import import_closure

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


DISTRIBUTIONS = {"pynvml": "nvidia-ml-py", "sklearn": "scikit-learn", "yaml": "pyyaml", "pypandoc": "pypandoc-binary"}
MODULES = {
    "parse": [f"textstudy.corpora.{kind}" for kind in ("newsgroups", "table", "demo")],
    "train_linear": ["textstudy.models.linear"],
    "train_network": [f"textstudy.models.{name}" for name in ("recurrent", "attention", "pretrained")],
}


def imported(paths) -> set[str]:
    """Distributions that these files import, anywhere in them."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    local = {path.stem for path in (ROOT / "workflow_scripts").iterdir()}
    return {DISTRIBUTIONS.get(n, n).replace("_", "-") for n in found - set(sys.stdlib_module_names) - local}


def test_every_import_of_the_library_is_a_pinned_requirement():
    assert not imported((ROOT / "workflow_scripts").rglob("*.py")) - set(PINNED)


def environments() -> dict[str, set[str]]:
    """Conda environment → scripts of the rules that use it."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "rules").glob("*.smk"):
        for rule in re.split(r"\brule\b", path.read_text(encoding="utf-8")):
            environment = re.search(r"envs/(\w+)\.yaml", rule)
            script = re.search(r"workflow_scripts/(\w+)\.py", rule)
            if environment and script:
                names = ["train_linear", "train_network"] if script[1] == "train" else [script[1]]
                found.setdefault(environment[1], set()).update(names)
    return found


@pytest.mark.parametrize(("environment", "scripts"), sorted(environments().items()))
def test_a_conda_environment_holds_what_its_scripts_import(environment, scripts):
    dependencies = yaml.safe_load((ROOT / "envs" / f"{environment}.yaml").read_text())["dependencies"]
    listed = set(pins(next(item["pip"] for item in dependencies if isinstance(item, dict))))
    for script in scripts:
        closure = import_closure(ROOT / "workflow_scripts" / f"{script}.py", MODULES.get(script, []))
        assert not imported(closure.values()) - listed, f"{environment} lacks what {script}.py imports"
