"""A run of the real DAG: what it leaves, what a second run does, and what a mistake says."""

import json
import re
import shlex
import subprocess
import sys
from collections import Counter

import pytest
import yaml
from huggingface_hub import ModelCard

from textstudy.storage.files import read_json
from textstudy.storage.tables import PREDICTIONS, SPLIT, group_kinds, read_table

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def report(finished) -> dict:
    return read_json(finished.folder / "results/studies/tiny/report.json")


def test_the_report_is_there_in_three_forms(finished):
    folder = finished.folder / "results/studies/tiny"
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert not list((finished.folder / "results").rglob("*.pkl"))


def test_a_page_opens_the_reports(finished):
    page = (finished.folder / "results/report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+)"', page)
    assert sorted(set(links)) == [f"studies/tiny/report.{kind}" for kind in ("html", "json", "pdf")]
    assert all((finished.folder / "results" / link).is_file() for link in links)


SAME = """
import pandas as pd, numpy as np
kept = pd.read_parquet("results/models/tiny/{model}/1/predictions.parquet").query("split == 'test'")
texts = pd.read_parquet("results/prepared/tiny/split.parquet").set_index("id").loc[kept["id"], "text"]
assert np.array_equal(model.predict_proba(texts, clean=False), np.stack(kept["probabilities"]))
assert set(labels) <= set(model.classes_) and probabilities.shape == (1, len(model.classes_))
"""


@pytest.mark.parametrize("model", ["linear_nb", "lstm_attention"])
def test_the_code_of_a_card_predicts_what_its_run_predicted(finished, model):
    card = ModelCard.load(finished.folder / f"results/models/tiny/{model}/1/README.md")
    assert card.data.license == "mit" and card.data.model_name == f"tiny-{model}-1"
    code = re.search(r"```python\n(.*?)\n```", card.text, flags=re.S)[1]
    code += SAME.replace("{model}", model)
    subprocess.run([sys.executable, "-c", code], cwd=finished.folder, check=True, env=finished.environment())


def test_a_finished_study_predicts_on_the_command_line(finished, tmp_path):
    texts, answers = tmp_path / "texts.csv", tmp_path / "answers.jsonl"
    texts.write_text("id,body\na,My disk and its controller do not start any more\nb,\n", encoding="utf-8")
    said = finished.textstudy("predict", "tiny", str(texts), "--model", "linear_nb", "--out", str(answers))
    assert "2 rows: 1 predicted, 1 without text" in said
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["note"]) for row in rows] == [("a", ""), ("b", "no text")]
    assert 0 < rows[0]["probability"] <= 1 and rows[1]["label"] is None


def test_the_public_keys_of_report_json(report):
    for model in report["models"].values():
        for split in ("validation", "test"):
            for metric in ("accuracy", "macro_f1"):
                numbers = model[split][metric]
                assert 0 <= numbers["low"] <= numbers["mean"] <= numbers["high"] <= 1
        assert model["parameters"]["total"] == model["parameters"]["trainable"] + model["parameters"]["frozen"] > 0
        assert model["seconds"]["train"] > 0
    for line in report["ledger"]:
        assert {"step", "documents_in", "documents_out", "reason"} <= set(line)
    final = [row for row in report["audit"]["overlaps"] if row["stage"] == "split"]
    assert len(final) == 3 and all(row["exact"] == row["near"] == 0 for row in final)


def test_the_ledger_has_no_gaps(report):
    out = [line["documents_out"] for line in report["ledger"]]
    into = [line["documents_in"] for line in report["ledger"]]
    assert into[1:] == out[:-1]
    assert sum(report["corpus"]["documents"].values()) == out[-1]


def test_every_metric_comes_from_the_prediction_files(finished, report):
    path = finished.folder / "results/models/tiny/linear_nb/1/predictions.parquet"
    predictions = read_table(path, PREDICTIONS).query("split == 'test'")
    accuracy = (predictions["label"] == predictions["predicted"]).mean()
    assert report["models"]["linear_nb"]["test"]["accuracy"]["mean"] == pytest.approx(accuracy)


def test_splits_share_no_cluster(finished):
    split = read_table(finished.folder / "results/prepared/tiny/split.parquet", SPLIT)
    assert (split.groupby("cluster")["split"].nunique() == 1).all()


