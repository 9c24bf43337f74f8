"""Model by model: confusions, scores by class, and the documents behind the confusions."""

from typing import Any

from textstudy.report.language.abridged import models_on_paper
from textstudy.report.language.links import Address, class_files, run_links
from textstudy.report.language.many_classes import has_many, note
from textstudy.report.language.ranks import list_titles, quoted_title, rank_models, title
from textstudy.report.language.types import Report
from textstudy.report.sections.details import tables
from textstudy.report.sections.details.foreground import foreground


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    on_paper = models_on_paper(report)
    examples = {name: tables.examples(report, name) for name in rank_models(report)}
    first = foreground(report)
    return {
        "files": class_files(report, address),
        "mean_of": "the mean over all classes" if has_many(report) else "their mean",
        "notes": {
            "matrix": tables.strongest_note(report)
            + (" The last column, …, is all other classes." if has_many(report) else ""),
            "differences": note(report, "that differ most"),
        },
        "foreground": quoted_title(report, first[0]) if first else "",
        "models": [
            {
                "name": name,
                "title": title(report, name),
                "quoted_title": quoted_title(report, name),
                "matrix": tables.matrix(report, name),
                "best_class": report["models"][name]["best_class"],
                "worst_class": report["models"][name]["worst_class"],
                "runs": run_links(report, name, address),
                "strongest": tables.strongest(report, name),
                "classes": tables.classes(report, name),
            }
            for name in dict.fromkeys([*first, *rank_models(report)])
        ],
        "confused": [
            {"title": title(report, name), "examples": found, "on_paper": name in on_paper}
            for name, found in examples.items() if found
        ],
        "only_on_paper": list_titles(report, on_paper) if len(on_paper) < len(report["models"]) else "",
    }  # fmt: skip
