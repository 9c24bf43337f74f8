"""The command line on the real DAG: stages in one process, with all that Snakemake's options mean."""

import os
from collections import Counter
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.workflow

LIBRARY = "workflow_scripts/textstudy"
PREPARED = {"clean": 1, "deduplicate": 1, "split": 1, "audit": 1, "leakage": 1, "explore": 1}
REPORTED = {"collect": 1, "figures": 10, "render": 1, "index": 1}
NOTHING = "Nothing to be done"


def append(project, file: str, text: str) -> None:
    with (project.folder / file).open("a", encoding="utf-8") as stream:
        stream.write(text)


def change_cleaning(project) -> None:
    """Change the code of the cleaning, not what it computes."""
    append(project, f"{LIBRARY}/prepare/clean.py", "\nNEW = 1\n")


def change_dropout(project) -> None:
    study = project.study()
    study["models"]["lstm_final"]["dropout"] = 0.2
    project.write_study(study)


def change_statistics(project) -> None:
    append(project, f"{LIBRARY}/evaluate/comparison.py", "\nNEW = 1\n")


def break_step(project, script: str) -> None:
    """Let a script fail when it runs."""
    project.edit(f"workflow_scripts/{script}.py", "def main(snakemake):\n", "def main(snakemake):\n    raise OSError\n")


def files(project) -> dict[Path, int]:
    """Return when each result was last written."""
    return {path: path.stat().st_mtime_ns for path in (project.folder / "results").rglob("*")}


def planned_steps(project, *options: str) -> dict[str, str]:
    """Return step → its line of the plan."""
    lines = project.textstudy("plan", *options).splitlines()
    return {line.split()[1]: line for line in lines if line.startswith("│ ")}


def test_nothing_to_do_takes_one_look(finished):
    output = finished.textstudy("report")
    assert output.count(NOTHING) == 1
    assert "Stage" not in output and "Job stats" not in output


def test_a_cleaning_change_with_the_same_output_retrains_nothing(project):
    """The preparation runs; then the checksums are equal, and neither an encoding nor a model notices."""
    append(project, "Snakefile", "\nwith open('readings', 'a') as stream:\n    stream.write('x')\n")
    change_cleaning(project)
    assert project.report() == Counter({**PREPARED, **REPORTED}), "only the report's provenance names the new code"
    assert (project.folder / "readings").read_text() == "x", "the workflow is read once for all stages"
    assert NOTHING in project.textstudy("report")
    assert NOTHING in project.snakemake("report")


def test_a_stage_makes_only_what_the_report_needs(project):
    """A deleted file that nothing stale reads stays away."""
    deleted = project.folder / "results/encoded/tiny/words/encoding.arrow"
    deleted.unlink()
    assert project.report() == Counter()
    append(project, f"{LIBRARY}/report/index/index.md.j2", "\nOne more line.\n")
    assert project.report() == Counter({"index": 1})
    assert not deleted.exists()


def test_a_dry_run_lists_the_steps_once_and_runs_none(project):
    change_cleaning(project)
    before = files(project)
    output = project.textstudy("report", "--dry-run")
    assert output.count("rule clean:") == 1 and output.count("rule train_lstm_final:") == 1
    assert "Fewer steps may run than are listed" in output
    assert files(project) == before


def test_a_dry_run_of_what_surely_runs_makes_no_reservation(project):
    append(project, f"{LIBRARY}/report/page/report.md.j2", "\nOne more line.\n")
    output = project.textstudy("report", "-n")
    assert output.count("rule render:") == 1 and "Fewer steps" not in output


def test_a_failing_step_ends_the_run_with_its_log(project):
    break_step(project, "explore")
    change_statistics(project)
    output = project.textstudy("report", status=1)
    assert "Error in rule explore:" in output and "Unexpected error in explore" in output
    assert "rule compare" not in output


def test_with_keep_going_a_failing_step_runs_once_and_the_rest_goes_on(project):
    break_step(project, "explore")
    change_statistics(project)
    assert project.report("--keep-going", status=1) == Counter({"explore": 1, "compare": 1, "examine_errors": 1})


def test_with_keep_going_a_sound_study_gets_its_report_beside_a_broken_one(project):
    study = project.study()
    study["preparation"] = {"name": "broken", "corpus": {"kind": "table", "name": "mine", "path": "mine.csv"}}
    study["models"] = {"linear_nb": study["models"]["linear_nb"]}
    (project.folder / "config/studies/broken.yaml").write_text(yaml.safe_dump(study))
    (project.folder / "mine.csv").write_text("neither text nor labels\n")
    report = project.folder / "results/studies/tiny/report.html"
    report.unlink()
    ran = project.report("--keep-going", studies="broken,tiny", status=1)
    assert ran == Counter({"parse": 1, "render": 1}) and report.is_file()


