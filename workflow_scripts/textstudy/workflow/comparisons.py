"""What a study sets out to compare, from its settings alone."""

from typing import Any

from textstudy.settings.models.refit import RefitModel
from textstudy.settings.study import Study


def comparison_plan(study: Study) -> dict[str, Any]:
    """Return the arguments of `evaluate.comparison.Plan`.

    Validation does not choose refits: they have learned from the validation documents.
    """
    return {
        "chosen_from": sorted(name for name, model in study.models.items() if not isinstance(model, RefitModel)),
        "questions": sorted(sorted(pair) for pair in study.comparisons),
        "deterministic": sorted(name for name in study.models if study.deterministic(name)),
    }
