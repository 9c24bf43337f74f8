"""What each step takes on 10,000 to a million documents: seconds, memory of all its processes, bytes of its outputs.

    python benchmarks/scale.py FOLDER --documents 10000 100000 1000000
    python benchmarks/scale.py FOLDER --letters 50000

The documents are generated: words after Zipf's law, 100 a document on average, five classes with words of their own,
5 % exact and 5 % near-duplicates. `--letters` adds texts made from one template to 10,000 documents. The steps run one
by one, each in a Snakemake call of its own, which takes some of its seconds; others should not use the machine.
FOLDER gets a copy of the project with its results. What has been measured there is kept, so a stopped benchmark goes on
where it was; `--again STEP` measures a step and those after it anew.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("Snakefile", "config.yaml", "config", "rules", "envs", "profiles", "workflow_scripts")
BATCH = 10_000  # documents generated at once
TYPES, COMMON = 1_000_000, 8000  # different words, and how many of them are frequent
LABELS = ["arts", "health", "law", "music", "sports"]
CLASS_TYPES, CLASS_SHARE = 2000, 0.03  # words of a class, and the share of a document's words that are among them
DUPLICATES, CHANGED = 0.05, 0.02  # share of exact and as many near-duplicates; share of words that the latter change
STEPS = {  # step → the file that makes Snakemake run it, and the folder of its outputs
    "parse": "results/corpora/{name}/documents.parquet",
    "clean": "results/prepared/{name}/clean.parquet",
    "deduplicate": "results/prepared/{name}/unique.parquet",
    "split": "results/prepared/{name}/split.parquet",
    "audit": "results/prepared/{name}/audit.json",
    "explore": "results/prepared/{name}/corpus.json",
    "leakage": "results/prepared/{name}/leakage.json",
    "encode_words": "results/encoded/{name}/words/encoding.arrow",
}
CLASSIFIERS = ("complement_nb", "svm", "logistic")
SAMPLED = 0.1  # seconds between two looks at the memory


def word_forms() -> pa.Array:
    """Return TYPES different made-up words, short ones first, as a language has them."""
    onsets = np.array([*"bdfghjklmnprstvwz", "br", "st", "tr"], object)
    vowels = np.array([*"aeiou", "ai", "ea", "ou"], object)
    syllables = np.add.outer(onsets, vowels).ravel()  # 160
    ranks = np.arange(TYPES)
    first, second, third = (syllables[ranks // len(syllables) ** place % len(syllables)] for place in range(3))
    shorter, short = ranks < len(syllables), ranks < len(syllables) ** 2
    return pa.array(np.where(shorter, first, np.where(short, first + second + "n", first + second + third)))


def documents(count: int, seed: int) -> Iterator[pa.Table]:
    """Yield tables of at most BATCH documents, `text` and `label`; duplicates are of documents in the same batch."""
    forms = word_forms()
    ranks = np.arange(TYPES)
    # Zipf's law as Mandelbrot wrote it, with the second, steeper part that large corpora have (Ferrer i Cancho and
    # Sole 2001): 50,000 different words in 5,000 documents, 700,000 in a million.
    weights = 1 / (ranks + 2.7)
    weights[COMMON:] = weights[COMMON] * (COMMON / ranks[COMMON:]) ** 1.7
    cumulated = np.cumsum(weights) / weights.sum()
    for start in range(0, count, BATCH):
        generator = np.random.default_rng([seed, start])
        size = min(BATCH, count - start)
        lengths = np.maximum(5, generator.lognormal(np.log(80), 0.67, size).astype(int))  # 100 words on average
        labels = generator.integers(len(LABELS), size=size)
        words = np.searchsorted(cumulated, generator.random(lengths.sum()))
        of_class = generator.random(len(words)) < CLASS_SHARE
        drawn = np.minimum(generator.zipf(1.3, of_class.sum()), CLASS_TYPES) - 1
        words[of_class] = 1000 + np.repeat(labels, lengths)[of_class] * CLASS_TYPES + drawn
        rows = np.split(words, np.cumsum(lengths)[:-1])
        originals = int(size * (1 - 2 * DUPLICATES))
        for copy in range(originals, size):
            original = generator.integers(originals)
            rows[copy], labels[copy] = rows[original].copy(), labels[original]
            if copy % 2:  # a near-duplicate
                changed = generator.random(len(rows[copy])) < CHANGED
                rows[copy][changed] = generator.integers(TYPES, size=changed.sum())
        order = generator.permutation(size)
        yield _table([rows[row] for row in order], labels[order], forms)


def letters(count: int, seed: int) -> Iterator[pa.Table]:
    """Yield a table of form letters: one text with two words of each letter's own, so that all are near-duplicates."""
    generator, forms = np.random.default_rng([seed, 1]), word_forms()
    template = generator.integers(5000, size=100)
    rows = np.tile(template, (count, 1))
    rows[:, [20, 80]] = generator.integers(10_000, size=(count, 2))
    yield _table(list(rows), generator.integers(len(LABELS), size=count), forms)


def _table(rows: list[np.ndarray], labels: np.ndarray, forms: pa.Array) -> pa.Table:
    offsets = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    words = forms.take(pa.array(np.concatenate(rows)))
    ends = pa.array(np.where(np.arange(len(words)) % 12 == 11, ".", ""))
    words = pc.binary_join_element_wise(words, ends, "")
    return pa.table(
        {
            "text": pc.binary_join(pa.ListArray.from_arrays(offsets, words), " "),
            "label": pa.array(LABELS).take(pa.array(labels)),
        }
    )


