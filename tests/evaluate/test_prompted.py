"""Runs of language models with a prompt: trained, asked, measured and used, here and at an endpoint."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

import evaluate_prompted
from chat_server import ChatServer
from small_runs import run_of
from textstudy.errors import StudyError
from textstudy.evaluate.prompted import ANSWERS, load_asker, measure_kept
from textstudy.prompts.prompt import Prompt
from textstudy.runs import read_run
from textstudy.settings.models.prompted import PromptedModel
from textstudy.storage.files import read_json
from textstudy.storage.tables import PREDICTIONS, SPLIT, read_table, write_table
from textstudy.train.prompted import train_prompted
from textstudy.use.export.copying import copy_run
from textstudy.use.load import load
from textstudy.use.usage import read_usage
from tiny_language_models import make_language_model
from usable_runs import describe

LABELS = ["computer", "sport"]


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    return make_language_model(tmp_path_factory.mktemp("decoder"))


@pytest.fixture(scope="module")
def encoder_decoder(tmp_path_factory):
    return make_language_model(tmp_path_factory.mktemp("t5"), decoder=False)


def trained(frame, folder, lm=None, **changes):
    """A run in a project, with its prompt drawn."""
    changes |= {"language_model": str(lm)} if lm else {}
    model = PromptedModel(architecture="prompted", **changes)
    run = run_of(model, folder / "models/tiny/asked/1", **({"encoder_folder": lm} if lm else {}))
    train_prompted(run, frame)
    return replace(read_run(run.files), files=run.files)


def at(server, **changes):
    return {"endpoint": {"url": server.url, "model": "m", **changes}}


def test_training_draws_from_training_documents_and_keeps_the_shares(frame, tmp_path, decoder):
    run = trained(frame, tmp_path, decoder, examples=2)
    assert set(Prompt.read(run.files.folder).examples) <= set(frame.loc[frame["split"] == "train", "id"])
    parameters = read_json(run.files.folder / "training.json")["parameters"]
    expected = sum(each.numel() for each in AutoModelForCausalLM.from_pretrained(decoder).parameters())
    assert parameters == {"total": expected, "trainable": 0, "frozen": expected}
    assert list(run.labels) == LABELS


def test_a_decoder_prefers_the_label_that_is_likelier_in_a_plain_loop(frame, tmp_path, decoder):
    run = trained(frame, tmp_path, decoder, examples=1)
    model, tokenizer = AutoModelForCausalLM.from_pretrained(decoder).eval(), AutoTokenizer.from_pretrained(decoder)
    prompt, texts = Prompt.read(run.files.folder), frame["text"].tolist()
    readings = load_asker(run)(texts)
    for text, reading in zip(texts, readings, strict=True):
        asked, scores = tokenizer(prompt.fill(text))["input_ids"], []
        for label in LABELS:
            ids = tokenizer(f"{prompt.fill(text)} {label}")["input_ids"]
            with torch.inference_mode():
                logs = model(torch.tensor([ids])).logits[0].log_softmax(1)
            scores.append(logs[range(len(asked) - 1, len(ids) - 1), ids[len(asked) :]].mean())
        np.testing.assert_allclose(reading.probabilities, torch.stack(scores).softmax(0), atol=1e-5)
        assert (reading.source, reading.cut, reading.tokens) == ("likelihood", False, (len(asked), 0))
    assert load_asker(run)([]) == []


def test_an_encoder_decoder_answers_with_its_loss(frame, tmp_path, encoder_decoder):
    run = trained(frame, tmp_path, encoder_decoder)
    model = AutoModelForSeq2SeqLM.from_pretrained(encoder_decoder).eval()
    tokenizer, text = AutoTokenizer.from_pretrained(encoder_decoder), "The disk"
    ids = torch.tensor([tokenizer(Prompt.read(run.files.folder).fill(text))["input_ids"]])
    with torch.inference_mode():
        losses = [model(input_ids=ids, labels=torch.tensor([tokenizer(label)["input_ids"]])).loss for label in LABELS]
    (reading,) = load_asker(run)([text])
    np.testing.assert_allclose(reading.probabilities, (-torch.stack(losses)).softmax(0), atol=1e-5)


def test_texts_that_do_not_fit_are_cut_and_a_prompt_that_does_not_is_an_error(frame, tmp_path, decoder):
    run = trained(frame, tmp_path / "a", decoder)
    long, short = load_asker(run)(["disk " * 700, "disk"])
    assert (long.cut, short.cut) == (True, False)
    assert 240 <= long.tokens[0] <= 256
    with pytest.raises(StudyError, match="prompt without a text has .* tokens, and the language model reads"):
        load_asker(trained(frame, tmp_path / "b", decoder, instruction="disk drive " * 300))(["disk"])


def test_an_encoder_is_no_language_model(frame, tmp_path, encoder_of):
    with pytest.raises(StudyError, match="bert, which was not trained to generate text"):
        load_asker(trained(frame, tmp_path, encoder_of("bert")))


def say(prompt):
    return "computer" if "disk" in prompt.splitlines()[-2] else "Not sure" if "zebra" in prompt else "Sport."


class Named(dict):
    """Paths or parameters by name, as a script finds them."""

    __getattr__ = dict.__getitem__


def evaluate(run, frame, folder):
    """Run the script of the evaluation; return (PREDICTIONS, metrics, what the report says of the answers)."""
    write_table(frame, folder / "split.parquet", SPLIT)
    kinds = {"predictions": ".parquet", "table": ".parquet", "metrics": ".json", "calibration": ".json",
             "answers": ".json"}  # fmt: skip
    output = Named({name: folder / f"{name}{suffix}" for name, suffix in kinds.items()})
    evaluate_prompted.main(
        SimpleNamespace(
            input=Named(weights=run.files.folder / "weights.safetensors", split=folder / "split.parquet"),
            output=output,
            params=Named(parts=["validation", "test"], temperature_scaling=False, ordinal=False),
            resources=Named(),
        )
    )
    assert len(read_table(output.table, ANSWERS)) == 4
    return read_table(output.predictions, PREDICTIONS), read_json(output.metrics), read_json(output.answers)


def test_an_endpoint_is_evaluated_asked_once_and_summarized(frame, tmp_path):
    with ChatServer(say) as server:
        run = trained(frame, tmp_path, **at(server, price={"input": 1000, "output": 500}))
        predictions, metrics, summary = evaluate(run, frame, tmp_path / "first")
        prompts = server.prompts
    assert len(prompts) == 4
    again, _, _ = evaluate(run, frame, tmp_path / "second")  # nothing listens any more
    np.testing.assert_array_equal(np.stack(predictions["probabilities"]), np.stack(again["probabilities"]))
    assert measure_kept(run, frame.loc[frame["split"] == "test", "text"].tolist())["latency_ms"] > 0
    words = np.mean([len(prompt.split()) for prompt in prompts])
    assert summary["outside_answers"] == [["Not sure", 1]]
    assert (summary["documents"], summary["outside"], summary["host"]) == (4, 1, "127.0.0.1")
    assert summary["sources"] == {"answer": 3, "outside": 1}
    assert summary["cost_per_1000"] == pytest.approx(words * 1 + 2 * 0.5)
    outside = predictions.set_index("id").loc["document-6"]  # as most training documents
    assert LABELS[outside["predicted"]] == "sport"
    assert metrics["test"]["accuracy"] == 0.5


def test_a_loaded_run_says_what_the_evaluation_said(frame, tmp_path, decoder):
    with ChatServer(say, logprobs=True) as server:
        runs = {"here": trained(frame, tmp_path / "h", decoder), "there": trained(frame, tmp_path, **at(server))}
        for name, run in runs.items():
            describe(run, name)
            texts = frame.loc[frame["text"] != "", "text"].tolist()
            expected = np.stack([reading.probabilities for reading in load_asker(run)(texts)])
            model, bundle = load(run.files.folder), tmp_path / f"bundle of {name}"
            copy_run(read_usage(run.files.folder), bundle, "native", texts)
            np.testing.assert_array_equal(load(bundle).predict_proba(texts), expected)
            np.testing.assert_array_equal(model.predict_proba(texts), expected)
            with pytest.raises(StudyError, match="cannot be explained"):
                model.explain("The disk")
        with pytest.raises(StudyError, match="here asks a language model, of which"):
            copy_run(read_usage(runs["here"].files.folder), tmp_path / "graph", "onnx", texts)
