"""How the measured scores compare with those of a published report."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.claims import name_of_test, size_of_difference
from textstudy.report.language.numbers import interval_in_sentence, join_items, percent
from textstudy.report.language.ranks import paired_test, quoted_title, replaced_encoder
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.reported.rows import reported_rows


def findings(report: Report) -> list[Finding]:
    """Return how the measured scores compare with the published ones."""
    return [*reported(report), *reported_order(report)]


def reported_order(report: Report) -> list[Finding]:
    """Orders that the published report states and a paired test here denies."""
    stated = {
        row["model"]: row["reported"] for row in reported_rows(report)
        if row["metric"] in {"accuracy", "test_accuracy"} and row["measured"] is not None
    }  # fmt: skip
    result = []
    for high in stated:
        for low in stated:
            pair = paired_test(report, high, low) if stated[high] > stated[low] else None
            if pair and pair["verdict"] == "worse":
                text = (
                    f"The published report puts {quoted_title(report, high)} above {quoted_title(report, low)}; here "
                    f"{quoted_title(report, low)} is more accurate by {size_of_difference(pair)} ({name_of_test(pair)})."
                )
                result.append(finding("reported_order", text, higher=high, lower=low, pair=pair))
    return result


def _scaled(report: Report) -> list[Mapping[str, Any]]:
    return report["study"].get("scaled") or []


def reported(report: Report) -> list[Finding]:
    """Reported scores that lie outside the measured interval, per model, and how many lie inside."""
    rows = [row for row in reported_rows(report) if row["position"]]
    if not rows:
        return []
    outside = [row for row in rows if row["position"] != "inside"]
    result = []
    for name in dict.fromkeys(row["model"] for row in outside):
        parts = [
            f"{row['metric'].replace('_', ' ')} {percent(row['reported'], 2)} % lies {row['position']} the measured "
            f"{interval_in_sentence({**row, 'mean': row['measured']}, 2)}"
            for row in outside if row["model"] == name
        ]  # fmt: skip
        encoder = replaced_encoder(report, name)
        other = f" The encoder that ran is {encoder['resource']}, not {encoder['role']}." if encoder else ""
        extended = report["models"][name].get("extends")
        other += f" Here it extends {quoted_title(report, extended['model'])}." if extended else ""
        if any(row["setting"].startswith((f"models.{name}.", "preparation.", "encodings.")) for row in _scaled(report)):
            other += " Its settings or its corpus are scaled from those of the study file."
        text = f"{quoted_title(report, name)} differs from its published figures: reported {join_items(parts)}.{other}"
        shown = [row for row in outside if row["model"] == name]
        result.append(finding("reported", text, model=name, rows=shown, encoder=encoder))
    inside = len(rows) - len(outside)
    text = f"{inside} of {len(rows)} published scores lie inside the measured 95 % interval."
    return [*result, finding("reported_count", text, inside=inside, scores=len(rows))]
