"""Model by model: confusions, classes, and the documents behind them."""

from typing import Any

from textstudy.report.language.abridged import models_on_paper
from textstudy.report.language.links import Address, run_links
from textstudy.report.language.ranks import list_titles, rank_models, title
from textstudy.report.language.types import Report
from textstudy.report.sections.details import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    on_paper = models_on_paper(report)
    confused = [name for name in rank_models(report) if tables.examples(report, name)]
    return {
        "models": [
            {
                "name": name,
                "title": title(report, name),
                "matrix": tables.matrix(report, name),
                "best_class": report["models"][name]["best_class"],
                "worst_class": report["models"][name]["worst_class"],
                "runs": run_links(report, name, address),
                "strongest": tables.strongest(report, name),
                "classes": tables.classes(report, name),
            }
            for name in rank_models(report)
        ],
        "confused": [
            {"title": title(report, name), "examples": tables.examples(report, name), "printed": name in on_paper}
            for name in confused
        ],
        "left_out_on_paper": list_titles(report, on_paper) if len(on_paper) < len(report["models"]) else "",
    }
