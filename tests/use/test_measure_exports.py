"""Figures of exported networks: put together as plain arithmetic does, and measured in a process of its own."""

import json

import numpy as np
import pytest
from sample import sample

from textstudy.evaluate.comparison import Split
from textstudy.evaluate.uncertainty import documents_error, judge
from textstudy.report.schema.report import check
from textstudy.report.sections.efficiency.exports import exported_networks
from textstudy.settings.study import Study
from textstudy.storage.files import write_json, write_tensors
from textstudy.use.export import measure
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.exports import export_data, export_modules, measured_export_data
from textstudy.workflow.paths import Layout

LABELS = ["computer", "sport"]
TRUE = [0, 0, 1, 1, 1] * 40
THREADS = np.arange(200) // 4
WRONG = {"torch": {0, 1, 2, 7}, "onnx": {0, 1, 2, 7}, "int8": {0, 1, 2, 9, 11}}
LATENCY = {
    "torch": [10.0, 12.0, 30.0, 11.0, 9.0],
    "onnx": [5.0, 4.0, 10.0, 5.5, 4.5],
    "int8": [2.0, 3.0, 5.0, 2.0, 3.0],
}


@pytest.fixture
def rows(tmp_path, monkeypatch):
    """The rows of one model, whose forms were asked by a stand-in."""
    asked = []

    def ask(place, texts, *, answers):
        form = place.name
        asked.append(form)
        if answers:
            rights = np.array([[true, 1 - true] for true in TRUE], np.float32)
            rights[sorted(WRONG[form])] = rights[sorted(WRONG[form])][:, ::-1]
            write_tensors(answers, {"probabilities": 0.1 + 0.8 * rights[:, ::-1]})
        latency = LATENCY[form][asked.count(form) - 1]
        return {"latency_ms": latency, "documents_per_second": 1000 / latency, "start_seconds": 1.0, "memory_mb": 99.0}

    monkeypatch.setattr(measure, "_ask", ask)
    forms = {form: tmp_path / form for form in WRONG}
    write_json(forms["torch"] / "settings.json", {"labels": LABELS})
    for form in ("onnx", "int8"):
        write_json(forms[form] / "bundle.json", {"format": form})
    labels, error = [LABELS[true] for true in TRUE], Split({}, 200, {"thread": THREADS}).error
    found = measure.measure_exports({"bilstm_attention": forms}, ["text"] * 200, labels, find_error=error)
    assert asked == [*WRONG, *reversed(WRONG)] * 2 + [*WRONG], "in turn from the first and from the last"
    return {row["format"]: row for row in found}


def test_a_form_is_compared_on_the_same_documents_in_the_same_rounds(rows):
    assert rows["torch"]["accuracy"] == pytest.approx(1 - 4 / 200) and rows["torch"]["against"] is None
    onnx, int8 = rows["onnx"]["against"], rows["int8"]["against"]
    assert onnx["difference"] == 0 and onnx["agreement"] == 1 and onnx["largest_difference"] == 0
    assert int8["difference"] == pytest.approx(-1 / 200) and int8["agreement"] == pytest.approx(1 - 3 / 200)
    assert int8["low"] < int8["difference"] < int8["high"] and int8["largest_difference"] == pytest.approx(0.8)
    assert not int8["equivalent"], "two hundred documents cannot show it where three answers differ"
    ratios = [old / new for old, new in zip(LATENCY["torch"], LATENCY["int8"], strict=True)]
    assert int8["times_as_fast"] == pytest.approx(np.median(ratios))
    assert (int8["times_as_fast_low"], int8["times_as_fast_high"]) == pytest.approx((min(ratios), max(ratios)))
    assert rows["int8"]["latency_ms"] == 3.0 and rows["torch"]["megabytes"] is None


def test_documents_of_a_thread_vary_together(rows):
    gains = np.zeros(200)
    gains[[7, 9, 11]] = 1, -1, -1  # the last two are in one thread
    by_thread, alone = (
        judge(-1 / 200, documents_error(gains + 1 / 200, each, pseudo=2.0), 1) for each in (THREADS, None)
    )
    found = rows["int8"]["against"]
    assert (found["low"], found["high"]) == pytest.approx((by_thread.low, by_thread.high))
    assert found["grouped_by"] == "thread" and found["low"] < alone.low


def test_the_report_shows_each_form_beside_torch(rows):
    report = sample()
    assert exported_networks(check(report)) is None
    report["exports"] = list(rows.values())
    table = exported_networks(check(report))
    shown = {row[1]: row for row in table.rows}
    assert list(shown) == ["torch", "ONNX", "INT8"] and "200 test documents" in table.caption
    assert "(thread) vary together" in table.caption
    assert shown["torch"][3:6] == ["—"] * 3 and shown["INT8"][4] == "not shown"
    assert shown["INT8"][3].startswith("−0.5 [")
    assert shown["ONNX"][7] == "2.0 [2.0, 3.0]"


STUDY = {
    "title": "T",
    "preparation": {"name": "tiny", "corpus": {"kind": "demo"}},
    "encodings": {"words": {"tokenizer": "words", "maximum_length": 64}},
    "seeds": [1, 2],
    "models": {
        "words": {"architecture": "linear", "classifier": "svm"},
        "other": {"architecture": "linear"},
        "lstm": {"architecture": "recurrent", "embeddings": "random"},
        "plain": {"architecture": "ensemble", "members": ["words", "other"]},
        "steps": {"architecture": "cascade", "members": ["words", "lstm"]},
        "lstm_refit": {"architecture": "refit", "model": "lstm"},
    },
}


def test_networks_are_exported_and_what_joins_them_where_it_is_named():
    def exported(**settings):
        return Study.model_validate(STUDY | {"exports": settings}).exported()

    assert exported() == ["lstm"] and exported(models=["steps", "lstm"]) == ["lstm", "steps"]
    assert Study.model_validate(STUDY).exported() == []
    for name in ("words", "plain"):
        with pytest.raises(ValueError, match=f"exports names '{name}', which has no network"):
            exported(models=[name])
    for name in ("missing", "lstm_refit"):
        with pytest.raises(ValueError, match=f"exports names '{name}', which is no model of this study, or a refit"):
            exported(models=[name])


def test_exporting_a_cascade_reads_all_of_its_members(tmp_path):
    (tmp_path / "tiny.yaml").write_text(json.dumps(STUDY | {"exports": {"models": ["steps"]}}))  # JSON is YAML
    layout = Layout(load_catalog({"studies": ["tiny"]}, tmp_path))
    read = export_data(layout, "tiny", "steps", "1")
    assert read["usage"] == "results/models/tiny/steps/1/usage.json"
    for name in ("words", "lstm"):
        for file in ("weights.safetensors", "usage.json", "README.md"):
            assert f"results/models/tiny/{name}/1/{file}" in read["members"]
    assert "results/encoded/tiny/words/encoding.arrow" in read["members"]
    measured = measured_export_data(layout, "tiny")
    assert {*read["members"]} <= {*measured["files"], measured["split"]}
    modules = export_modules(layout, "tiny", "steps")
    assert {"textstudy.models.recurrent", "textstudy.use.export.graphs"} <= set(modules)
    assert export_modules(layout, "tiny", "lstm") != modules
