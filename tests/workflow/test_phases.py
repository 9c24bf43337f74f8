"""Phases on the real DAG: a winner is a result, and what extends it is stale when it changes."""

from collections import Counter

import pytest

pytestmark = pytest.mark.workflow

EXTENDED = {"train_wider": 1, "evaluate": 1, "describe": 1, "card": 1, "measure_costs": 1}
REPORTED = {"compare": 1, "examine_errors": 1, "scrutinize": 1, "collect": 1, "figures": 10, "render": 1, "index": 1}


@pytest.fixture
def phased(project):
    """The finished tiny study with a phase over its two networks and a model that extends the winner, run."""
    study = project.study()
    study["phases"] = [{"name": "choose", "models": ["lstm_final", "lstm_attention"]}]
    study["models"]["wider"] = {"architecture": "winner", "winner": "choose", "changes": {"hidden_size": 12}}
    project.write_study(study)
    assert project.run() == Counter({"select_winner": 1, **EXTENDED, **REPORTED})
    return project


def test_the_extension_follows_the_winner_and_not_the_race(phased):
    winner = phased.read_json("results/phases/tiny/choose/winner.json")["model"]
    loser = next(name for name in ("lstm_final", "lstm_attention") if name != winner)
    settings = phased.read_json("results/models/tiny/wider/1/settings.json")["settings"]
    assert settings["hidden_size"] == 12
    assert settings["pooling"] == {"lstm_final": "final", "lstm_attention": "attention"}[winner]

    # The loser trains on other terms and still loses: the extension stays.
    study = phased.study()
    training = study["models"][loser]["training"]
    spoilt = {**training, "learning_rate": 1e-9, "epochs": 1}
    study["models"][loser]["training"] = spoilt
    phased.write_study(study)
    retrained = {f"train_{loser}": 1, "evaluate": 1, "describe": 1, "card": 1, "measure_costs": 1}
    assert phased.report() == Counter({**retrained, "select_winner": 1, **REPORTED})

    # Now the winner is spoilt, and the extension trains anew on the other model.
    study["models"][winner]["training"] = spoilt
    study["models"][loser]["training"] = {**training, "learning_rate": 1e-2, "epochs": 12}
    phased.write_study(study)
    ran = phased.report()
    assert phased.read_json("results/phases/tiny/choose/winner.json")["model"] == loser
    assert ran["train_wider"] == 1
    assert phased.report() == Counter()
