"""The explainer of a run, whatever kind of model it is."""

from importlib import import_module
from typing import Any

from textstudy.runs import Run


def load_explainer(run: Run) -> Any:
    """Return the explainer of a trained run, as the module of its kind of model loads it."""
    # By name: the explanation of a linear model is not stale when that of networks changes.
    module = "networks" if run.facts.uses_torch else run.facts.learner
    return import_module(f"textstudy.explain.{module}").load_explainer(run)
