"""Peak memory of each step, from the benchmarks that Snakemake writes."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MEBIBYTE = 1.048576  # MB (10^6 bytes) in the unit of Snakemake's max_rss
MB_IN_GB = 1000


def read_memory(paths: Iterable[Path | str], limit_gb: float | None) -> dict[str, Any]:
    """Return {"limit_gb", "steps"}: the job with the highest peak of each step, the highest step first.

    Args:
        paths: benchmark files, which end in STEP/JOB.tsv. Jobs too short to be measured (max_rss "-" or NA) are left
            out, and so are steps without a measured job.
        limit_gb: the study's limit in GB (10^9 bytes), or None.
    """
    largest: dict[str, tuple[float, str]] = {}
    for path in map(Path, paths):
        with path.open(newline="", encoding="utf-8") as lines:
            peaks = [_number(row["max_rss"]) for row in csv.DictReader(lines, delimiter="\t")]
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


def _number(text: str) -> float | None:
    """Return a measured number, or None where there is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None  # "nan" is no measurement either
