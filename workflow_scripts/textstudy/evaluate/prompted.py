"""From texts to what a language model says of them, wherever it runs; what that was, and what it cost."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from statistics import fmean
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pandera.pandas as pa

from textstudy.evaluate.efficiency import SINGLE_DOCUMENTS, evenly
from textstudy.evaluate.predictors import Predict
from textstudy.prompts.answers import Reading
from textstudy.prompts.prompt import Prompt
from textstudy.runs import Run

SHOWN = 5  # answers outside the labels
Ask = Callable[[Sequence[str]], list[Reading]]
ANSWERS = pa.DataFrameSchema(
    {
        "id": pa.Column(str),
        "split": pa.Column(str),
        "answer": pa.Column(str),  # "" of a language model that runs here, which compares the labels
        "label": pa.Column(str, nullable=True),  # missing where the answer is outside the labels
        "source": pa.Column(str, pa.Check.isin(["logprobs", "likelihood", "answer", "outside"])),
        "cut": pa.Column(bool),
        "prompt_tokens": pa.Column("int64"),
        "answer_tokens": pa.Column("int64"),
        "seconds": pa.Column("float64", nullable=True),
    },
    name="answers",
    strict=True,
)


def import_asking(run: Run) -> ModuleType:
    """Return the module that asks the language model of a run."""
    # By name: one way of asking is not stale when the other changes, and an endpoint needs no torch.
    return import_module(f"textstudy.evaluate.{'likelihood' if run.facts.uses_torch else 'endpoint'}")


def load_asker(run: Run) -> Ask:
    """Return a function from texts to what the language model of a run says of each."""
    return import_asking(run).load_asker(run)


def load_prompted_predictor(run: Run) -> Predict:
    """Return a function from texts to probabilities (documents, classes) float32."""
    ask = load_asker(run)
    return lambda texts: stack(ask(texts), len(run.labels))


def stack(readings: Sequence[Reading], classes: int) -> np.ndarray:
    """Return the probabilities, (documents, classes) float32."""
    return np.array([each.probabilities for each in readings], np.float32).reshape(-1, classes)


def count_words(texts: Sequence[str]) -> np.ndarray:
    """Return the words of each text and 0 unknown ones, (texts, 2) int32: a language model knows every word."""
    return np.array([(len(text.split()), 0) for text in texts], np.int32).reshape(-1, 2)


def answers_table(split: pd.DataFrame, readings: Mapping[str, Reading], labels: Sequence[str]) -> pd.DataFrame:
    """Return the ANSWERS table of documents, from text → what was said of it."""
    found = [readings[text] for text in split["text"]]
    tokens = np.array([each.tokens for each in found], np.int64).reshape(-1, 2)
    return pd.DataFrame(
        {
            "id": split["id"].to_numpy(),
            "split": split["split"].to_numpy(),
            "answer": [each.answer for each in found],
            "label": pd.Series([None if each.label is None else labels[each.label] for each in found], dtype=object),
            "source": [each.source for each in found],
            "cut": [each.cut for each in found],
            "prompt_tokens": tokens[:, 0],
            "answer_tokens": tokens[:, 1],
            "seconds": np.array([each.seconds for each in found], float),
        }
    )


def summarize_answers(answers: pd.DataFrame, prompt: Prompt, endpoint: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what report.json says of the answers of a run.

    Args:
        answers: the ANSWERS table of all documents that were asked about.
        endpoint: its settings; None for a language model that runs here.
    """
    price = endpoint and endpoint["price"]
    outside = answers[answers["label"].isna()]
    tokens = {"prompt": answers["prompt_tokens"].mean(), "answer": answers["answer_tokens"].mean()}
    seconds = answers["seconds"].dropna()
    return {
        "prompt": prompt.before + "…" + prompt.after,
        "examples": len(prompt.examples),
        "examples_cut": prompt.cut,
        "documents": len(answers),
        "texts_cut": int(answers["cut"].sum()),
        "outside": len(outside),
        "outside_answers": [list(pair) for pair in Counter(outside["answer"].str[:80]).most_common(SHOWN)],
        "sources": {str(name): int(count) for name, count in answers["source"].value_counts().items()},
        "tokens": {name: float(mean) for name, mean in tokens.items()},
        "cost_per_1000": price and (tokens["prompt"] * price["input"] + tokens["answer"] * price["output"]) / 1000,
        "host": endpoint and urlsplit(endpoint["url"]).hostname,
        "currency": price and price["currency"],
        "seconds": {"median": float(seconds.median()), "p95": float(seconds.quantile(0.95))} if len(seconds) else None,
    }


def measure_kept(run: Run, texts: Sequence[str]) -> dict[str, float]:
    """Return what `efficiency.measure` does, for an endpoint, from the times of answers that are kept.

    To ask again would cost again. Documents together are asked in parallel.
    """
    readings = load_asker(run)(texts)
    single = [readings[place].seconds for place in evenly(len(texts), SINGLE_DOCUMENTS)]
    milliseconds = [1000 * seconds for seconds in single if seconds is not None] or [0.0]
    endpoint = run.settings["endpoint"]
    limit = (endpoint["requests_per_minute"] or float("inf")) / 60
    return {
        "latency_ms": float(np.median(milliseconds)),
        "latency_ms_p95": float(np.quantile(milliseconds, 0.95)),
        "cpu_ms": 0.0,
        "documents_per_second": min(limit, 1000 * endpoint["parallel"] / max(fmean(milliseconds), 1e-3)),
    }
