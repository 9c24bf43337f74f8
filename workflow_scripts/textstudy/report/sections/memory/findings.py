"""Findings on memory: the steps that exceed the study's limit, by what Snakemake measured."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.collect.memory import MB_IN_GB
from textstudy.report.language.numbers import decimal
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return one finding for each step above the limit, or one that no step is; none where the study has no limit."""
    limit, steps = report["memory"]["limit_gb"], report["memory"]["steps"]
    if limit is None or not steps:
        return []
    above = [row for row in steps if row["limit_exceeded"]]
    if above:
        return [
            finding(
                "memory",
                f"The step {row['step']} needs more memory than the limit of {decimal(limit)} GB.",
                details=f"Its largest job, {row['job']}, took {_gigabytes(row)}.",
                limit_gb=limit, **row,
            )
            for row in above
        ]  # fmt: skip
    highest = max(steps, key=lambda row: row["peak_mb"])
    text = f"All steps stayed below the memory limit of {decimal(limit)} GB."
    details = (
        f"The highest peak of the {len(steps)} steps that were measured is {_gigabytes(highest)}, in the step "
        f"{highest['step']} (job {highest['job']})."
    )
    return [finding("memory", text, details=details, limit_gb=limit, **highest)]


def _gigabytes(row: Mapping[str, Any]) -> str:
    return f"{decimal(row['peak_mb'] / MB_IN_GB)} GB"
