"""How often `textstudy watch` cries wolf, what it sees, and how near its estimated accuracy comes: `make check-watch`.

Without a change, held-out documents are compared with others of the same kind, drawn at random, 200 times a corpus.
Then come real and made changes, with labels, so that the estimated accuracy stands beside the measured one. With a
mirror the texts are 20 Newsgroups and reviews, else only those of the demo. Minutes on two cores.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from rates import Rate, show
from tqdm import tqdm

from textstudy.corpora import demo, newsgroups, sst
from textstudy.encode.words import encode_words
from textstudy.perturb.perturb import perturb
from textstudy.prepare.clean import clean
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.split import split
from textstudy.report.language.numbers import interval
from textstudy.runs import Facts, Run, RunFiles
from textstudy.settings.corpora.demo import DemoCorpus
from textstudy.settings.data import Clean, Deduplicate, Split, WordsEncoding
from textstudy.settings.models.base import ModelSettings
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.storage.tables import SPLIT, write_table
from textstudy.train.linear import train_linear
from textstudy.use.usage import read_usage, write_usage
from textstudy.use.watch.command import watch
from textstudy.use.watch.compare import compare
from textstudy.use.watch.estimate import estimate_accuracies
from textstudy.use.watch.groups import group_numbers
from textstudy.use.watch.measure import Gauge, Measured
from textstudy.use.watch.prepare import read_held_out
from textstudy.use.watch.verdict import Thresholds, alarms

DRAWS, SIZE, FRESH = 200, 500, 1_500  # without a change; documents on a side; documents kept for changes
LINEAR = LinearModel(architecture="linear", classifier="svm")
NETWORK = RecurrentModel(
    architecture="recurrent", encoding="words", layers=1, hidden_size=48, embeddings="random", embedding_size=64,
    embedding_dropout=0.4, training={"epochs": 4, "batch_tokens": 4096, "learning_rate": 4e-3, "schedule": "cosine"},
)  # fmt: skip
Cases = dict[str, tuple[pd.DataFrame, bool | None]]  # new documents, and whether they changed; None: too little to say
ESTIMATES = ("thresholded", "by_difference")
GERMAN = ("der", "die", "das", "und", "ist", "nicht", "ein", "mit", "auf", "für", "von", "dem", "zu", "sich", "auch")


def prepare(documents: pd.DataFrame, folder: Path, **cleaning: bool) -> tuple[Path, dict]:
    """Write the split table of documents that no official part divides, and return it with its settings."""
    settings = {"clean": Clean(**cleaning), "deduplicate": Deduplicate(), "split": Split(test=0.3, validation=0.1)}
    settings = {name: each.model_dump(mode="json") for name, each in settings.items()} | {"corpus": {}}
    cleaned, _ = clean(documents.assign(official_split=""), settings["clean"])
    divided, _ = split(deduplicate(cleaned, settings["deduplicate"])[0], settings["split"])
    write_table(divided, folder / "split.parquet", SPLIT)
    return folder / "split.parquet", settings


def train(model: ModelSettings, table: Path, settings: dict) -> Path:
    """Train a run and return its folder, which says how it is used."""
    frame, folder = pd.read_parquet(table), table.parent / model.architecture
    facts = Facts(**{field.name: getattr(model, field.name) for field in fields(Facts)})
    run = Run(RunFiles(folder), model.model_dump(mode="json"), facts, seed=1, code="benchmark")
    files = {}
    if model.learner == "linear":
        train_linear(run, frame)
    else:
        from textstudy.train.network import train_network

        encode_words(frame, WordsEncoding(tokenizer="words").model_dump(mode="json"), table.parent / "words")
        files["encoding"] = str(table.parent / "words" / "encoding.arrow")
        found = replace(run, files=replace(run.files, encoding_folder=table.parent / "words"))
        train_network(found, checkpoint_root=table.parent / "checkpoints")
    described = {
        "model": model.architecture, "title": model.architecture, "seed": 1, "study": "check", "preparation": settings,
        "stop_words": None, "files": files, "members": {}, "refits": None, "split": str(table),
    }  # fmt: skip
    write_usage(folder / "usage.json", described)
    return folder


def false_alarms(name: str, run: Path, *, groups: str | None = None) -> Iterator[Rate]:
    """Yield how often documents of one kind, divided at random, are taken for changed.

    Args:
        groups: the kind of groups that stay whole in the division.
    """
    usage = read_usage(run)
    held_out = read_held_out(usage)
    held_out = held_out[held_out["split"] == "test"]
    measured = Gauge(usage).measure(held_out["text"].tolist(), "held-out documents")
    known, size = held_out[["split", "label"]].to_numpy(str), min(SIZE, len(held_out) // 2)
    kinds = group_numbers(held_out)
    codes = kinds[groups] if groups else np.arange(len(held_out))
    found, drops = 0, 0
    for draw in tqdm(range(DRAWS), name, disable=None):
        generator = np.random.default_rng(draw)
        first = (generator.random(codes.max() + 1) < 0.5)[codes]
        old, new = (generator.permutation(np.flatnonzero(side))[:size] for side in (first, ~first))
        sides = [_take(measured, rows) for rows in (old, new)]
        unlabelled = np.full(len(new), "")
        accuracies = estimate_accuracies(sides[0].frame, known[old], sides[1].frame, unlabelled)
        comparison = compare(*sides, [pd.factorize(numbers[old])[0] for numbers in kinds.values()])
        passed = alarms(comparison.adjusted, accuracies, Thresholds())
        found += bool(passed)
        drops += any("accuracy" in sentence for sentence in passed)
    whole = f", each {groups} wholly on one side" if groups else ""
    yield Rate(f"{name}: false alarms, {size} documents a side{whole}", 0, 0.05, found / DRAWS)
    yield Rate(f"{name}: of which for a drop of the accuracy{whole}", 0, 0.05, drops / DRAWS)


def _take(measured: Measured, rows: np.ndarray) -> Measured:
    texts = [measured.texts[row] for row in rows]
    return Measured(texts, measured.probabilities[rows], measured.frame.iloc[rows].reset_index(drop=True))


def changes(name: str, run: Path, cases: Cases) -> Iterator[Rate]:
    """Yield whether each change is seen, and print the estimated beside the measured accuracy."""
    distances = []
    for case, (new, changed) in cases.items():
        path = run / "new.csv"
        new[["text", "label"]].to_csv(path, index=False)
        result = watch(run, path, run / "watch", thresholds=Thresholds(), labels="label")
        accuracy = result["accuracy"]
        seen = [each["feature"] for each in result["changes"] if each["adjusted_p_value"] < 0.01]
        shown = "  ".join(f"{how} {interval(accuracy[how])}" for how in ("measured", *ESTIMATES))
        print(f"     {name}, {case}: {shown}; held out {interval(accuracy['held_out'])}")
        print(f"     changed: {', '.join(seen) or 'nothing'}")
        least, most = (0, 1) if changed is None else (changed, changed)
        yield Rate(f"{name}, {case}: {'taken for a change' if changed is False else 'seen'}", least, most, bool(seen))
        distances.append([abs(accuracy[how]["mean"] - accuracy["measured"]["mean"]) for how in ESTIMATES])
    for how, each in zip(ESTIMATES, np.transpose(distances), strict=True):
        what = f"{name}: median distance of the estimate {how} from the measured accuracy"
        yield Rate(what, 0, 0.06, float(np.median(each)))
        print(f"     at most {max(each):.1%}")


def made_changes(fresh: pd.DataFrame) -> Cases:
    """Return fresh documents as they are, and with changes that are made."""
    labels = sorted(fresh["label"].unique())
    cases = {
        "fresh documents": (fresh, False),
        "typos in 10 % of the words": (fresh.assign(text=[_typos(text, 0.1) for text in fresh["text"]]), True),
        "typos in 30 % of the words": (fresh.assign(text=[_typos(text, 0.3) for text in fresh["text"]]), True),
        "German words in a fifth of them": (fresh.assign(text=_german(fresh["text"])), True),
        "without one class": (fresh[fresh["label"] != labels[0]], True if len(labels) < 5 else None),
        "the first 20 words": (fresh.assign(text=[" ".join(text.split()[:20]) for text in fresh["text"]]), True),
    }
    if len(labels) >= 5:
        cases["without a fifth of the classes"] = fresh[~fresh["label"].isin(labels[: len(labels) // 5])], True
    return cases


def _typos(text: str, share: float) -> str:
    return perturb(text, "combination", share=share, generator=np.random.default_rng(len(text))).text


def _german(texts: pd.Series) -> list[str]:
    generator = np.random.default_rng(0)
    return [
        " ".join(word if generator.random() < 0.3 else generator.choice(GERMAN) for word in text.split())
        if place % 5 == 0
        else text
        for place, text in enumerate(texts)
    ]


def check_demo(folder: Path) -> Iterator[Rate]:
    """Check on the demo's own corpus."""
    documents = demo.read(None, DemoCorpus(kind="demo").model_dump(mode="json"))
    run = train(LINEAR, *prepare(documents, folder / "demo"))
    yield from false_alarms("demo", run)
    yield from false_alarms("demo", run, groups="thread")


