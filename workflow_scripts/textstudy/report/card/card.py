"""Model cards: README.md of a run, in the format of the Hugging Face hub, from the files that the run left."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from textstudy.report.language.collapse import describe_collapse
from textstudy.report.language.escaping import Markdown, link
from textstudy.report.language.numbers import count, decimal, percent, seconds
from textstudy.report.page.templating import address_from, environment
from textstudy.settings.models import AS_MODEL
from textstudy.storage.files import atomic_path

# Licences as manifests state them → as the hub names them.
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
ON_THE_HUB = {"accuracy": "accuracy", "macro_f1": "f1", "weighted_f1": "f1"}  # score → the hub's metric
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
    """Write the card of a run beside its weights.

    Args:
        path: README.md in the folder of the run.
        described: what the study says of the run (`card_layout.described_run`).
        run: metrics, training, settings and efficiency: what stands in the files of the run.
        corpus: corpus.json of the preparation: labels and numbers of documents.
        ledger: what each step of the preparation kept.
        manifests: of the resources that the run was made from.
    """
    path = Path(path)
    licences = _licences(described, manifests)
    data = card_data(described, run, [each["licence"] for each in licences])
    body = environment(
        described=described, corpus=corpus, ledger=ledger, licences=licences, **run,
        kind=AS_MODEL.validate_python(run["settings"]["settings"]).name_in_sentence,
        members=_members(described, path), report=_report(described, path),
        scores=_scores(run["metrics"]), limits=_limits(described, run),
        command=Markdown(f"snakemake --cores all {path.as_posix()} --config 'studies=[{described['study']}]'"),
        shown_settings=_json(run["settings"]["settings"]), folder=path.parent.as_posix(), literal=_literal,
        **{write.__name__: _as_it_is(write) for write in (count, decimal, percent, seconds)},
    ).get_template("card/card.md.j2").render()  # fmt: skip
    card = ModelCard(f"---\n{data.to_yaml()}\n---\n\n{body}")
    with atomic_path(path) as temporary:
        temporary.write_text(str(card), encoding="utf-8")


def _as_it_is(write: Callable[[Any], str]) -> Callable[[Any], Markdown]:
    """Numbers need no backslashes, and a card is also read as it stands."""
    return lambda number: Markdown(write(number))


def card_data(described: Described, run: Mapping[str, Any], licences: Sequence[str]) -> ModelCardData:
    """Return the metadata of a card: no text of the corpus is among them."""
    preparation, settings = described["preparation"], run["settings"]["settings"]
    corpus = preparation["corpus"]
    prepared = "" if preparation["name"] == corpus["name"] else f", prepared as {preparation['name']}"
    hub, encoder = corpus.get("hub"), described["encoder"] or {}
    known = {LICENCES.get(licence, "other") for licence in licences}
    licence = known.pop() if len(known) == 1 else "other"
    parts = ["test"] if described["refits"] else ["validation", "test"]  # a refit has learned from the former
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
        language=described["corpus"]["language"],
        license=licence,
        license_name="see-its-card" if licence == "other" else None,
        license_link="README.md" if licence == "other" else None,
        base_model=encoder.get("hub"), datasets=[hub] if hub else None, library_name="textstudy",
        pipeline_tag="text-classification", metrics=sorted(set(ON_THE_HUB.values())), eval_results=results,
        tags=["textstudy", settings["architecture"].replace("_", "-"), *filter(None, [settings.get("strategy")])],
    )  # fmt: skip


def _licences(described: Described, manifests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a run was made from, each with its licence, its source and how to cite it."""
    corpus = described["preparation"]["corpus"]
    found = [{key: each.get(key) for key in ("name", "licence", "source", "citation")} for each in manifests]
    own = described["corpus"]["origin"]
    if own is None:
        return found
    return [{"name": corpus["name"], "citation": None, **own}, *found]


def _members(described: Described, path: Path) -> Markdown:
    """Links to the cards of an ensemble's members; nothing for any other model."""
    address = address_from(path.parent)
    links = [link(name, address(f"{folder}/{path.name}")) for name, folder in described["members"].items()]
    return Markdown(", ".join(links))


def _report(described: Described, path: Path) -> Markdown:
    study = described["study"]
    return link(f"report of the study {study}", address_from(path.parent)(f"results/studies/{study}/report.html"))


def _scores(metrics: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, validation and test of each score, in per cent."""
    return [
        (shown, *(_as_it_is(percent)(metrics[part].get(score)) for part in ("validation", "test")))
        for score, shown in SCORES.items()
    ]


def _limits(described: Described, run: Mapping[str, Any]) -> list[str]:
    """What a user of the model must know, chosen by the numbers."""
    test, encoder = run["metrics"]["test"], described["encoder"]
    found = []
    if fallen := describe_collapse(test):
        share = percent(fallen["share"])
        found.append(f"This run has collapsed: it answers {fallen['label']} for {share} % of the test documents.")
    if described["corpus"]["synthetic"]:
        found.append("The corpus is synthetic: the scores say that the pipeline works, and nothing about real texts.")
    if encoder and encoder["role"] != encoder["resource"]:
        found.append(f"The study names the encoder {encoder['role']}; {encoder['resource']} ran in its place.")
    found += run["training"]["diagnosis"]
    found.append(
        f"Its probabilities are {percent(test['expected_calibration_error'])} points off on average: the mean distance "
        "between confidence and accuracy on test (expected calibration error)."
    )
    found.append(
        f"Of its classes, {test['best_class']} is told best and {test['worst_class']} worst; a text that belongs to "
        "none of them is put into one all the same."
    )
    return found


def _literal(value: Any) -> Markdown:
    """A setting or a path as Python writes it, on one line."""
    return Markdown(json.dumps(value) if isinstance(value, str) else repr(value))


def _json(value: Any) -> Markdown:
    """Settings for a block of code: nothing in them can end the block, since JSON puts each string on one line."""
    return Markdown(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False))
