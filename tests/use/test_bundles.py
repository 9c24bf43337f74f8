"""Bundles: the answers of the run in another folder, without torch where they are graphs; whole or not at all."""

import json
import shutil
import subprocess
import sys

import numpy as np
import onnx
import pytest
import torch
from typer.testing import CliRunner

import textstudy
from paths import ROOT
from textstudy.cli import app
from textstudy.errors import StudyError
from textstudy.models.ensemble import build as build_combiner
from textstudy.runs import RunFiles, read_run
from textstudy.settings.models.embedding_recurrent import EmbeddingRecurrentModel
from textstudy.settings.models.encoder_decoder import EncoderDecoderModel
from textstudy.settings.models.fasttext import FasttextModel
from textstudy.settings.models.kernel import KernelModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.neighbours import NeighboursModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.settings.models.static import StaticModel
from textstudy.settings.models.transformer import TransformerModel
from textstudy.storage.files import read_json, sha256, write_json
from textstudy.use.export import graphs, network
from textstudy.use.export.bundle import export
from textstudy.use.export.parity import AGREEMENT, LARGEST
from tiny_encoders import nine_documents
from usable_runs import describe, join, lay_out

TRAINING = {"epochs": 1, "batch_size": 4}
SMALL = {"training": TRAINING, "embeddings": "random", "embedding_size": 6}
RECURRENT = {"architecture": "recurrent", "hidden_size": 5, **SMALL}
SELF_ATTENTION = {"architecture": "transformer", "heads": 2, "hidden_size": 8, "layers": 2, **SMALL}
BERT = {"architecture": "pretrained", "training": TRAINING}
NETWORKS = {
    "rnn": RecurrentModel(cell="rnn", layers=1, bidirectional=False, pooling="final", **RECURRENT),
    "gru": RecurrentModel(cell="gru", layers=2, pooling="dot_attention", **RECURRENT),
    "lstm": RecurrentModel(cell="lstm", layers=2, pooling="attention", tfidf_weighting=True, **RECURRENT),
    "encoder_decoder": EncoderDecoderModel(
        architecture="encoder_decoder", hidden_size=5, layers=2, attention=True, **SMALL
    ),
    "transformer": TransformerModel(pooling="cls", positions="sinusoidal", normalisation="pre", **SELF_ATTENTION),
    "learned_positions": TransformerModel(
        pooling="attention", positions="learned", maximum_length=12, normalisation="post", **SELF_ATTENTION
    ),
    "frozen": PretrainedModel(pooling="mean", standardize=True, **BERT),
    "fine_tuned": PretrainedModel(strategy="full", **BERT),
    "frozen_windows": PretrainedModel(encoding="windows", pooling="mean", window_pooling="attention", **BERT),
    "full_windows": PretrainedModel(strategy="full", encoding="windows", window_pooling="max", **BERT),
    "adapted": PretrainedModel(strategy="lora", **BERT | {"training": TRAINING | {"learning_rate": 0.05}}),
    "static": StaticModel(architecture="static", encoding="windows", embedding_size=6, training=TRAINING),
    "fasttext": FasttextModel(architecture="fasttext", embedding_size=6, training=TRAINING),
    "near": NeighboursModel(architecture="neighbours", neighbours=[3]),
    "kernel": KernelModel(architecture="kernel", landmarks=4),
    "embeddings": EmbeddingRecurrentModel(
        architecture="embedding_recurrent", hidden_size=5, head_size=4, training=TRAINING
    ),
}
LINEAR = LinearModel(architecture="linear", minimum_document_frequency=1, character_ngrams=[2, 3], stop_words="english")
TEXTS = [
    "The ball went over the fence.",
    "The disk is here",
    "[SEP] the [CLS]",
    "\u200b",
    "Ünïcode e\u0301 很好",
    "the " * 15,  # two windows, where there are windows
    "the " * 99,
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory, encoder_of):
    """The folder of a run of each kind of model."""
    results = tmp_path_factory.mktemp("project") / "results"
    folders = lay_out(results, nine_documents(), {"linear": LINEAR, **NETWORKS}, encoder_of("bert"))
    members = {"linear": folders["linear"], "lstm": folders["lstm"]}
    labels = ["computer", "sport"]
    torch.manual_seed(0)
    weights = build_combiner({}, classes=2, feature_size=4).state_dict()
    models = results / "models/tiny"
    folders["pool"] = join(models / "pool/1", members, labels, {"weights": np.array([0.7, 0.9], np.float32)}, "pool")
    folders["learned"] = join(models / "learned/1", members, labels, weights, "learned")
    return folders