def check_newsgroups(folder: Path, mirror: Path) -> Iterator[Rate]:
    """Check on 20 Newsgroups: the model knows messages from before a day, the future ones are later."""
    documents = newsgroups.read(mirror / "20newsgroups", {"groups": None, "sample": None})
    past, future = (documents[documents["official_split"] == part] for part in ("train", "test"))
    fresh = past.sample(FRESH, random_state=1)
    table, settings = prepare(past.drop(fresh.index), folder / "newsgroups")
    run = train(LINEAR, table, settings)
    yield from false_alarms("newsgroups", run)
    yield from false_alarms("newsgroups", run, groups="thread")
    cases = made_changes(fresh)
    cases = {case: cases[case] for case in cases if not case.startswith("typos") and "20" not in case}
    cases["past and future"] = future.sample(FRESH, random_state=1), True
    yield from changes("newsgroups", run, cases)


def check_reviews(folder: Path, mirror: Path) -> Iterator[Rate]:
    """Check on reviews of Amazon: those of many goods to learn from, then others, and sentences on films."""
    table = pd.read_csv(mirror / "reviews" / "amazon-reviews-16k.csv.gz", keep_default_na=False)
    table = table.assign(text=table["title"] + "\n\n" + table["text"], label=table["label"].map({0: "bad", 1: "good"}))
    known = table[table["source"] == "marc-en"]
    fresh = known.sample(FRESH, random_state=1)
    plain = {"headers": False, "quotes": False, "signatures": False, "blocks": False, "minimum_characters": 1}
    films = sst.read(mirror / "sst", {"phrases": False})
    films = films[~films["label"].str.startswith("3")]
    films = films.assign(label=np.where(films["label"].str[0] < "3", "bad", "good"))
    cases = {
        **made_changes(fresh),
        **{f"reviews of {part}": (each, True) for part, each in table[table["source"] != "marc-en"].groupby("part")},
        "sentences on films": (films.sample(FRESH, random_state=1), True),
    }
    prepared = prepare(known.drop(fresh.index), folder / "reviews", **plain)
    for model in (LINEAR, NETWORK):
        yield from changes(f"reviews, {model.architecture}", train(model, *prepared), cases)


if __name__ == "__main__":
    mirror = Path(os.environ.get("TEXTSTUDY_MIRROR") or "../shared/mirror")
    with tempfile.TemporaryDirectory() as folder:
        failed = show(check_demo(Path(folder)))
        if (mirror / "SHA256SUMS").is_file():
            failed += show(check_newsgroups(Path(folder), mirror)) + show(check_reviews(Path(folder), mirror))
    sys.exit(bool(failed))
