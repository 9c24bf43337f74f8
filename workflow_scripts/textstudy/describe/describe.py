"""What a trained model is made of, for its diagram: the modules of a network, the features of a linear model."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from textstudy.runs import Run
from textstudy.storage.files import read_json

CLASSIFIERS = {
    "complement_nb": "complement naive Bayes",
    "logistic": "logistic regression",
    "svm": "linear support vector machine",
}

KINDS = ("words", "characters")  # of n-grams, in the order of the features


def describe_run(run: Run) -> dict[str, Any]:
    """Return {"inputs", "steps", "parameters"} of a run's model; see `networks.describe_network`."""
    if run.facts.learner == "prompted":
        return import_module("textstudy.describe.prompted").describe_prompted(run)
    if run.facts.uses_torch:
        # By name: a linear model needs no torch.
        return import_module("textstudy.describe.networks").describe_network(run)
    return describe_linear(run.settings, read_json(run.files.folder / "classifier.json")["features"], len(run.labels))


def describe_linear(settings: Mapping[str, Any], features: Mapping[str, int], classes: int) -> dict[str, Any]:
    """Return the same for a linear model: each kind of n-grams with the number of its features, and the classifier."""
    parts = [
        make_step(kind, f"TF-IDF of {_ngrams(settings, kind)}", features[kind]) for kind in KINDS if kind in features
    ]
    total = sum(features.values())
    inputs = parts[0] if len(parts) == 1 else make_step("features", "side by side", total, steps=parts)
    parameters = total * classes + classes
    classifier = make_step("classifier", CLASSIFIERS[settings["classifier"]], classes, parameters)
    return {
        "inputs": {"text": ["batch"]},
        "steps": [inputs, classifier],
        "parameters": {"total": parameters, "trainable": parameters, "frozen": 0},
    }


def _ngrams(settings: Mapping[str, Any], kind: str) -> str:
    shortest, longest = settings["word_ngrams" if kind == "words" else "character_ngrams"]
    length = str(shortest) if shortest == longest else f"{shortest} to {longest}"
    return f"{length} {kind}"


def make_step(
    name: str, what: str, size: int, parameters: int = 0, steps: Sequence[Any] = (), trainable: int | None = None
) -> dict[str, Any]:
    """Return a step of a model that is no network of this project; all its parameters are trainable unless stated."""
    return {
        "name": name,
        "type": what,
        "output": ["batch", size],
        "parameters": parameters,
        "trainable": parameters if trainable is None else trainable,
        "repeats": 1,
        "steps": list(steps),
    }
