"""The schema of report.json: made-up reports obey it, faults are named, and the page documents every key."""

import copy
import json
import re
import subprocess
import sys

import jsonschema
import pytest
from grouped import grouped
from grown import grown
from robust import explained, perturbed
from sample import asked, joined, phased, sample
from scrutinised import scrutinised

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.report.decision.decision import decide
from textstudy.report.schema.report import check
from textstudy.storage.files import write_json

DOCUMENT = {"id": "d1", "text": "a text", "label": "rec.autos"}
STEP = {"name": "encoder", "type": "LSTM", "output": ["batch", "time", 8], "parameters": 9, "trainable": 9,
        "repeats": 2, "steps": []}  # fmt: skip
DIFFERENCE = {"what": "seeds", "before": None, "after": [1, 2]}
COMPARED = {"status": "compared", "before": 0.6, "after": 0.65, "difference": 0.05, "low": 0.02, "high": 0.08,
            "p_value": 0.001, "adjusted_p_value": 0.002, "significant": True, "scope": "settings",
            "documents": 400}  # fmt: skip


def whole():
    """Return a made-up report with every part."""
    report = grown(explained(perturbed(joined())))
    report["models"]["linear_nb"]["prompted"] = asked()
    report["study"]["scaled"] = [{"setting": "seeds", "full": [1, 2, 3], "used": [1, 2]}]
    report["phases"] = phased()["phases"]
    report["architectures"]["bilstm_attention"] = {
        "inputs": {"input_ids": ["batch", "time"]}, "steps": [{**STEP, "steps": [dict(STEP)]}],
        "parameters": {"total": 18, "trainable": 18, "frozen": 0},
    }  # fmt: skip
    examples = [{**DOCUMENT, "probability": 0.9}]
    report["errors"] = {
        "documents": 400, "asked": ["linear_nb", "bilstm_attention"],
        "confusions": {"linear_nb": [{"true": "a", "predicted": "b", "count": 4, "examples": examples}]},
        "shared": {"count": 4, "unanimous": 3, "expected": 1.2,
                   "examples": [{**DOCUMENT, "answers": {"linear_nb": "b"}}]},
        "label_issues": {"count": 1, "examples": [{**examples[0], "suggested": "b"}]},
        "reliability": {"linear_nb": [{"confidence": 0.5, "accuracy": 0.4, "count": 40}]},
        "calibration": {"linear_nb": {"mean": 0.06, "low": 0.03, "high": 0.09, "floor": {"mean": 0.03, "high": 0.04},
                                      "p_value": 0.01, "adjusted_p_value": 0.02, "above_floor": True, "gap": 0.05}},
        "abstention": {"linear_nb": {
            "area": 0.1, "curve": [{"answered": 1.0, "error": 0.3}],
            "answers": [{"wanted": 0.05, "thresholds": [0.9, None], "answered": 0.5,
                         "error": {"mean": 0.04, "low": 0.02, "high": 0.06}}],
            "sets": [{"wanted": 0.9, "coverage": {"mean": 0.9, "low": 0.88, "high": 0.92}, "size": 1.4, "single": 0.6,
                      "empty": 0.0}],
        }},
    }  # fmt: skip
    report = grouped(report)
    report.update({key: scrutinised(sample())[key] for key in ("scrutiny", "exposure")})
    report["changes"] = {
        "kept": "2026-11-20T10:00:00+00:00", "models": {"linear_nb": COMPARED, "product": {"status": "added"}},
        **{part: [DIFFERENCE] for part in ("settings", "data", "code", "software")},
    }  # fmt: skip
    report["audit"]["warnings"] = [
        {"kind": "class lost", "step": "clean", "setting": "clean.quotes", "line": 1, "labels": ["thanks"],
         "documents": 8, "text": "A class is lost."}
    ]  # fmt: skip
    report["models"]["linear_nb"]["collapsed"] = [{"seed": 1, "label": "a", "share": 0.96, "true_share": 0.25}]
    losses = {"log_loss": 0.9, "brier_score": 0.4, "expected_calibration_error": 0.08}
    report["models"]["bilstm_attention"]["temperature"] = {
        "documents": 40, "values": [1.2, 1.3],
        **{when: {"validation": losses, "test": losses} for when in ("before", "after")},
    }  # fmt: skip
    row = {"model": "bilstm_attention", "accuracy": 0.6, "start_seconds": 0.4, "memory_mb": 150.0, "latency_ms": 2.0,
           "latency_ms_low": 1.9, "latency_ms_high": 2.2, "documents_per_second": 700.0}  # fmt: skip
    against = {"difference": 0.0, "low": -0.004, "high": 0.004, "equivalent": True, "agreement": 0.99,
               "largest_difference": 0.1, "times_as_fast": 4.0, "times_as_fast_low": 3.5, "times_as_fast_high": 4.2,
               "documents": 400}  # fmt: skip
    report["exports"] = [
        {**row, "format": "torch", "megabytes": None, "against": None},
        {**row, "format": "int8", "megabytes": 24.0, "against": against},
    ]
    report["encodings"]["wordpieces"] |= {
        "buckets": 500, "word_ngrams": 2, "character_ngrams": [3, 5],
        "distilled": {"encoder": "minilm", "tokens": 30522, "variance": 0.9, "seconds": 20.0},
    }  # fmt: skip
    report["findings"] = [
        {"chapter": "results", "kind": "best", "text": "One is best.", "evidence": {"model": "linear_nb"}}
    ]
    return {**report, "decision": decide(check(report))}


