"""One place pins versions, and everything else agrees with it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires

import pytest
import yaml
from packaging.requirements import Requirement

from paths import ROOT
from textstudy.workflow.digests import import_closure

PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)$")


def pins(lines) -> dict[str, str]:
    found = (PIN.match(line.strip()) for line in lines)
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


PINNED = pins((ROOT / "requirements.txt").read_text().splitlines())


REQUIREMENTS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned(name):
    lines = (ROOT / name).read_text().splitlines()
    wanted = [line for line in lines if line.strip() and not line.startswith("#")]
    assert len(pins(wanted)) == len(wanted) > 0


def needed(names: Iterable[str]) -> set[str]:
    """Distributions that these need in turn, as far as they are installed here, with their own names."""
    waiting, found = [Requirement(name) for name in names], set()
    while waiting:
        requirement = waiting.pop()
        key = requirement.name.lower().replace("_", "-"), *sorted(requirement.extras)
        if key in found:
            continue
        found.add(key)
        try:
            further = map(Requirement, requires(requirement.name) or [])
        except PackageNotFoundError:
            continue
        extras = requirement.extras or {""}
        waiting += [r for r in further if not r.marker or any(r.marker.evaluate({"extra": extra}) for extra in extras)]
    return {name for name, *_ in found}


@pytest.mark.parametrize("name", [name for name in REQUIREMENTS if name != "requirements-encoder.txt"])
def test_no_version_floats_in_the_requirements(name):
    """What a pinned package needs is pinned as well, in the same file or in requirements.txt."""
    pinned = {**PINNED, **pins((ROOT / name).read_text().splitlines())}
    assert not needed(pins((ROOT / name).read_text().splitlines())) - set(pinned)


@pytest.mark.parametrize("file", ["Dockerfile", "apptainer.def"])
def test_an_image_is_made_from_the_pins(file):
    text = (ROOT / file).read_text()
    assert set(re.findall(r"-r (requirements[\w-]*\.txt)", text)) <= set(REQUIREMENTS)
    assert "-r requirements.txt" in text and "TORCH_INDEX" in text
    bases = re.findall(r"^(?:FROM|From:) (\S+)$", text, flags=re.MULTILINE)
    assert bases == ["python:3.11-slim"], "the version of Python of envs/*.yaml"
    assert not re.findall(r"pip install(?!.*-r )(?!.*--index-url)", text), "nothing is installed without a pin"
    assert "://" not in text


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_conda_environment_agrees_with_the_requirements(path):
    dependencies = yaml.safe_load(path.read_text())["dependencies"]
    listed = next(item["pip"] for item in dependencies if isinstance(item, dict))
    found = pins(listed)
    assert len(found) == len(listed) > 0
    assert {name: PINNED.get(name) for name in found} == found
    assert "python=3.11" in dependencies
    assert not needed(found) - set(found), "what these need in turn floats"


def test_the_extra_for_bundles_agrees_with_the_requirements():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    found = pins(extras["serve"])
    assert len(found) == len(extras["serve"]) > 0
    assert {name: PINNED.get(name) for name in found} == found
    heavy = {"torch", "transformers", "pandas", "pyarrow", "scikit-learn", "snakemake", "matplotlib", "onnx"}
    assert not needed(f"{name}=={version}" for name, version in found.items()) & heavy


DISTRIBUTIONS = {"pynvml": "nvidia-ml-py", "sklearn": "scikit-learn", "yaml": "pyyaml", "pypandoc": "pypandoc-binary"}
MODULES = {
    "parse": [f"textstudy.corpora.{kind}" for kind in ("newsgroups", "table", "demo")],
    "train_linear": ["textstudy.models.linear"],
    "train_network": [f"textstudy.models.{name}" for name in ("recurrent", "attention", "pretrained", "adapters")],
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
                names = ["train_linear", "train_network"] if script[1] == "train_run" else [script[1]]
                found.setdefault(environment[1], set()).update(names)
    return found


@pytest.mark.parametrize(("environment", "scripts"), sorted(environments().items()))
def test_a_conda_environment_holds_what_its_scripts_import(environment, scripts):
    dependencies = yaml.safe_load((ROOT / "envs" / f"{environment}.yaml").read_text())["dependencies"]
    listed = set(pins(next(item["pip"] for item in dependencies if isinstance(item, dict))))
    for script in scripts:
        closure = import_closure(ROOT / "workflow_scripts" / f"{script}.py", MODULES.get(script, []))
        assert not imported(closure.values()) - listed, f"{environment} lacks what {script}.py imports"
