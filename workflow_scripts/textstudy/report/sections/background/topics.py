"""The subjects that a reader must know to understand the models of a study."""

from textstudy.report.language.types import Report


def subjects(report: Report) -> set[str]:
    """Return what the study's models ask a reader to know."""
    models = report["models"].values()
    found = {topic for model in models for topic in model["topics"]}
    distilled = any(model["encoder"] and "distil" in model["encoder"]["role"] for model in models)
    return found | ({"distillation"} if distilled else set())
