"""What each step of a study of two thousand labels takes: seconds, memory, megabytes of its outputs.

    python benchmarks/check_labels.py [FOLDER] --labels 2000

The documents are generated: ten short ones a label, with words that mostly tell the label; some labels are long, some
hold odd characters, some are written from right to left, some are alike. FOLDER gets a copy of the project with its
results; without it they are deleted. Others should not use the machine.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scale import copy_project

DOCUMENTS, WORDS = 10, 30  # of a label, of a document
TELLING = 0.07  # share of a document's words that only its label has
ALIKE = 35  # of the words that tell a label, two neighbours share this many in a hundred
REPORT_STEPS = ("compare", "examine_errors", "scrutinize", "collect", "figures", "render", "card", "index")
NAME = "labels"


def label_names(count: int) -> list[str]:
    """Return different labels, as people write them: plain, long, with marks, in Hebrew, nearly alike."""
    long = "a label that says at length what all the documents that bear it have in common, with its number: {}"
    forms = (
        "topic {}",
        "Topic {}",
        "topic  {}.x",
        "a|b {} *c* <i>&amp;</i>",
        "שלום עולם {}",
        "مرحبا {}",
        "数字 {}",
        long,
    )
    return [forms[number % len(forms)].format(number) for number in range(count)]


def write_corpus(path: Path, labels: list[str]) -> None:
    """Write a CSV file with `text` and `label`."""
    generator = np.random.default_rng(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label"])
        for number, label in enumerate(labels):
            for _ in range(DOCUMENTS):
                common = generator.zipf(1.2, WORDS) % 20_000
                tells = generator.random(WORDS) < TELLING
                # A few of the words are of the next label's, so that neighbours are taken for each other.
                of = number + (generator.integers(100, size=WORDS) < ALIKE)
                telling = (of % len(labels)) * 3 + generator.integers(3, size=WORDS)
                words = [
                    f"sign{told}" if tell else f"word{word}"
                    for tell, told, word in zip(tells, telling, common, strict=True)
                ]
                rows.writerow([" ".join(words), label])


def study() -> dict:
    """Return the study: two linear models, so that there is a pair to compare."""
    model = {"architecture": "linear", "classifier": "complement_nb", "regularization": [0.1]}
    return {
        "title": "Very many labels",
        "preparation": {
            "name": NAME,
            "corpus": {"kind": "table", "name": NAME, "path": f"data/{NAME}.csv"},
            "split": {"test": 0.2, "validation": 0.2},
        },
        "encodings": {},
        "seeds": [1],
        "models": {"words": {**model, "word_ngrams": [1, 1]}, "pairs_of_words": {**model, "word_ngrams": [1, 2]}},
        "explanations": {"documents": 4},
        "perturbations": {"documents": 200, "shares": [0.2]},
    }


def measure(folder: Path) -> list[dict]:
    """Make the report, and return a row a step: `step`, `seconds`, `memory` (the peak, MB)."""
    environment = {"TEXTSTUDY_MIRROR": "", **os.environ, "PYTHONPATH": str(folder / "workflow_scripts")}
    command = [sys.executable, "-m", "textstudy", "report", "--cores", "1", "--config", f"studies=[{NAME}]"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    rows = []
    for path in (folder / "results" / "benchmarks").rglob("*.tsv"):
        with path.open() as file:
            row = next(csv.DictReader(file, delimiter="\t"))
        step = path.relative_to(folder / "results" / "benchmarks").with_suffix("").as_posix()
        rows.append(
            {
                "step": step,
                "seconds": float(row["s"]),
                "memory": float(row["max_rss"].replace("NA", "nan")),
                "made": path.stat().st_mtime,
            }
        )
    return sorted(rows, key=lambda row: row["made"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--labels", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        copy_project(folder)
        (folder / "data").mkdir(exist_ok=True)
        (folder / "config" / "studies" / f"{NAME}.yaml").write_text(json.dumps(study()))  # JSON is YAML
        write_corpus(folder / "data" / f"{NAME}.csv", label_names(arguments.labels))
        rows = measure(folder)
        for row in rows:
            print(f"{row['step']:<50}{row['seconds']:>9.1f} s{row['memory']:>9.0f} MB")
        of_report = [row for row in rows if row["step"].split("/")[0] in REPORT_STEPS]
        seconds, memory = sum(row["seconds"] for row in of_report), max(row["memory"] for row in of_report)
        print(f"{'the steps of the report, after one another':<50}{seconds:>9.1f} s{memory:>9.0f} MB")


if __name__ == "__main__":
    main()