def test_groups_and_times_go_from_the_corpus_to_the_report(finished, report):
    """The demo has authors, threads and dates."""
    split = read_table(finished.folder / "results/prepared/tiny/split.parquet", SPLIT)
    assert group_kinds(split) == ["author", "thread"]
    train, test = (split[split["split"] == part] for part in ("train", "test"))
    counted = {row["kind"]: row["known"] for row in report["audit"]["groups"] if row["split"] == "test"}
    assert counted["author"] == test["group_author"].isin(train["group_author"]).sum()
    assert [row["split"] for row in report["audit"]["times"]] == ["train", "validation", "test"]
    assert {row["by"] for row in report["leakage"]["splits"]} >= {"time", "author"}
    assert "author" in [row["kind"] for row in report["errors"]["groups"]]
    page = (finished.folder / "results/studies/tiny/report.html").read_text(encoding="utf-8")
    assert all(f'id="{table}"' in page for table in ("table-groups", "table-times", "table-known-groups"))


def test_a_second_run_has_nothing_to_do(finished):
    assert finished.planned() == Counter()
    assert "Nothing to be done" in finished.snakemake("report")


def test_another_run_on_one_core_gives_the_same_bits(project):
    exact = ("*/split.parquet", "*/*/encoding.arrow", "*/*/1/weights.safetensors", "*/*/1/predictions.parquet")
    before = {
        path: path.read_bytes() for pattern in exact for path in (project.folder / "results").glob(f"*/{pattern}")
    }
    assert len(before) == 8
    ran = project.report("--cores", "1", "--forcerun", "parse", "--until", "evaluate")
    assert ran["encode_words"] == 1 and ran["train_lstm_attention"] == 1 and ran["evaluate"] == 3
    for path, content in before.items():
        assert path.read_bytes() == content, path


def test_the_command_in_the_report_is_the_one_that_made_it(project):
    """With an overlay too, which the command names; it then finds the report up to date."""
    overlay = project.folder / "config" / "longer.yaml"
    overlay.write_text("overrides: {tiny: {models: {linear_nb: {regularization: [0.5]}}}}")
    project.snakemake("report", "--configfile", "config/longer.yaml")
    (command,) = project.read_json("results/studies/tiny/report.json")["provenance"]["commands"]
    assert "--configfile config/longer.yaml" in command
    again = [sys.executable, "-m", *shlex.split(command)]
    environment = project.environment()
    done = subprocess.run(again, cwd=project.folder, capture_output=True, text=True, check=True, env=environment)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_a_misspelt_key_stops_the_run_with_one_sentence(project):
    study = project.study()
    study["models"]["lstm_final"]["hiden_size"] = 3
    project.write_study(study)
    output = project.snakemake("report", check=False)
    assert (
        "tiny.yaml: models.lstm_final.recurrent: 'hiden_size' is not a known key; did you mean 'hidden_size'?" in output
    )
    assert "Traceback" not in output


def test_a_leak_fails_the_run(project):
    """Make the deduplication blind: the audit finds what it left and stops everything after it."""
    project.edit(
        "workflow_scripts/deduplicate.py",
        "unique, duplicates, ledger = deduplicate(",
        "unique, duplicates, ledger = keep_all(",
    )
    project.edit(
        "workflow_scripts/deduplicate.py",
        "def main(",
        "def keep_all(cleaned, settings, processes):\n"
        "    unique, duplicates, ledger = deduplicate(cleaned, settings)\n"
        "    return cleaned.assign(cluster=cleaned['id']), duplicates, ledger\n\n\ndef main(",
    )
    output = project.snakemake("report", check=False)
    assert "Error in audit:" in output
    assert "rule train" not in output.split("Error in audit:")[1]


def test_snakemake_shows_the_reports_with_their_captions(finished, tmp_path):
    finished.snakemake("--report", str(tmp_path / "pipeline.html"))
    page = (tmp_path / "pipeline.html").read_text(encoding="utf-8")
    for shown in ("All studies", "every claim with its paired test", "training_loss", "drawn from its"):
        assert shown in page


def test_profiles_are_loaded_by_themselves(finished):
    assert "profiles/default" in finished.snakemake("report", "--dry-run")
    assert yaml.safe_load((finished.folder / "profiles/default/profile.yaml").read_text())["rerun-incomplete"]
