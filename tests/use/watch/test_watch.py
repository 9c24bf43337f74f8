"""The whole command, on a small model: exit statuses, hostile and useless input, and what it writes."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax
from typer.testing import CliRunner

from described_runs import describe
from paths import ROOT
from small_runs import run_of, trained_run
from textstudy.cli import app
from textstudy.settings.data import Split
from textstudy.settings.models.embedding_recurrent import EmbeddingRecurrentModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.storage.tables import SPLIT, write_table
from textstudy.train.build import load_network
from textstudy.train.linear import train_linear
from textstudy.use.usage import read_usage, write_usage
from textstudy.use.watch.measure import Gauge
from textstudy.use.watch.prepare import prepare_new
from textstudy.use.watch.texts import MOST, read_new
from textstudy.workflow.digests import import_closure

TOPICS = {
    "space": "orbit rocket moon launch shuttle satellite engine crew",
    "hockey": "goal ice team puck season playoff coach rink",
}
COMMON = ["the", "of", "and", "it", "was", "for", "with", "that", "this", "have", "from", "they"]
HOSTILE = "<script>alert(1)</script> =HYPERLINK(0) {{ 7*7 }} ![x](http://x) | `a` \x00 \u202e"


def documents(count, seed, *, topics=tuple(TOPICS)):
    """Texts that no other is near to, with labels of which some are wrong."""
    generator = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        label = generator.choice(topics)
        words = [*generator.choice(TOPICS[label].split(), 5), *generator.choice(COMMON, generator.integers(10, 20))]
        generator.shuffle(words)
        given = label if generator.random() < 0.9 else generator.choice(list(TOPICS))
        rows.append((" ".join(words), given))
    return pd.DataFrame(rows, columns=["text", "label"])


def describe_watched(**more):
    corpus = {"text": ["body", "text"], "title": "subject", "labels": {"1": "space", "2": "hockey"}}
    return describe("m", title="A *model*", study="s", corpus=corpus, **more)


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    table = documents(500, 0)
    parts = np.repeat(["train", "validation", "test"], [240, 60, 200])
    names = [f"{number:03}" for number in range(500)]
    table = table.assign(id=names, split=parts, cluster=names, group_author="me").astype(str)
    path = tmp_path_factory.mktemp("study") / "prepared" / "split.parquet"
    write_table(table, path, SPLIT)
    return path


@pytest.fixture(scope="module")
def run(split):
    model = LinearModel(architecture="linear", regularization=(0.3,), word_ngrams=(1, 1))
    run = run_of(model, split.parents[1] / "run")
    train_linear(run, pd.read_parquet(split))
    write_usage(run.files.folder / "usage.json", describe_watched(split=str(split)))
    return run.files.folder


@pytest.fixture
def watch(run, tmp_path):
    """Call the command with new texts; return its exit status, its output and what it wrote."""

    def call(new, *options):
        path, out = tmp_path / "new.csv", tmp_path / "out"
        if isinstance(new, str):
            path.write_text(new)
        else:
            new.to_csv(path, index=False)
        done = CliRunner().invoke(app, ["watch", str(run), str(path), "--out", str(out), *options])
        written = out / "watch.json"
        return done.exit_code, done.output, json.loads(written.read_text()) if written.exists() else None

    return call


def test_texts_of_the_same_kind_are_no_alarm(watch, tmp_path):
    status, output, result = watch(documents(150, 1), "--labels", "label")
    assert status == 0 and "No alarm." in output and result["alarms"] == []
    accuracy = result["accuracy"]
    assert accuracy["measured"]["low"] < accuracy["held_out"]["mean"] < accuracy["measured"]["high"]
    assert {each["feature"] for each in result["changes"]} == {
        "words", "length", "unknown", "confidence", "entropy", "language", "predicted", "all together",
    }  # fmt: skip
    assert result["left_out"] == {"states": "the model is no single network with a last layer"}
    assert result["groups"] == {"author": 1.0} and result["new"]["compared"] == 150
    assert "No alarm" in (tmp_path / "out" / "watch.html").read_text()


def test_an_alarm_says_what_changed_and_hostile_texts_stay_texts(watch, tmp_path):
    new = documents(150, 2, topics=("space",))
    new["text"] = [f"=1+1 {text} {HOSTILE} {place}" for place, text in enumerate(new["text"])]
    new["label"] = "hockey"
    status, output, result = watch(new, "--labels", "label")
    assert status == 1 and "The accuracy is" in output and "words" in output
    changed = {each["feature"] for each in result["changes"] if each["adjusted_p_value"] < 0.01}
    assert {"words", "unknown", "predicted", "all together"} <= changed
    assert result["words"][0]["old"] == 0 and result["words"][0]["new"] == 1
    page = (tmp_path / "out" / "watch.html").read_text()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "<img" not in page
    assert "A *model*" in page and "\u202e" not in page
    rows = list(csv.DictReader((tmp_path / "out" / "label_next.csv").read_text("utf-8-sig").splitlines()))
    assert rows and all(row["text"].startswith("'=1+1") and row["label"] == "" for row in rows)
    for row in rows:  # rows are those of the file
        assert row["text"].endswith(f" {int(row['row']) - 1}")


def test_a_drop_without_a_change_of_words_is_an_alarm_of_its_own(watch):
    new = documents(150, 3)
    new["label"] = new["label"].map({"space": "hockey", "hockey": "space"})
    status, output, result = watch(new, "--labels", "label")
    assert status == 1 and len(result["alarms"]) == 1 and "The accuracy is" in output
    assert watch(new)[0] == 0, "which nothing shows without labels"
    assert watch(new, "--labels", "label", "--drop", "1")[0] == 0


def test_one_document_or_unknown_words_alone_are_compared_as_far_as_can_be(watch):
    status, _, result = watch(documents(1, 4))
    assert status == 0 and "all together" in result["left_out"] and len(result["label_next"]) == 1
    unknown = pd.DataFrame({"text": [" ".join(f"qx{n}z{k}" for k in range(20)) for n in range(60)]})
    status, _, result = watch(unknown)
    of_unknown = next(each for each in result["changes"] if each["feature"] == "unknown")
    assert status == 1 and of_unknown["new"] == 1 and of_unknown["adjusted_p_value"] < 0.01


@pytest.mark.parametrize(
    ("new", "options", "message"),
    [
        ("", (), "new.csv is empty: add a first line with column names"),
        ("text\n", (), "new.csv has no rows: add some documents."),
        ("content\nhello\n", ("--text", "body"), "new.csv does not have: it has 'content'."),
        (
            "text\nhello\n",
            ("--labels", "class"),
            "new.csv does not have: it has 'text'.",
        ),
        (
            "text,class\nhello,space\n",
            (),
            "of 1 texts that can be read none is left to compare: after cleaning, a text",
        ),
        ("text,class\n" + "word " * 30 + ",\n", ("--labels", "class"), "has no label on any row that is compared"),
        ("text,class\n" + "word " * 30 + ",golf\n", ("--labels", "class"), "('golf' is not among 'hockey', 'space')"),
    ],
)
def test_what_cannot_be_compared_is_an_error_of_one_sentence(watch, new, options, message):
    status, output, result = watch(new, *options)
    assert status == 2 and result is None
    assert output.strip().splitlines()[-1].startswith("Error: ") and message in output


def test_other_errors_are_no_alarm_either(watch, monkeypatch):
    monkeypatch.setattr("textstudy.use.watch.command.compare", lambda *_: 1 / 0)
    assert watch(documents(30, 5))[0] == 2


def test_without_held_out_documents_one_sentence_says_so(run, split, tmp_path):
    write_usage(tmp_path / "usage.json", describe_watched(split="nowhere.parquet"))
    (tmp_path / "weights.safetensors").touch()
    done = CliRunner().invoke(app, ["watch", str(tmp_path), "new.csv"])
    assert done.exit_code == 2 and "is here without its held-out documents" in done.output


def test_new_texts_are_prepared_as_the_old_ones_were_and_a_long_file_is_sampled(run, tmp_path):
    path = tmp_path / "new.jsonl"
    long = documents(MOST + 500, 6)
    pd.concat([long, long.head(3), pd.DataFrame({"text": ["short", ["no", "text"]]})]).to_json(
        path, orient="records", lines=True
    )
    found, again = (read_new(path, {}, label="label") for _ in "01")
    assert found.read == MOST + 505 and found.sampled == MOST and found.frame.equals(again.frame)
    assert (long["text"].to_numpy()[found.frame["row"].iloc[:9] - 1] == found.frame["text"].iloc[:9]).all()
    few = pd.DataFrame({"row": [1, 2, 3], "text": [long["text"][0], long["text"][0].upper(), "short"], "label": ""})
    kept, dropped = prepare_new(few, read_usage(run))
    assert kept["row"].tolist() == [1] and dropped == {"too_short": 1, "repeated": 1}


def test_columns_and_labels_are_those_of_the_study(run, tmp_path):
    path, usage = tmp_path / "new.csv", read_usage(run)
    pd.DataFrame({"subject": ["Moon"], "text": ["orbit " * 20], "class": ["1 "]}).to_csv(path, index=False)
    found = read_new(path, usage.columns, label="class")
    assert found.frame["text"].tolist() == ["Moon\n\n" + "orbit " * 20]
    assert prepare_new(found.frame, usage)[0]["label"].tolist() == ["space"]
    assert read_new(path, usage.columns, text="subject").frame["text"].tolist() == ["Moon"]


def test_validation_counts_where_it_was_drawn_like_test_and_nothing_learned_from_it(tmp_path):
    def parts(**more):
        write_usage(tmp_path / "usage.json", describe_watched(split="split.parquet", **more))
        return read_usage(tmp_path).held_out

    official = {**describe_watched()["preparation"], "split": Split(test="official").model_dump(mode="json")}
    assert parts() == ["validation", "test"]
    assert parts(refits="other") == parts(members={"a": "b"}) == parts(preparation=official) == ["test"]


TINY = {"training": {"epochs": 1}}
NETWORKS = {
    "recurrent": RecurrentModel(
        architecture="recurrent", encoding="words", hidden_size=4, embedding_size=4, embeddings="random", **TINY
    ),
    "frozen": PretrainedModel(architecture="pretrained", **TINY),
    "whole": PretrainedModel(architecture="pretrained", strategy="full", **TINY),
    # A layer before the last has an output for each class too.
    "two alike": EmbeddingRecurrentModel(architecture="embedding_recurrent", hidden_size=3, head_size=2, **TINY),
}  # fmt: skip


@pytest.mark.parametrize("kind", NETWORKS)
def test_states_of_a_network_are_those_before_its_last_layer(kind, split, tmp_path, encoder_of):
    run = trained_run(NETWORKS[kind], pd.read_parquet(split).head(20), tmp_path, encoder_of("bert"), learned=False)
    files = {
        "encoding": run.files.encoding_path,
        "features": run.files.features_path,
        "encoder": run.files.encoder_folder,
    }
    described = describe_watched(split=str(split), files={name: str(path) for name, path in files.items() if path})
    write_usage(run.files.folder / "usage.json", described)
    measured = Gauge(read_usage(run.files.folder)).measure(documents(30, 7)["text"].tolist(), "texts")

    heads = [module for module in load_network(run).modules() if getattr(module, "out_features", None) == 2]
    logits = measured.states @ heads[-1].weight.detach().numpy().T + heads[-1].bias.detach().numpy()
    np.testing.assert_allclose(np.sort(softmax(logits, axis=1)[:, 0]), np.sort(measured.probabilities[:, 0]), atol=1e-6)


def test_no_step_of_the_pipeline_depends_on_this():
    for script in (ROOT / "workflow_scripts").glob("*.py"):
        assert "textstudy.use.watch" not in import_closure(script), script.name