def test_forced_steps_run_once(project):
    """In the first stage that needs them; later stages see that the encoding came out as it was."""
    forced = ("--forcerun", "encode_words", "results/models/tiny/linear_nb/1/README.md")
    assert "forced" in planned_steps(project, *forced)["encode_words"]
    assert project.report(*forced) == Counter({"encode_words": 1, "card": 1, **REPORTED})
    assert NOTHING in project.textstudy("report")


def test_what_cannot_be_listed_is_one_sentence(fresh):
    """Snakemake asks for the files of a corpus long before a script could say that something is wrong."""
    (fresh.folder / "texts").mkdir()
    (fresh.folder / "texts/a{b}.csv").touch()
    corpus = {"kind": "table", "name": "mine", "path": "texts"}
    models = {"linear_nb": {"architecture": "linear"}}
    fresh.write_study({"title": "Mine", "preparation": {"name": "mine", "corpus": corpus}, "models": models})
    for call in (("plan",), ("report", "--summary")):
        lines = fresh.textstudy(*call, status=1).splitlines()
        assert lines[-1].startswith("Error: texts/a{b}.csv cannot be read, because braces are wildcards")


def test_another_folder_of_results(project, tmp_path):
    """`--directory` and `--snakefile` mean what they mean to Snakemake, and to the plan."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project.folder / "results/models/tiny/linear_nb/1/README.md").unlink()
    options = ("--snakefile", f"{project.folder}/Snakefile", "--directory", str(project.folder))
    plan = project.textstudy("plan", *options, folder=elsewhere)
    assert "missing: results/models/tiny/linear_nb/1/README.md" in plan and "not known yet" not in plan
    assert project.report(*options, folder=elsewhere) == Counter({"card": 1})
    assert NOTHING in project.textstudy("report", *options, folder=elsewhere)
    assert not list(elsewhere.iterdir())


def test_a_folder_of_results_without_a_configuration(finished, tmp_path):
    """The workflow brings its own; the paths in studies count from the other folder."""
    (tmp_path / "brief.yaml").write_text("overrides: {tiny: {title: Briefly}}")
    options = ("--directory", str(tmp_path), "--configfile", os.path.relpath(tmp_path / "brief.yaml", finished.folder))
    plan = finished.textstudy("plan", *options)
    assert "missing: results/report.html" in plan
    finished.textstudy("report", *options, "--until", "clean")
    assert (tmp_path / "results/prepared/tiny/clean.parquet").is_file()


def test_targets_are_for_snakemake(finished):
    output = finished.textstudy("report", "results/report.html", status=1)
    assert "call `snakemake results/report.html`" in output and "Traceback" not in output


def test_options_that_run_nothing_are_passed_on(finished):
    assert "prepared\nreport\n" in finished.textstudy("report", "--list-target-rules")
    assert "results/report.html" in finished.textstudy("report", "--summary")


def test_an_unknown_option_is_refused(finished):
    assert "--corse" in finished.textstudy("report", "--corse", status=2)


def test_an_executor_of_a_cluster_runs_all_stages(project, monkeypatch):
    """One job is submitted as a script. Those of the last stage run here, which is quicker."""
    project.edit("Snakefile", "localrules:\n", "localrules:\n    collect,\n    figures,\n    render,\n    index,\n")
    append(project, f"{LIBRARY}/prepare/explore.py", "\nNEW = 1\n")
    submit = ("--executor", "submit", "--jobs", "2", "--seconds-between-status-checks", "0")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "plugins"))
    output = project.textstudy("report", *submit)
    assert output.index("Stage: prepared") < output.index("\nrule explore:") < output.index("Stage: report")
    assert "\nlocalrule render:" in output
    assert NOTHING in project.textstudy("report")


def test_the_plan_says_what_would_run_and_why(project):
    change_dropout(project)
    plan = " ".join(project.textstudy("plan").split())
    assert "train_lstm_final" in plan and "train_lstm_attention" not in plan
    assert "changed: its settings" in plan and "only if" not in plan
    assert "21 steps" in plan


def test_the_plan_marks_what_depends_on_an_earlier_stage(project):
    change_cleaning(project)
    plan = planned_steps(project)
    assert "changed: its code" in plan["clean"]
    assert "reads what is made again: results/prepared/tiny/unique." in plan["split"]
    for step in ("encode_words", "train_lstm_final", "evaluate", "render"):
        assert "only if these come out different" in plan[step]


def test_the_plan_of_a_finished_study_is_empty(finished):
    assert f"{NOTHING}: every result is up to date." in finished.textstudy("plan")
