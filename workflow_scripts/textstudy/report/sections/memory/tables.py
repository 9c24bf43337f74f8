"""The table of the peak memory of each step."""

from textstudy.report.collect.memory import MB_IN_GB
from textstudy.report.language.numbers import count
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


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