def copy_project(folder: Path) -> None:
    """Write a copy of the project to `folder`; what is there is kept, but for its code."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, folder / part, **({"dirs_exist_ok": True} if copy is shutil.copytree else {}))


def write_project(folder: Path, name: str, tables: Iterator[pa.Table]) -> None:
    """Write a copy of the project with a study of these documents to `folder`, unless they are there; update code."""
    copy_project(folder)
    models = {kind: {"architecture": "linear", "classifier": kind} for kind in CLASSIFIERS}
    study = {
        "title": "Scale",
        "preparation": {
            "name": name,
            "corpus": {"kind": "table", "name": name, "path": f"data/{name}.parquet"},
            "split": {"test": 0.1, "validation": 0.1},
        },
        "encodings": {"words": {"tokenizer": "words"}},
        "seeds": [1],
        "models": models,
    }
    (folder / "config" / "studies" / f"{name}.yaml").write_text(json.dumps(study))  # JSON is YAML
    path = folder / "data" / f"{name}.parquet"
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    writer, temporary = None, path.with_suffix(".part")
    for table in tables:
        writer = writer or pq.ParquetWriter(temporary, table.schema)
        writer.write_table(table)
    writer.close()
    temporary.rename(path)


def measure(folder: Path, name: str, target: str) -> dict[str, float]:
    """Run one step and return its `seconds`, `cpu_seconds`, peak `memory` (MB, of all processes) and `outputs` (MB)."""
    environment = os.environ | {"PYTHONPATH": str(folder / "workflow_scripts")}
    environment.setdefault("TEXTSTUDY_MIRROR", "")
    # Only files decide what runs: a step that has been measured does not run again because its code has changed.
    options = ["--cores", "2", "--rerun-triggers", "mtime", "--config", f"studies=[{name}]", "--"]
    command = [sys.executable, "-m", "snakemake", *options, target]
    started, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = [0.0]
    watch = threading.Thread(target=_watch_memory, args=(process.pid, peak), daemon=True)
    watch.start()
    output, _ = process.communicate()
    seconds, after = perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.join()
    if process.returncode:
        raise SystemExit(output[-4000:])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu_seconds": cpu, "memory": peak[0], "outputs": _new_megabytes(folder, output)}


def _watch_memory(pid: int, peak: list[float]) -> None:
    """Keep the largest sum of the memory of a process and all below it; pages that they share count once."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            peak[0] = max(peak[0], sum(map(_memory, [process, *process.children(recursive=True)])) / 1e6)
            threading.Event().wait(SAMPLED)
    except psutil.NoSuchProcess:
        return


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _new_megabytes(folder: Path, output: str) -> float:
    """Return the size of the outputs that Snakemake announced for its last job."""
    named = [line.split(":", 1)[1] for line in output.splitlines() if line.strip().startswith("output:")]
    return sum((folder / file.strip()).stat().st_size for file in ",".join(named).split(",") if file) / 1e6


def measure_steps(folder: Path, name: str, tables: Iterator[pa.Table], models: list[str], again: str | None) -> None:
    """Measure all steps on the documents of one study, and print them as they finish."""
    write_project(folder, name, tables)
    targets = {step: target.format(name=name) for step, target in STEPS.items()}
    for model in models:
        targets[f"train {model}"] = f"results/models/{name}/{model}/1/weights.safetensors"
        targets[f"evaluate {model}"] = f"results/models/{name}/{model}/1/predictions.parquet"
    kept = folder / f"measured-{name}.json"
    measured = json.loads(kept.read_text()) if kept.exists() else {}
    if again:
        steps = list(targets)
        for step in steps[steps.index(again) :]:
            measured.pop(step, None)
            (folder / targets[step]).unlink(missing_ok=True)
    print(f"\n{name}\n{'step':<24}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}{'output MB':>11}")
    for step, target in targets.items():
        if step not in measured:
            measured[step] = measure(folder, name, target)
            kept.write_text(json.dumps(measured, indent=1))
        _print_row(step, measured[step])
    rows = [measured[step] for step in targets]
    total = {key: sum(row[key] for row in rows) for key in rows[0]} | {"memory": max(row["memory"] for row in rows)}
    _print_row("all steps", total)


def _print_row(step: str, row: dict[str, float]) -> None:
    seconds, cpu, memory, outputs = (row[key] for key in ("seconds", "cpu_seconds", "memory", "outputs"))
    print(f"{step:<24}{seconds:>9.1f}{cpu:>9.1f}{memory:>9.0f}{outputs:>11.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, nargs="*", default=[])
    parser.add_argument("--letters", type=int, nargs="*", default=[])
    parser.add_argument("--models", nargs="*", choices=CLASSIFIERS, default=["complement_nb"])
    parser.add_argument("--again", metavar="STEP", help="measure this step and those after it anew")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for count in arguments.documents:
        tables = documents(count, arguments.seed)
        measure_steps(folder, f"documents-{count}", tables, arguments.models, arguments.again)
    for count in arguments.letters:
        tables = (
            table for part in (letters(count, arguments.seed), documents(10_000, arguments.seed)) for table in part
        )
        measure_steps(folder, f"letters-{count}", tables, arguments.models, arguments.again)


if __name__ == "__main__":
    main()
