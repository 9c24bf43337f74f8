"""The table of exported networks, each beside the one in torch."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import MISSING, change_in_points, count, decimal, percent
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

HEADER = ["Model", "Form", "Accuracy", "Difference (points)", "Within 1 point", "Largest difference", "Median (ms)",
          "Times as fast", "Documents/s", "On disk (MB)", "Memory (MB)"]  # fmt: skip
FORMS = {"torch": "torch", "onnx": "ONNX", "int8": "INT8"}
CAPTION = (
    "Networks in forms that need no torch, each beside the network in torch: the first run of each, on one thread, in "
    "a process of its own, in rounds over all forms; ensembles and cascades with all their members. Difference: of the "
    "accuracy on {documents} test documents, with its 95 % interval, paired.{groups} Within 1 point: whether that is "
    "shown. Largest difference: of a probability. Median: time of one document alone. Times as fast: as torch, with "
    "the lowest and the highest round in brackets. Memory: peak of the process, with all libraries."
)


def exported_networks(report: Report) -> Table | None:
    """Return the exported networks in the order of the study; None where there are none."""
    rows = report["exports"]
    if not rows:
        return None
    against = [row["against"] for row in rows if row["against"]]
    kinds = sorted({found["grouped_by"] for found in against if found.get("grouped_by")})
    groups = f" Documents of a group ({', '.join(kinds)}) vary together." if kinds else ""
    caption = CAPTION.format(documents=count(against[0]["documents"]), groups=groups)
    cells = [[title(report, row["model"]), FORMS[row["format"]], *_cells(row)] for row in rows]
    return Table("table-exports", caption, HEADER, "ll" + "r" * 9, cells)


def _cells(row: Mapping[str, Any]) -> list[str]:
    against = row["against"]
    compared, faster = [MISSING] * 3, MISSING
    if against:
        compared = [
            change_in_points(*(against[key] for key in ("difference", "low", "high"))),
            "yes" if against["equivalent"] else "not shown",
            f"{against['largest_difference']:.2g}",
        ]
        times = [f"{against[key]:.1f}" for key in ("times_as_fast", "times_as_fast_low", "times_as_fast_high")]
        faster = f"{times[0]} [{times[1]}, {times[2]}]"
    return [
        percent(row["accuracy"]), *compared, decimal(row["latency_ms"]), faster, decimal(row["documents_per_second"]),
        MISSING if row["megabytes"] is None else decimal(row["megabytes"]), decimal(row["memory_mb"]),
    ]  # fmt: skip
