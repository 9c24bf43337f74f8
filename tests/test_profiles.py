"""The profiles: understood by Snakemake and its plugins, at one with the rules, and described in the documentation."""

import re
from dataclasses import fields
from importlib import import_module
from types import SimpleNamespace

import pytest
import yaml
from snakemake.cli import get_argument_parser

from paths import ROOT

PROFILES = {path.parent.name: path for path in sorted((ROOT / "profiles").glob("*/profile.yaml"))}
CLUSTERS = ("slurm", "kubernetes")
PAGE = (ROOT / "docs" / "how-to" / "cluster.md").read_text(encoding="utf-8")
RULES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules").glob("*.smk"))
# The same whatever runs the jobs: what reruns, and what is told.
SHARED = {"rerun-triggers", "rerun-incomplete", "max-checksum-file-size"}


def read(name: str) -> dict:
    return yaml.safe_load(PROFILES[name].read_text(encoding="utf-8"))


def options_of_snakemake() -> set[str]:
    """Return the long options of Snakemake itself, without dashes."""
    return {option.removeprefix("--") for action in get_argument_parser()._actions for option in action.option_strings}


def options_of_plugin(name: str) -> set[str]:
    """Return the options of an executor, as a profile writes them."""
    plugin = pytest.importorskip(f"snakemake_executor_plugin_{name}")
    return {f"{name}-{field.name.replace('_', '-')}" for field in fields(plugin.ExecutorSettings)}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_reruns_what_every_profile_reruns(name):
    profile = read(name)
    assert profile["rerun-triggers"] == ["mtime", "params", "input", "software-env"]
    assert profile["rerun-incomplete"] is True
    assert {key: profile[key] for key in SHARED} == {key: read("default")[key] for key in SHARED}


@pytest.mark.parametrize("name", PROFILES)
def test_every_option_of_a_profile_is_known_to_snakemake(name):
    assert {key for key in read(name) if not key.startswith(f"{name}-")} <= options_of_snakemake()


@pytest.mark.parametrize("name", CLUSTERS)
def test_every_option_of_an_executor_is_known_to_its_plugin(name):
    own = {key for key in read(name) if key.startswith(f"{name}-")}
    assert own and own <= options_of_plugin(name)


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_cluster_gives_a_job_one_gpu_and_the_cores_that_it_asks_for(name):
    profile = read(name)
    assert profile["executor"] == name
    assert (profile["cores"], profile["resources"], profile["set-resource-scopes"]) == (2, ["gpu=1"], ["gpu=local"])
    assert {"mem_mb", "disk_mb", "runtime"} <= {resource.partition("=")[0] for resource in profile["default-resources"]}
    assert profile["retries"] >= 1


def test_the_default_profile_sets_no_resources():
    """It would hide those of the profile that is named: of both, Snakemake takes the default one's."""
    assert "resources" not in read("default")


@pytest.mark.parametrize("name", CLUSTERS)
def test_the_groups_of_a_profile_are_those_of_the_rules(name):
    joined = {entry.rpartition("=")[0] for entry in read(name)["group-components"]}
    assert joined <= set(re.findall(r'shared_job\("([^"]+)"\)', RULES))


def test_a_pod_asks_for_the_gpu_of_a_manufacturer_and_finds_its_files():
    profile = read("kubernetes")
    assert "gpu_manufacturer='nvidia'" in profile["default-resources"]
    assert {"container-image", "default-storage-provider", "default-storage-prefix"} <= set(profile)
    assert all(
        profile["default-storage-prefix"].startswith(v.partition(":")[2])
        for v in profile["kubernetes-persistent-volumes"]
    )


def test_a_job_with_a_gpu_goes_to_the_partition_that_has_some():
    partitions = import_partitions()
    known = partitions.read_partition_file(PROFILES["slurm"].parent / "partitions.yaml")
    logger = SimpleNamespace(**dict.fromkeys(("info", "warning", "debug"), lambda *_, **__: None))
    resources = {"mem_mb": 4000, "runtime": 60}

    def chosen(**more) -> str:
        job = SimpleNamespace(resources=resources | more, threads=1, name="job")
        return partitions.get_best_partition(known, job, logger)

    assert chosen(gpu=1) == "gpu"
    assert chosen() == "short"
    assert chosen(runtime=1000) == "long"


def import_partitions():
    pytest.importorskip("snakemake_executor_plugin_slurm")
    return import_module("snakemake_executor_plugin_slurm.partitions")


def test_the_page_describes_each_option_of_the_profile_for_slurm():
    rows = re.findall(r"^\| (`.*?`) \|", PAGE[: PAGE.index("## Kubernetes")], flags=re.MULTILINE)
    described = {option for row in rows for option in re.findall(r"`([\w-]+)`", row)}
    assert described == set(read("slurm")) - SHARED - {"executor", "show-failed-logs"}


def test_the_page_names_files_and_options_that_there_are():
    for file in re.findall(r"`((?:profiles|envs)/[\w./]*|[\w-]+\.(?:txt|def)|Dockerfile)`", PAGE):
        assert (ROOT / file).exists(), file
    plugin = {f"slurm-{name}" for name in ("partition-config", "status-command")}
    assert set(re.findall(r"--([a-z][a-z-]+)", PAGE)) <= options_of_snakemake() | plugin | {"gpus"}
