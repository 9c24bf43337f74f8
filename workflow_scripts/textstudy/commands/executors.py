"""Executors of clusters: whether the one that is asked for is installed, and how often it looks at its jobs."""

from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path

import yaml
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor

from textstudy.errors import StudyError

BUILT_IN = ("local", "dryrun", "touch")


def check_executor(options: list[str]) -> None:
    """Look for the plugin of the executor that Snakemake would use with these options; its own message is a page long.

    Raises:
        StudyError: it is not installed.
    """
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--executor", "-e")
    parser.add_argument("--profile", nargs="+", default=[])
    given, _ = parser.parse_known_args(options)
    named = [(given.executor, "--executor")] if given.executor else [(profile_executor(p), p) for p in given.profile]
    for executor, source in named:
        plugin = f"snakemake-executor-plugin-{executor}"
        if executor and executor not in BUILT_IN and not find_spec(plugin.replace("-", "_")):
            pins = Path(f"requirements-{executor}.txt")
            wanted = f"-r {pins}" if pins.is_file() else plugin
            raise StudyError(
                f"{source} asks for the executor {executor}, whose package {plugin} is not installed here: "
                f"run `pip install {wanted}` in the environment of textstudy."
            )


def profile_executor(profile: str) -> str | None:
    """Return the executor that a profile names, if it is a folder that names one."""
    file = Path(profile) / "profile.yaml"
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("executor") if file.is_file() else None


def bound_status_checks() -> None:
    """Let no executor wait for longer than `--seconds-between-status-checks` until it looks at its jobs again.

    Slurm's plugin waits for 10 seconds more each time that no job has finished, up to 3 minutes.
    """
    waits = RemoteExecutor.next_seconds_between_status_checks

    def bounded(executor: RemoteExecutor) -> int:
        return min(waits.fget(executor), executor.workflow.remote_execution_settings.seconds_between_status_checks)

    RemoteExecutor.next_seconds_between_status_checks = waits.getter(bounded)