@pytest.fixture(scope="module")
def schema():
    return json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text(encoding="utf-8"))


def test_made_up_reports_obey_it(schema):
    for report in (whole(), sample()):
        check(report)
        jsonschema.validate(report, schema)


def at(value, path):
    """Return the mapping that a path leads to."""
    for part in path:
        value = value[part]
    return value


FAULTS = {
    "unknown": (["models", "linear_nb", "test", "accuracy"], {"median": 0.5}, "models.linear_nb.test.accuracy.median"),
    "misspelt metric": (["models", "linear_nb", "test"], {"acuracy": {}}, "models.linear_nb.test.acuracy"),
    "text for a number": (["leakage", "variants", 1], {"accuracy": "0.5"}, r"leakage.variants\[1\].accuracy"),
    "a part for a count": (["ledger", 0], {"documents_out": 9.5}, r"ledger\[0\].documents_out"),
    "not a number": (["pairs", 2], {"p_value": float("nan")}, r"pairs\[2\].p_value"),
    "infinite": (["models", "product", "seconds"], {"train": float("inf")}, "models.product.seconds.train"),
    "null": (["corpus", "words"], {"median": None}, "corpus.words.median"),
    "deep": (["architectures", "bilstm_attention", "steps", 0, "steps", 0], {"size": 3},
             r"architectures.bilstm_attention.steps\[0\].steps\[0\].size"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "change", "named"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(path, change, named):
    report = whole()
    at(report, path).update(change)
    with pytest.raises(StudyError, match=named):
        check(report)


def test_a_missing_key_is_named_and_others_are_counted():
    report = whole()
    del report["robustness"]["models"]["linear_nb"]["clean"]["accuracy"]["low"], report["memory"]
    with pytest.raises(StudyError, match=r"robustness\.models\.linear_nb\.clean\.accuracy\.low.*, and 1 more\."):
        check(report)


def keys(value):
    """Yield every key of a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_every_key_of_the_schema_is_in_a_report(schema, tmp_path):
    """A key that nothing writes any more would be documented for ever."""
    write_json(tmp_path / "report.json", check(whole()))
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(written, schema)
    parts = [schema, *schema["$defs"].values()]
    documented = {key for part in parts for key in part["properties"]}
    assert documented == set(keys(written)) & documented


def test_the_page_names_the_contract_and_every_key(schema):
    page = (ROOT / "docs" / "reference" / "report-json.md").read_text(encoding="utf-8")
    contract = page[: page.index("\n## study\n")]
    public = ["ledger", "audit.overlaps", *(f"models.NAME.{key}" for key in ("test", "parameters", "seconds"))]
    assert all(f"\n| `{path}` |" in contract for path in [*public, "models.NAME.validation"])
    for name, part in schema["$defs"].items():
        assert part["description"], name
        assert all(re.search(rf"\n\| `([^`]*[.\]])?{key}` \|", page) for key in part["properties"]), name


def test_the_schema_is_light_to_import():
    heavy = "{'torch', 'pandas', 'numpy', 'transformers'}"
    code = f"import sys, textstudy.report.schema; print(sorted({heavy} & set(sys.modules)))"
    scripts = ROOT / "workflow_scripts"
    done = subprocess.run([sys.executable, "-c", code], cwd=scripts, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_checking_leaves_the_report_alone():
    report = whole()
    before = copy.deepcopy(report)
    check(report)
    assert report == before
