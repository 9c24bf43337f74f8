"""A single-node Slurm for the tests of this folder, and projects that run on it."""

import os
from importlib.util import find_spec

import pytest

from cluster.single_node import CannotStart, Cluster, start_cluster

PLUGIN = "snakemake_executor_plugin_slurm"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory) -> Cluster:
    """A running cluster of one node. Where it cannot be, its tests are skipped; or fail, where it must be."""
    try:
        if not find_spec(PLUGIN):
            raise CannotStart(f"{PLUGIN} is not installed: pip install -r requirements-slurm.txt")
        started = start_cluster(tmp_path_factory.mktemp("slurm"), cpus=max(4, os.cpu_count() or 1), memory_mb=24000)
    except CannotStart as error:
        outcome = pytest.fail if os.environ.get("TEXTSTUDY_REQUIRE_SLURM") else pytest.skip
        outcome(f"no Slurm: {error}")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SLURM_CONF", "PATH"):
            patch.setenv(name, started.environment[name])
        try:
            yield started
        finally:
            started.stop()
