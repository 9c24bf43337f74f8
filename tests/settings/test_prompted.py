"""Settings of language models with a prompt: what they refuse, and that a secret in a study is not repeated."""

import pytest

from textstudy.errors import StudyError
from textstudy.settings.study import Study
from textstudy.workflow.catalog import validate_settings

ENDPOINT = {"url": "https://example.org/v1", "model": "m"}
NB = {"architecture": "linear"}


def study(model, **more):
    models = {"nb": NB, "llm": {"architecture": "prompted", **model}, **more.pop("models", {})}
    preparation = {"name": "p", "corpus": {"kind": "demo"}}
    return validate_settings(Study, {"title": "t", "preparation": preparation, "models": models, **more}, "s.yaml")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({}, "give either an endpoint or a language_model"),
        ({"endpoint": ENDPOINT, "language_model": "a/b"}, "give either an endpoint or a language_model"),
        ({"endpoint": {**ENDPOINT, "url": "example.org"}}, "no address that begins with http"),
        ({"language_model": "a/b", "document": "{text}: {label}?"}, "must end with {label}"),
        ({"language_model": "a/b", "document": "{label}"}, "must hold {text} once"),
        ({"language_model": "a/b", "label_texts": {"x": "Yes", "y": "yes"}}, "two labels the same text"),
    ],
)
def test_settings_that_make_no_sense(model, message):
    with pytest.raises(StudyError, match=message):
        study(model)


@pytest.mark.parametrize(
    "secret", [{"key": "sk-secret"}, {"url": "https://me:sk-secret@example.org"}, {"url": "https://a.b/?key=sk-secret"}]
)
def test_a_secret_in_a_study_is_refused_and_not_repeated(secret):
    with pytest.raises(StudyError, match="endpoint") as raised:
        study({"endpoint": ENDPOINT | secret})
    assert "sk-secret" not in str(raised.value)


def test_what_costs_is_examined_only_by_name():
    examined = {"perturbations": {}, "explanations": {}, "learning_curve": {}}
    found = study({"endpoint": ENDPOINT}, **examined)
    assert [found.models_analysed(key) for key in examined] == [["nb"]] * 3
    found = study({"endpoint": ENDPOINT}, perturbations={"models": ["llm"]})
    assert found.models_analysed("perturbations") == ["llm"]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("explanations", "a language model that is asked by a prompt"),
        ("learning_curve", "a language model that is asked by a prompt"),
        ("exports", "which has no network"),
    ],
)
def test_what_cannot_be_done_with_a_prompt(key, reason):
    with pytest.raises(StudyError, match=f"{key} names 'llm', {reason}"):
        study({"endpoint": ENDPOINT}, **{key: {"models": ["llm"]}})
    with pytest.raises(StudyError, match="refits 'llm', which learns nothing"):
        study({"endpoint": ENDPOINT}, models={"again": {"architecture": "refit", "model": "llm"}})


def test_every_seed_draws_other_examples():
    assert study({"endpoint": ENDPOINT}).deterministic("llm")
    assert not study({"endpoint": ENDPOINT, "examples": 1}).deterministic("llm")
