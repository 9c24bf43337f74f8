"""Which studies get a semantic audit: those whose models learn from the states of a frozen encoder, and no others."""

import pytest

pytestmark = pytest.mark.workflow

ENCODING = {"tokenizer": "wordpieces", "encoder": "distilbert-base-uncased"}


def planned(fresh, *models: dict) -> dict[str, int]:
    study = {
        "title": "Meaning",
        "preparation": {"name": "tiny", "corpus": {"kind": "demo"}},
        "encodings": {"wordpieces": ENCODING},
        "seeds": [1],
        "models": {f"model_{number}": model for number, model in enumerate(models)},
    }
    fresh.write_study(study)
    return {target: fresh.planned(target)["semantic_audit"] for target in ("prepared", "data", "report")}


def test_frozen_states_are_audited_before_the_first_training(fresh):
    found = planned(fresh, {"architecture": "neighbours"}, {"architecture": "pretrained", "strategy": "freeze"})
    assert found == {"prepared": 0, "data": 1, "report": 1}


def test_without_frozen_states_there_is_nothing_to_audit(fresh):
    found = planned(fresh, {"architecture": "linear"}, {"architecture": "pretrained", "strategy": "full"})
    assert found == {"prepared": 0, "data": 0, "report": 0}
