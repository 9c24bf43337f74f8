"""The topics that a reader must know to understand the models of a study."""

from textstudy.report.language.types import Report


def topics(report: Report) -> set[str]:
    """Return the topics of the study's models, for instance "recurrent" and "attention"."""
    models = report["models"].values()
    found = {topic for model in models for topic in model["topics"]}
    distilled = any(model["encoder"] and "distil" in model["encoder"]["role"] for model in models)
    return found | ({"distillation"} if distilled else set())