@pytest.fixture(scope="module")
def bundles(runs, tmp_path_factory):
    """A function that exports a run once in a form, and returns the folder."""
    made, root = {}, tmp_path_factory.mktemp("bundles")

    def bundle_of(name: str, form: str):
        if (name, form) not in made:
            made[name, form] = root / f"{name}-{form}"
            export(runs[name], made[name, form], form=form)
        return made[name, form]

    return bundle_of


@pytest.mark.parametrize("name", ["linear", "pool", "learned", *NETWORKS])
def test_a_bundle_answers_as_the_run_does(name, runs, bundles):
    expected = textstudy.load(runs[name]).predict_proba(TEXTS)
    for form in ("native", "onnx"):
        model = textstudy.load(bundles(name, form))
        assert model.classes_.tolist() == ["computer", "sport"] and model.title == name.title()
        found = model.predict_proba(TEXTS)
        exact = form == "native" or name == "linear"
        # The states of a frozen encoder have 16 bits where the processor is faster so; a graph always has 32.
        allowed = 0 if exact else 0.05 if name in ("frozen", "frozen_windows", "near") else LARGEST
        np.testing.assert_allclose(found, expected, atol=allowed, rtol=0)
        one_by_one = np.concatenate([model.predict_proba([text]) for text in TEXTS])
        np.testing.assert_allclose(one_by_one, found, atol=1e-6)


def test_a_model_says_which_texts_are_longer_than_all_its_windows(runs, bundles):
    texts = [" ".join(["the"] * words) for words in (24, 25)]  # 12 + 7 + 7 tokens, two of them special
    for place in (runs["frozen_windows"], bundles("frozen_windows", "onnx")):
        assert textstudy.load(place).fill(texts).tolist() == [False, True]


def test_int8_answers_do_not_depend_on_the_texts_beside_them(bundles, runs):
    model = textstudy.load(bundles("fine_tuned", "int8"))
    together = model.predict_proba(TEXTS)
    assert np.array_equal(together, np.concatenate([model.predict_proba([text]) for text in TEXTS]))
    difference = np.abs(together - textstudy.load(runs["fine_tuned"]).predict_proba(TEXTS)).max()
    assert 0 < difference < 0.05
    weights = [bundles("fine_tuned", form).joinpath("network.onnx").stat().st_size for form in ("onnx", "int8")]
    assert weights[1] < weights[0]


BLOCKED = """
import importlib.abc, sys
import numpy as np
REFUSED = "torch transformers pandas pyarrow sklearn snakemake captum pandera pydantic onnx matplotlib".split()
class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(f"{name} is refused here", name=name)
sys.meta_path.insert(0, Refuse())
import json, textstudy
texts = json.loads(sys.stdin.read())
native, linear, *others = sys.argv[1:]
answers = {place: textstudy.load(place).predict_proba(texts).tolist() for place in (linear, *others)}
explained = textstudy.load(linear).explain(texts[0]).words
try:
    textstudy.load(native)
except textstudy.errors.StudyError as error:
    print(json.dumps({"answers": answers, "explained": explained, "refused": str(error)}))
"""


def test_bundles_need_no_torch_pandas_or_scikit_learn(bundles):
    places = [bundles("lstm", "native"), bundles("linear", "native"), bundles("fine_tuned", "int8")]
    places += [bundles(name, "onnx") for name in ("lstm", "frozen", "pool", "learned")]
    command = [sys.executable, "-c", BLOCKED, *map(str, places)]
    environment = {"PYTHONPATH": str(ROOT / "workflow_scripts"), "PATH": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, input=json.dumps(TEXTS), capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for place, answers in found["answers"].items():
        np.testing.assert_allclose(answers, textstudy.load(place).predict_proba(TEXTS), atol=1e-6)
    assert found["explained"]
    assert "predicts with torch, which is not installed here: install it, or export" in found["refused"]


def test_a_bundle_is_whole_wherever_it_is_copied(runs, bundles, tmp_path):
    """It reads nothing of the study: only its own folder is left."""
    for form in ("native", "onnx"):
        copy = shutil.copytree(bundles("fine_tuned", form), tmp_path / form)
        usage = read_json(copy / "usage.json")
        assert all((copy / place).resolve().is_relative_to(copy) for place in usage["files"].values())
        listed = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=copy)
        assert listed.returncode == 0 and (copy / "README.md").read_text().startswith("# fine_tuned")
    (copy / "network.onnx").write_bytes(b"\0" + (copy / "network.onnx").read_bytes()[1:])
    with pytest.raises(StudyError, match="network.onnx is not the file that was exported: copy"):
        textstudy.load(copy)
    (copy / "network.onnx").unlink()
    with pytest.raises(StudyError, match="network.onnx is missing"):
        textstudy.load(copy)


