"""A made-up report that obeys the contract of report.json; its numbers are drawn, not measured."""

import math
import random
from collections import Counter
from typing import Any

from near import semantic_audit

from textstudy.report.findings import conclude
from textstudy.report.schema.report import check
from textstudy.settings.models import AS_MODEL

LABELS = ("comp.graphics", "rec.autos", "sci.space", "talk.religion.misc")
MODELS = {
    "linear_nb": ("linear", 0.71),
    "bilstm_attention": ("recurrent", 0.63),
    "distilbert_freeze": ("pretrained", 0.66),
}
TITLES = {
    "linear_nb": "TF-IDF + naive Bayes",
    "bilstm_attention": "BiLSTM + attention",
    "distilbert_freeze": "DistilBERT, frozen",
    "distilbert_hybrid": "DistilBERT, hybrid",
    "product": "weighted product of three",
    "linear_nb_refit": "TF-IDF + naive Bayes, on train + validation",
}
HEAD_EPOCHS = 3  # of a hybrid, before everything learns
VERSION = {"pandoc": "3.9", "python": "3.11.9", "torch": "2.13.0"}


def choice(**made: Any) -> dict[str, Any]:
    """What a run chose on validation, with every key that report.json has for it."""
    keys = ("regularization", "weights", "neighbours", "gamma", "temperature", "thresholds", "asked")
    return {**dict.fromkeys(keys), **made}


def restate(*models: dict[str, Any]) -> None:
    """Let models of a report state what kind they are, by their settings as they now stand."""
    for model in models:
        kind = AS_MODEL.validate_python(model["settings"])
        model.update(architecture=kind.architecture, **kind.facts())


