"""How much memory the steps took: read from Snakemake's benchmarks, shown, and held against the study's limit."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from textstudy.report.comparisons import Finding, Report, finding
from textstudy.report.formats import count, decimal
from textstudy.report.tables import Table

MEBIBYTE = 1.048576  # MB (10^6 bytes) in the unit of Snakemake's max_rss
MB_IN_GB = 1000


def read_memory(paths: Iterable[Path | str], limit_gb: float | None) -> dict[str, Any]:
    """Return {"limit_gb", "steps"}: of each step the job with the highest peak, the highest step first.

    Args:
        paths: benchmark files, which end in STEP/JOB.tsv; a job too short to be measured (max_rss "-" or NA) is
            left out, and a step without any measured job too.
        limit_gb: the study's limit in GB (10^9 bytes), if it has one.
    """
    largest: dict[str, tuple[float, str]] = {}
    for path in map(Path, paths):
        with path.open(newline="", encoding="utf-8") as lines:
            peaks = [_number(row.get("max_rss")) for row in csv.DictReader(lines, delimiter="\t")]
        for peak in filter(None, peaks):
            step = path.parent.name
            if step not in largest or peak * MEBIBYTE > largest[step][0]:
                largest[step] = (peak * MEBIBYTE, path.stem)
    limit = float("inf") if limit_gb is None else MB_IN_GB * limit_gb
    steps = [
        {"step": step, "job": job, "peak_mb": peak, "limit_exceeded": peak > limit}
        for step, (peak, job) in largest.items()
    ]
    return {"limit_gb": limit_gb, "steps": sorted(steps, key=lambda row: (-row["peak_mb"], row["step"]))}


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None  # "nan" is no measurement either


def memory(report: Report) -> Table:
    """The largest job of each step, and whether it went beyond the study's limit."""
    found = report.get("memory") or {}
    limit = found.get("limit_gb")
    rows = []
    for row in found.get("steps") or []:
        against = [] if limit is None else [count(MB_IN_GB * limit), "yes" if row["limit_exceeded"] else "no"]
        rows.append([row["step"], row["job"], count(row["peak_mb"]), *against])
    return Table(
        "table-memory",
        "Peak memory of each step: the resident memory of its largest job and of the processes that it started, as "
        "Snakemake sampled it (twice a second at first, then every 30 seconds). 1 MB is 10⁶ bytes.",
        ["Step", "Largest job", "Peak (MB)", *([] if limit is None else ["Limit (MB)", "Exceeded"])],
        "llr" + ("" if limit is None else "rl"), rows,
    )  # fmt: skip


def findings(report: Report) -> list[Finding]:
    """Each step above the study's limit, or one sentence that all stayed below; none without a limit."""
    found = report.get("memory") or {}
    limit, steps = found.get("limit_gb"), found.get("steps") or []
    if limit is None or not steps:
        return []
    above = [row for row in steps if row["limit_exceeded"]]
    if above:
        return [
            finding(
                "memory",
                f"The step {row['step']} exceeds the memory limit of {decimal(limit)} GB: its largest job, "
                f"{row['job']}, took {_gigabytes(row)}.",
                limit_gb=limit, **row,
            )
            for row in above
        ]  # fmt: skip
    highest = max(steps, key=lambda row: row["peak_mb"])
    text = (
        f"All {len(steps)} steps measured stayed below the memory limit of {decimal(limit)} GB; the highest peak is "
        f"{_gigabytes(highest)}, in the step {highest['step']} (job {highest['job']})."
    )
    return [finding("memory", text, limit_gb=limit, **highest)]


def _gigabytes(row: Mapping[str, Any]) -> str:
    return f"{decimal(row['peak_mb'] / MB_IN_GB)} GB"
