"""Language models with a prompt in the workflow: what they read, which code counts, and what a plan says of them."""

from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from paths import ROOT
from textstudy.commands.spending import spending
from textstudy.prompts.cache import AnswerCache
from textstudy.prompts.endpoint import EndpointClient
from textstudy.prompts.prompt import draw_prompt
from textstudy.storage.tables import SPLIT, write_table
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.digests import import_closure
from textstudy.workflow.exposure import exposure
from textstudy.workflow.paths import Layout

STUDY = {
    "title": "A study",
    "preparation": {"name": "p", "corpus": {"kind": "demo"}},
    "seeds": [1],
    "models": {
        "nb": {"architecture": "linear"},
        "there": {
            "architecture": "prompted",
            "examples": 1,
            "endpoint": {
                "url": "https://example.org/v1", "model": "m", "key": "A_KEY", "price": {"input": 100, "output": 0},
            },
        },
        "here": {"architecture": "prompted", "language_model": "owner/name@abc"},
    },
}  # fmt: skip


@pytest.fixture
def layout(tmp_path):
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(STUDY))
    return Layout(load_catalog({"studies": ["s"]}, tmp_path))


def test_a_language_model_that_runs_here_is_fetched_like_an_encoder(layout):
    assert "owner/name@abc" in layout.resources().values()
    assert layout.evaluation_data("p", "here")["encoder"].startswith("resources/owner--name@abc-")
    assert set(layout.evaluation_data("p", "there")) == {"split"}


def closure(layout, script, modules):
    return set(import_closure(ROOT / "workflow_scripts" / script, modules))


def test_which_code_makes_whom_stale(layout):
    asking = {"textstudy.prompts.endpoint", "textstudy.models.prompted", "textstudy.evaluate.likelihood"}
    for name in ("there", "here"):
        assert not asking & closure(layout, "train_run.py", layout.training_modules("p", name))
    there = closure(layout, "evaluate_prompted.py", layout.evaluation_modules("p", "there"))
    here = closure(layout, "evaluate_prompted.py", layout.evaluation_modules("p", "here"))
    assert (asking & there, asking & here) == ({"textstudy.prompts.endpoint"}, asking - {"textstudy.prompts.endpoint"})
    others = closure(layout, "evaluate.py", layout.evaluation_modules("p", "nb"))
    assert not {each for each in others if "prompt" in each} - {"textstudy.settings.models.prompted"}


def job(rule, model, split, **inputs):
    folder = split.parents[2] / "models/p" / model / "1"
    return SimpleNamespace(
        rule=SimpleNamespace(name=rule), output=[str(folder / "answers.json")],
        wildcards=SimpleNamespace(preparation="p", model=model, seed="1"),
        input=SimpleNamespace(weights=str(folder / "weights.safetensors"), get=inputs.get),
    )  # fmt: skip


def test_a_plan_says_what_would_be_asked_and_paid(layout, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    split = tmp_path / "results/prepared/p/split.parquet"
    jobs = [job("evaluate_prompted", "there", split), job("evaluate_prompted", "here", split)]
    (unknown,) = spending(jobs, layout)
    assert unknown == (
        "evaluate_prompted of there asks m at https://example.org/v1 about each document: how many there are is known "
        "when they are prepared."
    )
    parts = ["train"] * 4 + ["validation"] * 3 + ["test"] * 3
    texts = [f"word {number // 2}" for number in range(10)]  # some stand twice
    frame = pd.DataFrame({"id": map(str, range(10)), "text": texts, "label": ["a", "b"] * 5, "split": parts})
    write_table(frame.assign(cluster=frame["id"]), split, SPLIT)
    settings = layout.catalog.models["p", "there"].model_dump(mode="json")
    prompt, _ = draw_prompt(settings, frame[:4], seed=1)
    (said,) = spending(jobs, layout)
    tokens = 3 * len(prompt.fill("word 2")) / 4
    assert f"asks m at https://example.org/v1 3 times, with about {tokens:,.0f} tokens, for about" in said
    assert said.endswith(f"{tokens * 100 / 1e6:.2f} USD.")
    cache = AnswerCache(tmp_path / "results/checkpoints/answers.sqlite")
    client = EndpointClient(settings["endpoint"], seed=1, cache=cache)
    for text in sorted(set(texts)):
        cache.write(client.key(prompt.fill(text)), {})
    assert spending(jobs, layout)[0].endswith("nothing: all answers are kept.")


def test_language_models_may_have_read_the_texts(layout):
    readers = {reader["resource"]: reader for reader in exposure(layout, "s")["readers"]}
    assert {reader["kind"] for reader in readers.values()} == {"language model"}
    assert readers["m at example.org"]["models"] == ["there"]
    assert readers["owner/name@abc"]["models"] == ["here"]
