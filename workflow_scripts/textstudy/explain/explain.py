"""The explanation of one run: the top words of its classes, and the words that decided some documents."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.explain.explainers import load_explainer
from textstudy.explain.panel import alternate, flipped_copies, panel, words_to_show
from textstudy.explain.spans import Explained
from textstudy.runs import Run
from textstudy.words import find_words

# Words in the documents that are explained exactly, and in those that give the top words: about a minute for a small
# encoder. The documents are the same for every model.
EXPLAINED_WORDS, SKETCHED_WORDS = 2500, 20_000
FEWEST, MOST_EXPLAINED, MOST_SKETCHED = 20, 50, 1000  # documents
LONGEST_READ = 512  # the most words that count of one document: encoders read no more


def explain_run(
    run: Run,
    *,
    split: pd.DataFrame,
    predictions: pd.DataFrame,
    samples: pd.DataFrame | None,
    scores: pd.DataFrame | None,
    settings: Mapping[str, int],
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return explanations.json of a trained run (top words, documents to show), and ATTRIBUTIONS of more documents.

    Args:
        split: SPLIT of the preparation.
        predictions: PREDICTIONS of the run.
        samples, scores: PERTURBED test documents and the run's ROBUSTNESS; without them no flipped document is shown.
        settings: of the explanations: documents, to show; words, at the top of each class.
    """
    explainer, names = load_explainer(run), run.labels
    test = _join_predictions(split, predictions)
    sample = draw_sample(test, words=SKETCHED_WORDS, most=MOST_SKETCHED)
    tested = draw_sample(test, words=EXPLAINED_WORDS, most=MOST_EXPLAINED)
    explained = _explain_documents(explainer, tested.to_dict("records"))
    documents = list(zip(sample["text"], sample["predicted"], strict=True))
    top_words = explainer.top_words(documents, len(names), settings["words"])
    flipped = None if samples is None or scores is None else flipped_copies(test, samples, scores)
    shown = panel(test, flipped, settings["documents"])
    return {
        "method": explainer.method,
        "attention": explainer.attention_is,
        "sample": len(sample),
        "completeness": _completeness(explained),
        "top_words": dict(zip(names, top_words, strict=True)),
        "documents": _documents(explainer, shown, names),
    }, _attributions(tested["id"].tolist(), explained)


def draw_sample(test: pd.DataFrame, *, words: int, most: int) -> pd.DataFrame:
    """Return documents that have at most `words` words together, the same for every model, the classes in turn.

    Raises:
        StudyError: no document has a word.
    """
    lengths = test["text"].map(lambda text: len(find_words(text)))
    if not (lengths > 0).any():
        raise StudyError("no test document has a word to explain: check the preparation.")
    drawn = alternate(test.assign(length=lengths)[lengths > 0], "label").head(most)
    together = drawn.pop("length").clip(upper=LONGEST_READ).cumsum()
    return drawn[(together <= words) | (np.arange(len(drawn)) < FEWEST)]


def _attributions(identifiers: Sequence[str], explained: Sequence[Explained]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": identifiers,
            "target": np.array([one.target for one in explained], np.int32),
            "read": np.array([len(one.text) for one in explained], np.int32),
            "attributions": [one.attributions for one in explained],
        }
    )


def _join_predictions(split: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Return the test documents: id, text, label, predicted, probability."""
    test = predictions[predictions["split"] == "test"].merge(split[["id", "text"]], on="id")
    pairs = zip(test["probabilities"], test["predicted"], strict=True)
    test["probability"] = [float(row[guess]) for row, guess in pairs]
    return test[["id", "text", "label", "predicted", "probability"]]


def _explain_documents(explainer: Any, documents: Sequence[Mapping[str, Any]]) -> list[Explained]:
    rows = tqdm(documents, desc="explain", unit=" documents", disable=None)
    return [explainer.explain(row["text"], row["predicted"]) for row in rows]


def _documents(explainer: Any, shown: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("id", "kind", "probability", "perturbation")},
            **{name: names[row[name]] for name in ("label", "predicted")},
            "tokens": words_to_show(explained, explainer.attention(explained)),
        }
        for row, explained in zip(shown, _explain_documents(explainer, shown), strict=True)
    ]


def _completeness(explained: Sequence[Explained]) -> dict[str, float]:
    """Return how far the attributions are from the scores that they should sum up to, and how many steps they took."""
    residuals = np.array([abs(one.residual) for one in explained])
    differences = np.array([abs(one.difference) for one in explained])
    steps = [one.steps for one in explained]
    return {
        "residual": float(residuals.mean()),
        "largest_residual": float(residuals.max()),
        "difference": float(differences.mean()),
        "steps": float(np.mean(steps)),
        "most_steps": max(steps),
    }
