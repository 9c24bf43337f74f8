"""The table of the peak memory of each step."""

from textstudy.report.collect.memory import MB_IN_GB
from textstudy.report.language.numbers import count
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def memory(report: Report) -> Table:
    """Return the largest job of each step and, where the study has a limit, whether it exceeds it."""
    limit = report["memory"]["limit_gb"]
    rows = []
    for row in report["memory"]["steps"]:
        verdict = [] if limit is None else [count(MB_IN_GB * limit), "yes" if row["limit_exceeded"] else "no"]
        rows.append([row["step"], row["job"], count(row["peak_mb"]), *verdict])
    return Table(
        "table-memory",
        "Peak memory of each step: the resident memory of its largest job, with the processes that the job started. "
        "Snakemake measures it twice a second at first, then every 30 seconds. 1 MB is 10⁶ bytes.",
        ["Step", "Largest job", "Peak (MB)", *([] if limit is None else ["Limit (MB)", "Exceeded"])],
        "llr" + ("" if limit is None else "rl"), rows,
    )  # fmt: skip
