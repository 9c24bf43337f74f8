"""Explanations: which words decided, in single documents and in all of them."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.explanations import explained_models
from textstudy.report.language.links import Address
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report
from textstudy.report.sections.explanations import documents, tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "faithfulness": tables.faithfulness(report),
        "models": [
            {
                "name": name,
                "title": title(report, name),
                "top_words": tables.top_words(report, name),
                "documents": [_document(each) for each in found["documents"]],
                **{key: found[key] for key in ("method", "seed", "attention")},
            }
            for name, found in explained_models(report).items()
        ],
    }


def _document(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": document["id"],
        "heading": documents.heading(document),
        "attributions": documents.shade_words(document, "attribution"),
        "strongest_words": documents.strongest_words(document),
        "attention": documents.shade_words(document, "attention"),
    }
