"""What intervals and tests speak of."""

from textstudy.report.language.types import Report


def coverage(report: Report) -> str:
    """Return the sentence on what intervals and tests speak of: documents, with the trainings held fixed."""
    once = ", once each" if all(len(model["seeds"]) == 1 for model in report["models"].values()) else ""
    return (
        f"Intervals and tests speak of new documents and of the models as trained here{once}; a training with another "
        "seed may differ by more."
    )
