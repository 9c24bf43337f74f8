"""Model cards: README.md of a run in the format of the Hugging Face hub, from the files of the run."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from textstudy.evaluate.promises import USUAL_ERROR
from textstudy.prepare.language_names import OTHER, UNKNOWN
from textstudy.report.language.collapse import describe_collapse
from textstudy.report.language.escaping import Markdown, link
from textstudy.report.language.many_classes import MANY as MANY_CLASSES
from textstudy.report.language.many_classes import SHOWN
from textstudy.report.language.numbers import count, decimal, percent, seconds
from textstudy.report.page.templating import address_from, environment
from textstudy.settings.models import AS_MODEL
from textstudy.storage.files import atomic_path

# licence in a manifest → name on the hub
LICENCES = {
    "MIT": "mit",
    "Apache-2.0": "apache-2.0",
    "Public Domain Dedication and License 1.0": "pddl",
}
SCORES = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro F1",
    "weighted_f1": "Weighted F1",
    "macro_precision": "Macro precision",
    "macro_recall": "Macro recall",
    "expected_calibration_error": "Expected calibration error",
}
LOSSES = {"log_loss": "Log loss", "brier_score": "Brier score"}  # no shares
ORDINAL = {"mean_absolute_error": "Mean absolute error in classes", "quadratic_kappa": "Quadratic weighted kappa"}
ON_THE_HUB = {"accuracy": "accuracy", "macro_f1": "f1", "weighted_f1": "f1"}  # score → metric of the hub
MANY = 0.1  # share of the documents from which a language stands in the metadata
Described = Mapping[str, Any]


def write_card(
    path: Path,
    *,
    described: Described,
    run: Mapping[str, Any],
    corpus: Mapping[str, Any],
    ledger: Sequence[Mapping[str, Any]],
    manifests: Sequence[Mapping[str, Any]],
) -> None:
    """Write the card of a run into its folder.

    Args:
        path: README.md in the folder of the run.
        described: what the study states of the run (`workflow.card.described_run`).
        run: metrics, calibration, training and settings: the contents of these files of the run.
        corpus: corpus.json of the preparation: labels, numbers of documents, languages.
        ledger: what each step of the preparation kept.
        manifests: those of the resources that the run used.
    """
    path = Path(path)
    licences = _licences(described, manifests)
    data = card_data(described, run, [each["licence"] for each in licences], corpus["languages"]["languages"])
    body = environment(
        described=described, corpus=corpus, ledger=ledger, licences=licences, **run,
        kind=AS_MODEL.validate_python(run["settings"]["settings"]).name_in_sentence,
        members=_members(described, path), report=_report(described, path),
        classes=_classes(run["metrics"]["test"]["per_class"]),
        scores=_scores(run["metrics"]), limits=_limits(described, run), asked=_asked(described, run["training"]),
        command=Markdown(f"snakemake --cores all {path.as_posix()} --config 'studies=[{described['study']}]'"),
        shown_settings=_json(run["settings"]["settings"]), folder=Markdown(path.parent.as_posix()), literal=_literal,
        **{write.__name__: _unescaped(write) for write in (count, decimal, percent, seconds)},
    ).get_template("card/card.md.j2").render()  # fmt: skip
    card = ModelCard(f"---\n{data.to_yaml()}\n---\n\n{body}")
    with atomic_path(path) as temporary:
        temporary.write_text(str(card), encoding="utf-8")


def _unescaped(write: Callable[[Any], str]) -> Callable[[Any], Markdown]:
    """Return a function that writes a number without backslashes: a card is also read as plain text."""
    return lambda number: Markdown(write(number))


def card_data(
    described: Described, run: Mapping[str, Any], licences: Sequence[str], languages: Mapping[str, float]
) -> ModelCardData:
    """Return the metadata of a card; they hold no text of the corpus.

    Where the corpus does not state its language, the card names the languages that were identified in many documents.
    """
    preparation, settings = described["preparation"], run["settings"]["settings"]
    corpus = preparation["corpus"]
    prepared = "" if preparation["name"] == corpus["name"] else f", prepared as {preparation['name']}"
    hub, encoder = corpus.get("hub"), described["encoder"]  # a corpus of another kind has no place on the hub
    known = {LICENCES.get(licence, "other") for licence in licences}
    licence = known.pop() if len(known) == 1 else "other"
    parts = ["test"] if described["refits"] else ["validation", "test"]  # a refit learned from the validation documents
    results = [
        EvalResult(
            task_type="text-classification", task_name="Text classification", dataset_type=hub or corpus["name"],
            dataset_name=f"{corpus['name']}{prepared}", dataset_split=part,
            metric_type=metric, metric_name=SCORES[score], metric_value=run["metrics"][part][score],
        )
        for part in parts for score, metric in ON_THE_HUB.items()
    ]  # fmt: skip
    return ModelCardData(
        model_name=f"{preparation['name']}-{described['model']}-{described['seed']}",
        language=described["corpus"]["language"] or _many(languages),
        license=licence,
        license_name="see-its-card" if licence == "other" else None,
        license_link="README.md" if licence == "other" else None,
        base_model=encoder["hub"] if encoder else None, datasets=[hub] if hub else None, library_name="textstudy",
        pipeline_tag="text-classification", metrics=sorted(set(ON_THE_HUB.values())), eval_results=results,
        tags=["textstudy", settings["architecture"].replace("_", "-"), *filter(None, [settings.get("strategy")])],
    )  # fmt: skip


def _many(languages: Mapping[str, float]) -> list[str] | None:
    """Return the codes of the languages of many documents, the most frequent first; None where none was identified."""
    return [code for code, share in languages.items() if share >= MANY and code not in (UNKNOWN, OTHER)] or None


def _licences(described: Described, manifests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the corpus and resources of a run, each with its licence, its source and its citation."""
    corpus = described["preparation"]["corpus"]
    found = [{key: each[key] for key in ("name", "licence", "source", "citation")} for each in manifests]
    own = described["corpus"]["origin"]
    if own is None:
        return found
    return [{"name": corpus["name"], "citation": None, **own}, *found]


