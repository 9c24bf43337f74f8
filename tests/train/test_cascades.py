"""Cascades: the thresholds that validation chooses, who is asked, and the files of a run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.models.cascade import walk
from textstudy.runs import Facts, Run, RunFiles
from textstudy.storage.files import read_json, read_tensors
from textstudy.storage.tables import PREDICTIONS, read_table, write_table
from textstudy.train.cascades import asked_shares, combine, fit_cascade, rule_out_loss
from textstudy.train.ensembles import apply_ensemble, train_ensemble
from train.members import random_members, table, write_member
from train.small_network import CLASSES

NAMES = ["cheap", "middle", "strong"]
SPLIT = np.repeat(["train", "validation", "test"], [30, 200, 200])


def fit(probabilities, labels, loss):
    return fit_cascade(probabilities, labels, members=NAMES[-len(probabilities) :], settings={"loss": loss})


def accuracy(probabilities, labels):
    return (probabilities.argmax(axis=1) == labels).mean()


@st.composite
def members(draw, most=3):
    """Members of any skill, with probabilities so coarse that many documents are equally sure."""
    skills = draw(st.lists(st.floats(0, 4), min_size=2, max_size=most))
    found, labels = random_members(draw(st.integers(1, 60)), seed=draw(st.integers(0, 999)), skills=tuple(skills))
    return np.round(found, draw(st.sampled_from([1, 2, 6]))).astype(np.float32), labels


@given(members(), st.floats(0.001, 0.3))
def test_no_more_accuracy_is_lost_on_validation_than_is_allowed(drawn, loss):
    probabilities, labels = drawn
    fitted = fit(probabilities, labels, loss)
    assert accuracy(combine(fitted.arrays, probabilities), labels) >= accuracy(probabilities[-1], labels) - loss - 1e-9


@given(members(most=2), st.floats(0.001, 0.3), st.floats(0.001, 0.3))
def test_the_more_may_be_lost_the_fewer_documents_go_on(drawn, one, two):
    shares = [asked_shares(fit(*drawn, loss).arrays, drawn[0], NAMES[1:])["strong"] for loss in sorted((one, two))]
    assert shares[0] >= shares[1]


@given(members(), st.floats(0.001, 0.3), st.randoms(use_true_random=False))
def test_the_order_of_the_documents_does_not_matter(drawn, loss, random):
    probabilities, labels = drawn
    order = random.sample(range(len(labels)), len(labels))
    before, after = fit(probabilities, labels, loss), fit(probabilities[:, order], labels[order], loss)
    np.testing.assert_array_equal(before.arrays["thresholds"], after.arrays["thresholds"])


def sure(*confidences):
    """Two-class answers for class 0 with these confidences."""
    return np.array([[each, 1 - each] for each in confidences], np.float32)


def test_the_threshold_by_hand():
    """Of 1,000 documents the cheap member is wrong about the 10 at 0.8 and the 50 at 0.6, the strong one never."""
    confidence = np.repeat([0.9, 0.8, 0.7, 0.6, 0.55], [300, 10, 300, 50, 340])
    wrong = np.isin(confidence, [0.8, 0.6])
    answers = np.stack([sure(*confidence), sure(*np.where(wrong, 0.1, 0.9))])
    thresholds = {loss: float(fit(answers, wrong.astype(int), loss).arrays["thresholds"][0])
                  for loss in (0.01, 0.02, 0.06, 0.08)}  # fmt: skip
    assert thresholds == pytest.approx({0.01: 0.9, 0.02: 0.7, 0.06: 0.7, 0.08: 0.0})


def test_the_loss_that_is_ruled_out_is_that_of_a_published_example():
    """Tango (1998), soft contact lenses: of 44 eyes, 1 fared worse and none better; for a loss of 0.1, z = 1.709."""
    assert rule_out_loss(np.array([1]), np.array([0]), documents=44, loss=0.1) == pytest.approx([1.709], abs=5e-4)


def test_no_more_is_lost_on_new_documents_than_promised():
    """200 draws of 500 validation documents, and the loss on 100,000 others: at most a tenth may lose too much."""
    truth, labels = random_members(100_000, seed=1, skills=(1.5, 3.0))
    alone, broken = accuracy(truth[-1], labels), 0
    for seed in range(200):
        fitted = fit(*random_members(500, seed=seed + 2, skills=(1.5, 3.0)), 0.02)
        broken += alone - accuracy(combine(fitted.arrays, truth), labels) > 0.02
    assert broken <= 0.1 * 200 + 3 * (200 * 0.1 * 0.9) ** 0.5


def test_equally_sure_documents_go_the_same_way():
    probabilities = np.stack([sure(*[0.8] * 300), sure(*[0.9] * 290, *[0.1] * 10)])
    fitted = fit(probabilities, np.repeat([0, 1], [290, 10]), 0.01)
    assert fitted.arrays["thresholds"] > 1 and "asked about every validation document" in fitted.diagnosis[0]


def test_few_documents_show_nothing():
    """No document is lost, yet of 163 documents that happens to one in ten who would lose one in a hundred."""
    shares = [fit(np.stack([sure(*[0.8] * count)] * 2), np.zeros(count, int), 0.01).arrays["thresholds"][0]
              for count in (162, 163)]  # fmt: skip
    assert shares == [2.0, 0.0]


def test_it_is_said_where_no_document_goes_on():
    fitted = fit(np.stack([sure(*[0.8] * 300), sure(*[0.9] * 300)]), np.zeros(300, int), 0.01)
    assert fitted.arrays["thresholds"] == 0 and "strong is asked about no validation document" in fitted.diagnosis[0]


def test_a_member_is_asked_only_where_those_before_it_are_unsure():
    answers = [sure(0.9, 0.6, 0.5, 0.6), sure(0.5, 0.9, 0.5, 0.5), sure(0.99, 0.99, 0.99, 0.99)]
    asked = []

    def ask(member, rows):
        asked.append((member, rows.tolist()))
        return answers[member][rows]

    found, counts = walk(np.array([0.7, 0.8], np.float32), 4, ask)
    assert asked == [(0, [0, 1, 2, 3]), (1, [1, 2, 3]), (2, [2, 3])] and counts == [4, 3, 2]
    np.testing.assert_array_equal(found, sure(0.9, 0.9, 0.99, 0.99))
    asked.clear()
    walk(np.array([0.0, 0.8], np.float32), 4, ask)
    assert asked == [(0, [0, 1, 2, 3])], "the first is sure of all"


def test_the_files_of_a_run_and_of_its_refit(tmp_path):
    probabilities, labels = random_members(len(SPLIT), seed=0, skills=(1.5, 3.0))
    paths = {
        name: write_member(tmp_path / "models", name, table(each, labels, SPLIT))
        for name, each in zip(NAMES[1:], probabilities, strict=True)
    }
    settings = {"architecture": "cascade", "members": NAMES[1:], "loss": 0.02}
    facts = Facts(learner="ensemble", uses_torch=False, holds_encoder=False, reads_states=False)
    run = Run(RunFiles(tmp_path / "run"), settings, facts, seed=1, code="abc")
    found = train_ensemble(run, paths, labels=CLASSES, checkpoint_root=tmp_path / "checkpoints")
    write_table(found, tmp_path / "run" / "combined.parquet", PREDICTIONS)

    training, weights = read_json(tmp_path / "run/training.json"), read_tensors(tmp_path / "run/weights.safetensors")
    tables = {name: read_table(path, PREDICTIONS).set_index("id") for name, path in paths.items()}
    own, cheap, strong = (each[each["split"] == "test"] for each in (found.set_index("id"), *tables.values()))
    going = cheap["probabilities"].map(max) < weights["thresholds"][0]
    assert training["chosen"]["asked"] == {"middle": 1.0, "strong": pytest.approx(going.mean())}
    assert training["chosen"]["thresholds"] == {"middle": float(weights["thresholds"][0])}
    assert 0.1 < going.mean() < 0.9 and training["parameters"]["total"] == 1
    assert own["predicted"].equals(strong["predicted"].where(going, cheap["predicted"]).astype("int32"))
    assert (found["split"] == "validation").sum() == 200

    again = Run(RunFiles(tmp_path / "again"), settings, facts, seed=1, code="abc", base=tmp_path / "run")
    turned = dict(zip(["middle_refit", "strong_refit"], reversed(list(paths.values())), strict=True))
    apply_ensemble(again, turned)
    refit = read_json(tmp_path / "again/training.json")["chosen"]
    assert refit["thresholds"] == training["chosen"]["thresholds"] and list(refit["asked"]) == list(turned)
