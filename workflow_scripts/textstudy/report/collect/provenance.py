"""Provenance of a report: versions, machine, resources, digests of code, the command that makes it again."""

import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from textstudy.storage.files import read_json

SHOWN_VERSIONS = (
    "snakemake",
    "torch",
    "transformers",
    "scikit-learn",
    "numpy",
    "pandas",
    "pyarrow",
    "nltk",
)


def provenance(command: str, manifests: Iterable[Path], steps: Mapping[str, str]) -> dict[str, Any]:
    """Return what stands under `provenance` in report.json.

    Args:
        command: what makes the report again.
        manifests: files that describe the downloaded resources.
        steps: step of the preparation → digest of its code.
    """
    return {
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
        "resources": [read_json(path) for path in manifests],
        "code": dict(steps),
        "commands": [command],
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in SHOWN_VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an environment of the report alone holds fewer packages
            found[name] = "not installed here"
    return found


def _processor() -> str:
    """Return the name of the processor: on Linux from /proc/cpuinfo, elsewhere from `platform`."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