def test_a_bundle_of_somebody_else_reads_nothing_outside_of_it(bundles, tmp_path):
    copy = shutil.copytree(bundles("fine_tuned", "native"), tmp_path / "bundle")
    usage = read_json(copy / "usage.json")
    write_json(copy / "usage.json", {**usage, "files": {**usage["files"], "encoder": "../../secret"}})
    sums = (copy / "SHA256SUMS").read_text().splitlines()
    kept = [line for line in sums if not line.endswith("usage.json")]
    (copy / "SHA256SUMS").write_text("\n".join([*kept, f"{sha256(copy / 'usage.json')}  usage.json"]))
    with pytest.raises(StudyError, match="names .*secret, which is outside the bundle"):
        textstudy.load(copy)


def test_a_native_bundle_holds_no_states_of_the_corpus(bundles):
    states = bundles("frozen", "native") / "features.safetensors"
    assert states.stat().st_size < 1000
    assert not list(bundles("frozen", "native").rglob("*.arrow"))


def test_a_temperature_goes_with_its_model(runs, tmp_path):
    folder = shutil.copytree(runs["lstm"], tmp_path / "results/models/tiny/scaled/1")
    encoding = runs["lstm"].parent / "encoding"
    write_json(folder / "calibration.json", {"temperature": 2.5})
    files = RunFiles(folder, encoding_folder=encoding, calibration_path=folder / "calibration.json")
    describe(read_run(files), "scaled")
    plain, scaled = textstudy.load(runs["lstm"]).predict_proba(TEXTS), textstudy.load(folder).predict_proba(TEXTS)
    assert np.abs(plain - scaled).max() > 0.001
    export(folder, tmp_path / "bundle")
    np.testing.assert_allclose(textstudy.load(tmp_path / "bundle").predict_proba(TEXTS), scaled, atol=LARGEST)


class FrozenLength(torch.nn.Module):
    """A network whose trace keeps the length of its example, as exporters are known to do in silence."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, input_ids, lengths, weights=None):
        return self.inner(input_ids, lengths, weights) * (1 + float(input_ids.shape[1]) / 100)


class FrozenBatch(FrozenLength):
    """A network whose trace works for batches of one size alone."""

    def forward(self, input_ids, lengths, weights=None):
        return self.inner(input_ids, lengths, weights) + torch.zeros(len(lengths), 1)


@pytest.mark.parametrize(
    ("broken", "message"), [(FrozenLength, "is another model"), (FrozenBatch, "fails on batches of some sizes")]
)
def test_a_graph_that_is_another_model_is_not_written(broken, message, runs, tmp_path, monkeypatch):
    whole = network.whole_network
    monkeypatch.setattr(network, "whole_network", lambda run: broken(whole(run)).eval())
    with pytest.raises(StudyError, match=message):
        export(runs["lstm"], tmp_path / "bundle")
    assert not list(tmp_path.iterdir())


def test_int8_that_changes_labels_is_not_written(runs, tmp_path, monkeypatch):
    def spoil(graph, path):
        model = onnx.load(graph)
        for tensor in model.graph.initializer:
            if tensor.name.startswith("head."):
                tensor.CopyFrom(onnx.numpy_helper.from_array(-onnx.numpy_helper.to_array(tensor), tensor.name))
        onnx.save(model, path)

    monkeypatch.setattr(graphs, "quantize", spoil)
    with pytest.raises(StudyError, match=f"{AGREEMENT:.0%} are needed"):
        export(runs["lstm"], tmp_path / "bundle", form="int8")
    assert not list(tmp_path.iterdir())


def test_int8_is_only_written_beside_the_documents_it_is_checked_on(runs, tmp_path):
    moved = shutil.copytree(runs["linear"].parents[3], tmp_path / "results")
    shutil.rmtree(moved / "prepared")
    with pytest.raises(StudyError, match="on which INT8 is checked"):
        export(moved / "models/tiny/lstm/run", tmp_path / "bundle", form="int8")
    assert not (tmp_path / "bundle").exists()


def test_the_command_says_what_became_of_a_model(runs, tmp_path):
    call = CliRunner().invoke
    done = call(app, ["export", str(runs["linear"]), "--out", str(tmp_path / "one"), "--format", "onnx"])
    assert done.exit_code == 0 and "linear is no network" in done.output and "native" in done.output
    assert read_json(tmp_path / "one/bundle.json")["format"] == "native"
    again = call(app, ["export", str(runs["linear"]), "--out", str(tmp_path / "one")])
    assert isinstance(again.exception, StudyError) and "is there already" in str(again.exception)
