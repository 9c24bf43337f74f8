"""Only stale steps rerun: edit by edit, on the real DAG, the exact set of rules that follow."""

import subprocess
import sys
from collections import Counter

import pytest

pytestmark = pytest.mark.workflow

LIBRARY = "workflow_scripts/textstudy"
DATA = {"parse": 1, "clean": 1, "deduplicate": 1, "split": 1, "audit": 1, "leakage": 1, "explore": 1, "encode_words": 1}
DRAWN = {"figures": 10, "render": 1}
REPORTED = {"collect": 1, "index": 1, **DRAWN}
COMPARED = {"compare": 1, "examine_errors": 1, "scrutinize": 1, **REPORTED}
MEASURED = {"measure_costs": 1, **COMPARED}
ONE_RUN = {"evaluate": 1, "describe": 1, "card": 1, **MEASURED}
NETWORKS = {"train_lstm_final": 1, "train_lstm_attention": 1, "evaluate": 2, "describe": 2, "card": 2, **MEASURED}
EVERYTHING_AFTER_DATA = {**NETWORKS, "train_linear_nb": 1, "evaluate": 3, "describe": 3, "card": 3}


def change_study(change):
    """An edit of the study file: `change` works on the parsed study."""

    def edit(project):
        study = project.study()
        project.write_study(change(study) or study)

    return edit


def replace(file, old, new):
    return lambda project: project.edit(f"{LIBRARY}/{file}", old, new)


def append(file, text):
    def edit(project):
        path = project.folder / file
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        path.write_text(before + text, encoding="utf-8")

    return edit


def append_to_each(*modules):
    def edit(project):
        for module in modules:
            append(f"{LIBRARY}/{module}", "\nSIZE = 3\n")(project)

    return edit


def touch_everything(project):
    """As a fresh `git checkout` does: every source file new, contents the same."""
    for folder in ("rules", "config", "workflow_scripts", "envs"):
        for path in (project.folder / folder).rglob("*"):
            path.touch()
    (project.folder / "Snakefile").touch()


def touch_results(project):
    for path in (project.folder / "results").rglob("*.parquet"):
        path.touch()