def _members(described: Described, path: Path) -> Markdown:
    """Return links to the cards of the members of an ensemble; empty for other models."""
    address = address_from(path.parent)
    links = [link(name, address(f"{folder}/{path.name}")) for name, folder in described["members"].items()]
    return Markdown(", ".join(links))


def _asked(described: Described, training: Mapping[str, Any]) -> float | None:
    """Return the share of the test documents that the last member of a cascade was asked about; None for others."""
    shares = (training.get("chosen") or {}).get("asked")
    return shares[list(described["members"])[-1]] if shares else None


def _report(described: Described, path: Path) -> Markdown:
    study = described["study"]
    return link(f"report of the study {study}", address_from(path.parent)(f"results/studies/{study}/report.html"))


def _scores(metrics: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the name of each score, and its value on validation and on test; shares in per cent."""
    ordinal = ORDINAL if ORDINAL.keys() <= metrics["test"].keys() else {}
    written = {**dict.fromkeys(SCORES, percent), **dict.fromkeys({**LOSSES, **ordinal}, decimal)}
    return [
        (shown, *(_unescaped(written[score])(metrics[part][score]) for part in ("validation", "test")))
        for score, shown in {**SCORES, **LOSSES, **ordinal}.items()
    ]


def _classes(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the scores of all classes, or of many those with the lowest F1; metrics.json has all."""
    if len(rows) <= MANY_CLASSES:
        return rows
    return sorted((row for row in rows if row["support"]), key=lambda row: (row["f1"], -row["support"]))[:SHOWN]


def _limits(described: Described, run: Mapping[str, Any]) -> list[str]:
    """Return what a user of the model must know of its limits."""
    test, encoder = run["metrics"]["test"], described["encoder"]
    found = []
    if collapse := describe_collapse(test):
        share = percent(collapse["share"])
        found.append(f"This run has collapsed: it predicts {collapse['label']} for {share} % of the test documents.")
    if described["corpus"]["synthetic"]:
        found.append(
            "The corpus is synthetic: the scores show that the pipeline works, and say nothing about real texts."
        )
    if encoder and encoder["role"] != encoder["resource"]:
        found.append(f"The study names the encoder {encoder['role']}; {encoder['resource']} ran instead.")
    if endpoint := run["settings"]["settings"].get("endpoint"):
        found.append(f"Each text that it classifies is sent to {endpoint['url']}, which may keep it and charge for it.")
    found += run["training"]["diagnosis"]
    found.append(
        f"Its confidence differs from its accuracy by {percent(test['expected_calibration_error'])} points on average, "
        f"measured on {count(test['documents'])} test documents (expected calibration error). Chance adds to it: "
        "the report says how much."
    )
    if temperature := run["calibration"]["temperature"]:
        found.append(
            f"Its probabilities are scaled by the temperature {decimal(temperature)}, fitted on "
            f"{count(run['calibration']['documents'])} validation documents: log loss, Brier score and calibration are "
            "in-sample there."
        )
    found += _sure_answers(run["calibration"])
    found.append(
        f"On test, its F1 is highest for {test['best_class']} and lowest for {test['worst_class']}. It predicts one of "
        "its classes for every text, even if the text belongs to none of them."
    )
    return found


def _sure_answers(calibration: Mapping[str, Any]) -> list[str]:
    """Return what the validation documents show of its answers, for the share of errors that is usual."""
    thresholds = {row["error"]: row["threshold"] for row in calibration.get("answers", [])}
    if USUAL_ERROR not in thresholds:
        return []
    few, threshold = f"at most {percent(USUAL_ERROR, 0)} % errors among its answers", thresholds[USUAL_ERROR]
    if threshold is None:
        return [f"Its validation documents show no confidence from which on there are {few}."]
    return [f"Leave texts to a person where its confidence is below {threshold:.3f}: that is for {few}, by validation."]


def _literal(value: Any) -> Markdown:
    """Return a setting or a path as a Python literal on one line."""
    return Markdown(json.dumps(value) if isinstance(value, str) else repr(value))


def _json(value: Any) -> Markdown:
    """Return settings as JSON; it puts each string on one line, so none of them can end the block of code."""
    return Markdown(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False))