def finished(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report with its findings and its decision, as `collect` leaves it: it has passed the schema."""
    return check(conclude(check({**report, "findings": []})))


def sample(
    *, labels: tuple[str, ...] = LABELS, models: dict[str, tuple[str, float]] | None = None, support: int = 100
) -> dict[str, Any]:
    """Return a report of `models` (name → architecture, test accuracy) with `support` test documents a label."""
    models = models or MODELS
    runs = {name: _model(name, kind, accuracy, labels, support) for name, (kind, accuracy) in models.items()}
    return check({
        "study": {
            "name": "sample", "title": "A made-up study", "description": "Which of these models reads best?",
            "synthetic": False, "scaled": [], "encoders": {"distilbert-base-uncased": "packaged-encoder"},
            "settings": {"preparation": {"name": "plain", "split": {"seed": 13, "validation": 0.2, "by": "label"}},
                         "seeds": [1, 2],
                         "encodings": {"words": {"tokenizer": "words", "augmentation": None},
                                       "wordpieces": {"tokenizer": "wordpieces", "augmentation": None}}},
        },
        "corpus": _corpus(labels, support),
        "ledger": ledger(labels),
        "audit": _audit(labels, support), "leakage": _leakage(support * len(labels)),
        "encodings": _encodings(labels),
        "architectures": {}, "errors": None, "robustness": None, "explanations": {}, "changes": None,
        "models": runs, "phases": [], "costs": measured(), "memory": memory(limit_gb=10.0),
        "pairs": _pairs(models, support * len(labels)),
        "confusions": {name: _confusions(model["confusion"], labels) for name, model in runs.items()},
        "reported": {
            "source": "A published report", "notes": ["It names no seed."],
            "models": {"bilstm_attention": {"test_accuracy": 0.629, "macro_f1": 0.6179, "parameters": 15_800_000}},
        },
        "findings": [],
        "provenance": _provenance(),
    })  # fmt: skip


def inference(milliseconds: float, *, spread: float = 0.05, **more: Any) -> dict[str, Any]:
    """Return the cost of a prediction that takes so long, give or take the share `spread` from round to round."""
    low, high = 1 - spread, 1 + spread
    return {
        "latency_ms_median": milliseconds, "latency_ms_low": low * milliseconds, "latency_ms_high": high * milliseconds,
        "latency_ms_p95": 1.6 * milliseconds, "cpu_ms": milliseconds,
        "documents_per_second": 3000 / milliseconds, "documents_per_second_low": low * 3000 / milliseconds,
        "documents_per_second_high": high * 3000 / milliseconds, "memory_mb": 97.5, "device_memory_mb": None,
        "device": "cpu", "threads": 1, "documents": 40, **more,
    }  # fmt: skip


def training_time(seconds: float, *, epoch: float | None = None) -> dict[str, Any]:
    """Return the seconds of trainings that all take so long."""
    return {"train": seconds, "train_low": seconds, "train_high": seconds, "cpu": 0.95 * seconds, "epoch": epoch}


def measured(*, other_cores: float = 0.02, load: float = 1.1) -> dict[str, Any]:
    """Return how costs were measured: on two cores, of which other programs used `other_cores`."""
    return {
        "rounds": 5, "documents": 40, "batch_documents": 100, "threads": 1, "cores": 2, "load_before": 1.9,
        "load_during": load, "other_cores": other_cores, "busy": other_cores >= 0.2, "training_load": 2.1,
        "training_cores": 2,
    }  # fmt: skip


def memory(*, limit_gb: float | None, train_mb: float = 3104.0) -> dict[str, Any]:
    """Return the peak of three steps, of which `train` took `train_mb`."""
    peaks = {"train": ("plain-bilstm_attention-2", train_mb), "features": ("plain-wordpieces", 2010.4),
             "clean": ("plain", 388.25)}  # fmt: skip
    return {
        "limit_gb": limit_gb,
        "steps": [
            {"step": step, "job": job, "peak_mb": peak, "limit_exceeded": bool(limit_gb and peak > 1000 * limit_gb)}
            for step, (job, peak) in peaks.items()
        ],
    }


def joined(**options: Any) -> dict[str, Any]:
    """Return the report of `sample`, with a hybrid, an ensemble and a refit among its models; `options` as there."""
    models = {**MODELS, "distilbert_hybrid": ("pretrained", 0.70), "linear_nb_refit": ("linear", 0.72)}
    models["product"] = ("ensemble", 0.74)
    report = sample(models=models, **options)
    found = report["models"]
    hybrid = found["distilbert_hybrid"]
    hybrid["settings"] |= {"strategy": "hybrid", "head_training": {"epochs": HEAD_EPOCHS, "learning_rate": 5e-5}}
    restate(hybrid)
    hybrid["parameters"] |= {"trainable": hybrid["parameters"]["total"], "frozen": 0}
    hybrid["devices"] = [{"device": "cuda", "precision": "bfloat16"}]
    for run in hybrid["history"]:
        for epoch in run["epochs"]:
            epoch["phase"] = "head" if epoch["epoch"] <= HEAD_EPOCHS else "all"
    found["linear_nb_refit"].update(refits="linear_nb", validation=found["linear_nb"]["validation"])
    make_ensemble(report, "product", ["linear_nb", "bilstm_attention", "distilbert_hybrid"], method="pool")
    weights = {"linear_nb": 0.5, "bilstm_attention": 0.125, "distilbert_hybrid": 0.375}
    found["product"]["chosen"] = [
        choice(weights={name: weight + change for name, weight in weights.items()}) for change in (-0.02, 0.02)
    ]
    return report


def make_ensemble(report: dict[str, Any], name: str, members: list[str], *, method: str, **settings: Any) -> None:
    """Turn a model of a report into an ensemble of others."""
    read = {"fitted_on": "validation", "regularization": [0.001, 0.01, 0.1, 1.0], "training": {"epochs": 30}}
    size = 0 if method == "average" else len(members)
    made = {"architecture": "ensemble", "members": members, "method": method, **read, **settings}
    report["models"][name].update( encoder=None, history=[], gap=None, diagnosis=[],
        settings=AS_MODEL.validate_python(made).settings_read,
        members={member: report["models"][member]["parameters"]["total"] for member in members},
        parameters={"total": size, "trainable": size, "frozen": 0}, seconds=training_time(0.02),
    )  # fmt: skip
    restate(report["models"][name])


def ask(report: dict[str, Any], name: str, **changes: Any) -> None:
    """Turn a model of a report into a language model at an endpoint; `changes` of what it was asked and answered."""
    endpoint = {"url": "https://example.org/v1", "model": "small-chat", "key": "A_KEY"}
    settings = AS_MODEL.validate_python({"architecture": "prompted", "endpoint": endpoint}).settings_read
    report["models"][name].update(
        settings=settings, prompted=asked() | changes, history=[], gap=None, diagnosis=[], chosen=[], encoder=None,
        parameters={"total": 0, "trainable": 0, "frozen": 0}, inference=inference(410.0, device="endpoint"),
    )  # fmt: skip
    restate(report["models"][name])


def asked() -> dict[str, Any]:
    """What a language model at an endpoint was asked and answered."""
    return {
        "language_model": "small-chat", "host": "example.org", "prompt": "Classify.\n\nText: …\nLabel:", "examples": 4,
        "examples_cut": 1, "documents": 800, "texts_cut": 3, "outside": 20, "outside_answers": [["no idea", 12]],
        "sources": {"answer": 780, "outside": 20}, "tokens": {"prompt": 512.0, "answer": 3.0}, "cost_per_1000": 0.08,
        "currency": "USD", "seconds": {"median": 0.41, "p95": 1.3},
    }  # fmt: skip


def phased(*, gains: dict[str, float] | None = None, attention: float = 0.02, significant: bool = True):
    """Return a report of three phases.

    Args:
        gains: cell → what pretrained word vectors add to the accuracy with random ones, which is 0.40 and a hundredth
            more for each cell.
        attention: what the last model of phase 2 adds to the winner of phase 1.
        significant: whether the paired tests show a difference, wherever there is one.
    """
    gains = {"rnn": 0.04, "lstm": 0.05, "gru": 0.03} if gains is None else gains
    accuracies, settings, titles = {}, {}, {}
    for place, (cell, gain) in enumerate(gains.items()):
        for source, added in (("random", 0.0), ("glove", gain)):
            name = f"{cell}_{source}"
            accuracies[name] = 0.40 + 0.01 * place + added
            settings[name] = {**_settings("recurrent"), "cell": cell, "embeddings": source, "freeze_embeddings": False}
            titles[name] = f"{cell.upper()}, {'GloVe' if source == 'glove' else 'random embeddings'}"
    first = max(accuracies, key=accuracies.get)
    phases = [_phase("choose", "which network", accuracies)]
    changed = {
        "winner_frozen": (-0.01, {"embeddings": "glove", "freeze_embeddings": True}),
        "winner_attention": (attention, {"embeddings": "glove", "pooling": "dot_attention"}),
    }
    second = {name: accuracies[first] + added for name, (added, _) in changed.items()}
    phases.append(_phase("optimise", "embeddings and attention", second))
    winner = phases[-1]["winner"]
    third = {"winner_tuned": second[winner] + 0.01}
    phases.append(_phase("tune", "size and dropout", third))
    accuracies |= second | third
    report = sample(models={name: ("recurrent", accuracy) for name, accuracy in accuracies.items()})
    extends = {name: {"phase": "choose", "model": first, "changes": changes} for name, (_, changes) in changed.items()}
    extends["winner_tuned"] = {"phase": "optimise", "model": winner, "changes": {"dropout": 0.65}}
    for name, base in extends.items():
        settings[name] = {**settings[base["model"]], **base["changes"]}
        report["models"][name]["extends"] = base
        titles[name] = name.replace("_", " ")
    for name, model in report["models"].items():
        model.update(settings=settings[name], title=titles[name])
    report["pairs"] = [
        pair(old["first"], old["second"], old["difference"], significant=significant and old["difference"] != 0)
        for old in report["pairs"]
    ]
    return {**report, "phases": phases}


def _phase(name: str, title: str, accuracies: dict[str, float]) -> dict[str, Any]:
    ranking = [
        {
            "rank": rank, "model": model, "parameters": {"total": 1_500_000, "trainable": 1_500_000, "frozen": 0},
            "validation_accuracy": _over_runs(accuracies[model] + 0.04),
            "validation_loss": _over_runs(1.6 - accuracies[model]),
        }
        for rank, model in enumerate(sorted(accuracies, key=lambda each: (-accuracies[each], each)), start=1)
    ]  # fmt: skip
    return {"name": name, "title": title, "winner": ranking[0]["model"], "ranking": ranking}


def _over_runs(mean: float) -> dict[str, Any]:
    return {"mean": mean, "spread": 0.006, "by_run": [mean - 0.006, mean, mean + 0.006]}


def ledger(labels: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a line for quotations, for short texts and for duplicates, out of 1,000 documents with 100,000 words."""
    cleaning = [
        ledger_line("clean", "no text in the corpus", None, labels, (1000, 1000), words=(100_000, 100_000)),
        ledger_line("clean", "empty without quotations", "clean.quotes", labels, (1000, 990), words=(100_000, 80_000)),
        ledger_line("clean", "shorter than 50 characters", "clean.minimum_characters", labels, (990, 960),
                    words=(80_000, 79_500)),
    ]  # fmt: skip
    cleaning[1]["samples"] = [
        {"id": f"{label}/7", "label": label, "words": 3, "emptied": not place, "text": "Ada wrote:\n> so *many*"}
        for place, label in enumerate(labels[:2])
    ]
    near = "near-duplicate of a kept document"
    return [*cleaning, ledger_line("deduplicate", near, "deduplicate.near_threshold", labels, (960, 900))]


def ledger_line(
    step: str,
    reason: str,
    setting: str | None,
    labels: tuple[str, ...],
    documents: tuple[int, int],
    words: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """Return a line with `documents` (and `words`) before and after it, evenly spread over the labels."""
    before, after = (_shares(labels, number) for number in documents)
    dropped = {label: count - after.get(label, 0) for label, count in before.items()}
    line = {
        "step": step, "reason": reason, "setting": setting, "part": step == "clean" and setting and setting[6:] or None,
        "documents_in": documents[0], "documents_out": documents[1],
        "by_split": {"train": documents[1] * 6 // 10, "validation": documents[1] // 10, "test": documents[1] * 3 // 10},
        "by_label": after, "dropped_by_label": {label: count for label, count in dropped.items() if count},
        "warnings": [],
    }  # fmt: skip
    counted = dict.fromkeys(("changed", "words_in", "words_out", "words_by_label"))
    if words:
        counted = {"changed": 400, "words_in": words[0], "words_out": words[1],
                   "words_by_label": _shares(labels, words[1])}  # fmt: skip
    return {**line, **counted, "samples": []}


def _shares(labels: tuple[str, ...], total: int) -> dict[str, int]:
    """Return label → its part of `total`, without zeros; the last label has what is left."""
    part = total // len(labels)
    shares = {label: part for label in labels[:-1]} | {labels[-1]: total - part * (len(labels) - 1)}
    return {label: share for label, share in shares.items() if share}


def _audit(labels: tuple[str, ...], support: int) -> dict[str, Any]:
    documents = support * len(labels)
    overlaps = [
        {"stage": stage, "first": "train", "second": "test", "exact": exact, "near": near,
         "contained": 0.05, "documents": documents}
        for stage, exact, near in (("parsed", 3, 4), ("cleaned", 12, 17), ("deduplicated", 0, 0), ("split", 0, 0))
    ]  # fmt: skip
    words = {label: [{"feature": f"f{i}{label[:3]}", "weight": 3.0 / (i + 1), "removed_share": 0.95 if i == 1 else 0.1}
                     for i in range(14)] for label in labels}  # fmt: skip
    return {
        "near_threshold": 0.7, "overlaps": overlaps, "empties": 0, "label_counts": {}, "digest": "ab" * 32,
        "warnings": [],
        "label_conflicts": [{"kept": "a/1", "other": "b/2", "kept_label": labels[0], "label": labels[1],
                             "similarity": 0.93, "dropped": True}],
        "label_conflict_count": 1, "top_features": words,
        "suspects": [{**words[labels[0]][1], "label": labels[0], "looks_like": "host"}],
    }  # fmt: skip


def _leakage(documents: int) -> dict[str, Any]:
    changes = {"clean": 0.0, "headers left in": 0.12, "quotes left in": 0.01, "duplicates left in": 0.03}
    return {
        "model": "complement naive Bayes",
        "variants": [
            {"variant": name, "accuracy": 0.7 + change, "low": 0.68 + change, "high": 0.72 + change,
             "difference": change, "difference_low": change - 0.015, "difference_high": change + 0.015,
             "documents": documents}
            for name, change in changes.items()
        ],
    }  # fmt: skip


def _corpus(labels: tuple[str, ...], support: int) -> dict[str, Any]:
    sizes = {"train": 3 * support, "validation": support // 2, "test": support}
    edges = [0, 10, 20, 40, 80, 160, 320, 640, 1280]
    return {
        "name": "newsgroups", "labels": list(labels),
        "documents": {split: size * len(labels) for split, size in sizes.items()},
        "by_label": {
            split: {label: max(3, size - 7 * position) for position, label in enumerate(labels)}
            for split, size in sizes.items()
        },
        "words": {
            "mean": 181.6, "median": 83.0, "standard_deviation": 501.3, "minimum": 8, "maximum": 1201,
            "quartile_1": 40.0, "quartile_3": 166.0, "total": 3_423_145,
        },
        "characters": {"total": 22_043_554},
        "languages": {
            "scripts": {"Latin": 0.99, "other": 0.01}, "languages": {"en": 0.97, "und": 0.03}, "documents": 900,
        },
        "word_histogram": {"edges": edges, "counts": [20, 60, 120, 230, 260, 180, 60, 12]},
        "frequent_words": [{"word": f"word{rank}", "count": 9000 // (rank + 1)} for rank in range(25)],
        "class_words": {
            label: [{"word": f"{label.split('.')[-1]}{rank}", "score": 0.5 / (rank + 1)} for rank in range(8)]
            for label in labels
        },
    }  # fmt: skip


def _encodings(labels: tuple[str, ...]) -> dict[str, Any]:
    shares = {split: {"types": 0.91, "tokens": 0.97, "running": 90_000} for split in ("train", "validation", "test")}
    return {
        "words": {
            "tokenizer": "words", "labels": [], "vocabulary_size": 18_280, "pad_id": 0, "unknown_id": 1,
            "maximum_length": 256, "coverage": shares, "truncated_share": 0.12, "tokens": 812_345,
            "lengths": {"median": 90, "p90": 380, "p95": 620, "maximum": 4100},
            "glove": {
                "types": 0.43, "tokens": 0.92, "words": 18_278, "found": 7_860, "lower_case_fallback": 0,
                "standard_deviation": 0.38,
            },
        },
        "wordpieces": {
            "tokenizer": "wordpieces", "labels": [], "vocabulary_size": 30_522, "pad_id": 0, "unknown_id": 100,
            "maximum_length": 512, "coverage": shares, "truncated_share": 0.09, "tokens": 1_212_345,
            "lengths": {"median": 120, "p90": 500, "p95": 830, "maximum": 6000},
            "features": {
                "encoder": "packaged-encoder", "parameters": 22_000_000, "precision": "bfloat16", "device": "cpu",
                "pooler_parameters": 147_840, "threads": 2, "tokens": 1_212_345, "seconds": 80.5,
                "tokens_per_second": 15_060.0,
                "energy_joules": {},
            },
            "semantic": semantic_audit(labels),
        },
    }  # fmt: skip


def _model(name: str, architecture: str, accuracy: float, labels: tuple[str, ...], support: int) -> dict[str, Any]:
    generator = random.Random(name)
    confusion = _confusion(generator, accuracy, labels, support)
    per_class = _per_class(confusion, labels)
    best, worst = (choose(per_class, key=lambda row: row["f1"])["label"] for choose in (max, min))
    network = architecture != "linear"
    seeds = [1, 2] if network else [1]
    total = 1_200_000 * (1 + len(name) % 5)
    return {
        "architecture": architecture, "title": TITLES.get(name, name),
        **AS_MODEL.validate_python(_settings(architecture)).facts(), "settings": _settings(architecture),
        "seeds": seeds, "deterministic": not network,
        "encoder": {"role": "distilbert-base-uncased", "resource": "packaged-encoder"}
        if architecture == "pretrained" else None,
        "validation": _scores(accuracy + 0.04, 0.02, len(seeds)), "test": _scores(accuracy, 0.02, len(seeds)),
        "parameters": {"total": total, "trainable": total // (1 + 9 * (architecture == "pretrained")),
                       "frozen": total - total // (1 + 9 * (architecture == "pretrained"))},
        "seconds": training_time(3.0 * 10 ** (3 * accuracy - 1), epoch=1.5 if network else None),
        "memory_mb": {"peak": 812.0, "device": None},
        "energy_joules": {},
        "inference": inference(2.0 + 20 * accuracy),
        "per_class": per_class, "confusion": confusion, "best_class": best, "worst_class": worst,
        "expected_calibration_error": 0.08,
        "history": [_history(seed, accuracy) for seed in seeds] if network else [],
        "diagnosis": ["the gradient norm fell below 1e-6 in epoch 3"] if architecture == "recurrent" else [],
        "gap": 0.21 if network else None, "extends": None, "collapsed": [], "refits": None, "members": None,
        "chosen": [] if network else [choice(regularization=0.03)],
        "devices": [{"device": "cpu", "precision": "float32"}],
        "runs": [{"seed": seed, "folder": f"results/models/plain/{name}/{seed}", "code": "0f" * 32} for seed in seeds],
    }  # fmt: skip


def _settings(architecture: str) -> dict[str, Any]:
    if architecture == "linear":
        return {"architecture": "linear", "classifier": "complement_nb", "word_ngrams": [1, 2], "sublinear": True}
    if architecture == "ensemble":
        return {"architecture": "ensemble", "members": ["one", "two"], "method": "average"}
    extra = {
        "recurrent": {"cell": "lstm", "layers": 2, "pooling": "final", "bidirectional": False},
        "pretrained": {"pooling": "cls", "strategy": "freeze", "encoding": "wordpieces"},
    }.get(architecture, {})
    return {
        "architecture": architecture, **extra, "dropout": 0.3,
        "training": {"epochs": 4, "learning_rate": 1e-3, "optimizer": "adam", "batch_size": 16},
    }  # fmt: skip


def _scores(value: float, half: float, seeds: int) -> dict[str, Any]:
    spread = 0.004 if seeds > 1 else None
    offsets = {"accuracy": 0.0, "macro_f1": -0.012, "weighted_f1": -0.004, "macro_precision": -0.002,
               "macro_recall": -0.015}  # fmt: skip
    return {
        metric: {
            "mean": value + offset,
            "low": value + offset - half,
            "high": value + offset + half,
            "spread": spread,
            "as_trained": [value + offset - half / 2, value + offset + half / 2],
            "grouped_by": None,
            "scope": "settings",
            "expected": [value + offset - 2 * half, value + offset + 2 * half],
        }
        for metric, offset in offsets.items()
    }


def _confusion(generator: random.Random, accuracy: float, labels: tuple[str, ...], support: int) -> list[list[int]]:
    found = []
    for true in range(len(labels)):
        row = Counter()
        row[true] = min(support, max(0, round(support * (accuracy + generator.uniform(-0.1, 0.1)))))
        for _ in range(support - row[true]):
            row[(true + generator.choice([1, 1, 1, 2, 3, len(labels) - 1])) % len(labels)] += 1
        found += [[true, guess, documents] for guess, documents in sorted(row.items()) if documents]
    return found


def _per_class(confusion: list[list[int]], labels: tuple[str, ...]) -> list[dict[str, Any]]:
    rows, right, answers, documents = [], Counter(), Counter(), Counter()
    for true, guess, n in confusion:
        answers[guess] += n
        documents[true] += n
        right[true] += n * (true == guess)
    for position, label in enumerate(labels):
        hits, predicted, support = right[position], answers[position], documents[position]
        precision, recall = hits / max(predicted, 1), hits / max(support, 1)
        rows.append({"label": label, "precision": precision, "recall": recall,
                     "f1": 2 * precision * recall / max(precision + recall, 1e-9), "support": support})  # fmt: skip
    return rows


def _history(seed: int, accuracy: float) -> dict[str, Any]:
    epochs = [
        {
            "epoch": epoch, "train_loss": 2.5 * math.exp(-0.5 * epoch) + 0.02 * seed,
            "train_accuracy": 1 - 0.8 * math.exp(-0.5 * epoch), "validation_loss": 1.2 + 0.05 * epoch,
            "validation_accuracy": (accuracy + 0.04) * (1 - math.exp(-0.9 * epoch)) + 0.003 * seed,
            "validation_macro_f1": accuracy * (1 - math.exp(-0.9 * epoch)), "learning_rate": 1e-3 / epoch,
            "gradient_norm": 1.0 / epoch,
        }
        for epoch in range(1, 9)
    ]  # fmt: skip
    return {"seed": seed, "best_epoch": 8, "train_accuracy": accuracy + 0.25, "epochs": epochs}


def _pairs(models: dict[str, tuple[str, float]], documents: int) -> list[dict[str, Any]]:
    names = sorted(models)
    pairs = []
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            difference = models[first][1] - models[second][1]
            pairs.append(pair(first, second, difference, significant=abs(difference) > 0.035, documents=documents))
    return pairs


def pair(first: str, second: str, difference: float, *, significant: bool, documents: int = 400) -> dict[str, Any]:
    """Return the paired test of two models."""
    p_value = 0.0004 if significant else 0.31
    return {
        "first": first, "second": second, "split": "test", "metric": "accuracy", "difference": difference,
        "low": difference - 0.03, "high": difference + 0.03, "p_value": p_value,
        "adjusted_p_value": min(1.0, 2 * p_value), "significant": significant, "equivalent": False,
        "smallest_shown": 0.042, "planned": True, "comparisons": 2, "standard_error": 0.015, "documents_error": 0.012,
        "degrees_of_freedom": 11.0, "spreads": [0.004, 0.004], "scope": "settings", "grouped_by": None,
        "documents": documents,
    }  # fmt: skip


def cells(confusion: list[list[int]]) -> list[list[int]]:
    """Return [true, predicted, documents] of each cell of a confusion matrix that is not 0."""
    return [[true, guess, n] for true, row in enumerate(confusion) for guess, n in enumerate(row) if n]


def _confusions(confusion: list[list[int]], labels: tuple[str, ...]) -> list[dict[str, Any]]:
    support = Counter()
    for true, _, n in confusion:
        support[true] += n
    rows = [
        {"true": labels[true], "predicted": labels[guess], "count": n, "share": n / support[true]}
        for true, guess, n in confusion if true != guess
    ]  # fmt: skip
    return sorted(rows, key=lambda cell: (-cell["count"], cell["true"], cell["predicted"]))[:10]


def _provenance() -> dict[str, Any]:
    fetched = {"revision": None, "files": {"a": {"sha256": "ab" * 32, "size": 3}}, "fetched": "2026-11-21"}
    return {
        "versions": dict(VERSION),
        "machine": {"processor": "a processor", "cores": 2, "memory_gb": 8.0, "system": "Linux"},
        "resources": [
            {"name": "20newsgroups", "source": "https://example.org/20news.tar.gz", "sha256": "ab" * 32,
             "licence": "free for research", "citation": "Lang 1995", "kind": "corpus", **fetched},
            {"name": "packaged-encoder", "source": "mirror", "sha256": "cd" * 32, "licence": "Apache-2.0",
             "citation": "Wang et al. 2020", "kind": "encoder", **fetched},
        ],
        "code": {"clean": "12" * 32, "train_recurrent": "34" * 32},
        "commands": ["snakemake --cores 2 --configfile config.yaml"],
    }  # fmt: skip