def reformat(project):
    """Another line length: every module laid out anew."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "70", "-q", LIBRARY]
    subprocess.run(command, cwd=project.folder, check=True)


def reorder(study):
    return {key: study[key] if key == "models" else study[key] for key in reversed(study)} | {
        "models": {name: dict(reversed(study["models"][name].items())) for name in study["models"]}
    }


def set_in(path, value):
    def change(study):
        *parents, last = path.split(".")
        node = study
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value

    return change_study(change)


EDITS = {
    "nothing": (lambda project: None, {}),
    "a comment in the cleaning": (append(f"{LIBRARY}/prepare/clean.py", "\n# A remark.\n"), {}),
    "a docstring in the training loop": (
        replace("train/loop.py", '"""The training loop', '"""Here is the training loop'),
        {},
    ),
    "all modules reformatted": (reformat, {}),
    "every source touched, as by git checkout": (touch_everything, {}),
    "every result touched": (touch_results, {}),
    "another place for checkpoints": (append("config.yaml", "checkpoints: elsewhere\n"), {}),
    "study file reordered": (change_study(reorder), {}),
    "modules that no model here needs": (
        append_to_each("models/unused.py", "models/adapters.py", "train/together.py", "train/processes.py"),
        {},
    ),
    "the report template": (append(f"{LIBRARY}/report/page/report.md.j2", "\nOne more line.\n"), {"render": 1}),
    "the template of the index": (append(f"{LIBRARY}/report/index/index.md.j2", "\nMore.\n"), {"index": 1}),
    "the template of the cards": (append(f"{LIBRARY}/report/card/card.md.j2", "\nMore.\n"), {"card": 3}),
    "the style of all pages": (append(f"{LIBRARY}/report/page/page.css", "p { }\n"), {"render": 1, "index": 1}),
    "a figure": (append(f"{LIBRARY}/report/sections/curves/figures.py", "\nNEW = 7\n"), {"figures": 1, "render": 1}),
    "a table of a chapter": (append(f"{LIBRARY}/report/sections/results/tables.py", "\nNEW = 7\n"), {"render": 1}),
    "a caption of a chapter": (append(f"{LIBRARY}/report/sections/curves/curves.md.j2", "\nMore.\n"), {"render": 1}),
    "a finding of a chapter": (append(f"{LIBRARY}/report/sections/results/findings.py", "\nNEW = 7\n"), REPORTED),
    "what a kind of model states": (
        append(f"{LIBRARY}/settings/models/recurrent.py", "\nNEW = 7\n"),
        {"card": 2, **REPORTED},
    ),
    "the style of the figures": (append(f"{LIBRARY}/report/drawing/style.py", "\nNEW_WIDTH = 7\n"), DRAWN),
    "the title of the study": (set_in("title", "Renamed"), REPORTED),
    "what the author says of the texts": (set_in("data_statement.annotators", "Two students."), REPORTED),
    "the title of a model": (set_in("models.lstm_final.title", "Renamed"), {"card": 1, **REPORTED}),
    "the comparison": (
        append(f"{LIBRARY}/evaluate/comparison.py", "\nNEW = 1\n"),
        {"compare": 1, "examine_errors": 1, **REPORTED},
    ),
    "what the study compares": (set_in("comparisons", [["lstm_final", "linear_nb"]]), {"compare": 1, **REPORTED}),
    "what models get wrong": (
        append(f"{LIBRARY}/evaluate/errors.py", "\nNEW = 1\n"),
        {"examine_errors": 1, "scrutinize": 1, **REPORTED},
    ),
    "the metrics": (append(f"{LIBRARY}/evaluate/metrics.py", "\nNEW = 1\n"), {"evaluate": 3, "card": 3, **COMPARED}),
    "how costs are timed": (
        append(f"{LIBRARY}/evaluate/efficiency.py", "\nNEW = 1\n"),
        {"measure_costs": 1, **REPORTED},
    ),
    "models/attention.py": (
        append(f"{LIBRARY}/models/attention.py", "\nNEW = 1\n"),
        {"train_lstm_attention": 1, **ONE_RUN},
    ),
    "models/recurrent.py": (append(f"{LIBRARY}/models/recurrent.py", "\nNEW = 1\n"), NETWORKS),
    "models/linear.py": (
        append(f"{LIBRARY}/models/linear.py", "\nNEW = 1\n"),
        {"train_linear_nb": 1, **ONE_RUN},
    ),
    "the training loop": (append(f"{LIBRARY}/train/loop.py", "\nNEW = 1\n"), NETWORKS),
    "one model's hyperparameter": (
        set_in("models.lstm_final.dropout", 0.1),
        {"train_lstm_final": 1, **ONE_RUN},
    ),
    "a temperature": (
        set_in("models.lstm_final.temperature_scaling", True),
        {"evaluate": 1, "card": 1, **COMPARED},
    ),
    "an order of the classes": (set_in("preparation.ordinal", True), {"evaluate": 3, "card": 3, **COMPARED}),
    "one more seed": (
        set_in("seeds", [1, 2]),
        {"train_lstm_final": 1, "train_lstm_attention": 1, "evaluate": 2, "card": 2, **COMPARED},
    ),
    "one more model": (
        set_in("models.linear_svm", {"architecture": "linear", "classifier": "svm"}),
        {"train_linear_svm": 1, **ONE_RUN},
    ),
    "one model less": (change_study(lambda study: study["models"].pop("linear_nb") and None), MEASURED),
    "the vocabulary": (
        set_in("encodings.words.minimum_count", 3),
        {"encode_words": 1, **NETWORKS},
    ),
    "the seed of the split": (
        set_in("preparation.split.seed", 14),
        {"split": 1, "audit": 1, "leakage": 1, "explore": 1, "encode_words": 1, **EVERYTHING_AFTER_DATA},
    ),
    "the generator of the corpus": (
        append(f"{LIBRARY}/corpora/demo.py", "\nNEW = 1\n"),
        {**DATA, **EVERYTHING_AFTER_DATA},
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_reruns_exactly_what_depends_on_it(project, name):
    edit, expected = EDITS[name]
    edit(project)
    assert project.planned() == Counter(expected)


def test_a_cleaning_change_with_another_output_retrains_everything(project):
    set_in("preparation.clean.minimum_characters", 120)(project)
    project.run("data")
    assert project.planned() == Counter(EVERYTHING_AFTER_DATA)


def test_a_lost_report_is_made_again_and_nothing_else(project):
    (project.folder / "results/studies/tiny/report.html").unlink()
    assert project.planned() == Counter({"render": 1})
    (project.folder / "results/models/tiny/linear_nb/1/README.md").unlink()
    assert project.planned() == Counter({"render": 1, "card": 1})


def test_rendering_the_report_never_imports_torch(project, monkeypatch):
    """A stand-in torch that fails on import stands first on the path."""
    (project.folder / "poison").mkdir()
    (project.folder / "poison" / "torch.py").write_text("raise ImportError('torch was imported')\n")
    (project.folder / "poison" / "transformers.py").write_text("raise ImportError('transformers was imported')\n")
    for folder, template in (("page", "report"), ("index", "index"), ("card", "card")):
        append(f"{LIBRARY}/report/{folder}/{template}.md.j2", "\nOne more line.\n")(project)
    append(f"{LIBRARY}/report/drawing/style.py", "\nNEW_WIDTH = 7\n")(project)
    monkeypatch.setenv("PYTHONPATH", str(project.folder / "poison"))
    assert project.run() == Counter({"index": 1, "card": 3, **DRAWN})
