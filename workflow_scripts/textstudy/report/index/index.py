"""The page that opens a set of studies: each with its report, and what can be set side by side across them."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from textstudy.report.language.devices import device_names
from textstudy.report.language.escaping import Markdown, link, markdown
from textstudy.report.language.numbers import (
    MISSING,
    count,
    count_of,
    decimal,
    interval,
    join_items,
    points,
    seconds,
    signed_interval,
)
from textstudy.report.language.ranks import learner, paired_test, rank_by_validation, score, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.page.pandoc import document
from textstudy.report.page.templating import address_from, environment
from textstudy.storage.files import atomic_path

Reports = Mapping[Path, Report]  # folder of a study → its report.json
Address = Callable[[Any], str]


def write_index(reports: Reports, html: Path) -> None:
    """Write the page of all `reports`; links are relative to its folder.

    Raises:
        StudyError: pandoc refuses what the template made.
    """
    metadata = {"title": "Studies", "subtitle": _extent(reports)}
    with tempfile.TemporaryDirectory() as no_figures, atomic_path(html) as page:
        text = compose(reports, base=Path(html).parent)
        page.write_text(document(text, metadata, "html5", Path(no_figures)), encoding="utf-8")


def compose(reports: Reports, *, base: Path) -> str:
    """Return the page as Markdown; relative links start from `base`. A table without rows takes its section along."""
    address = address_from(base)
    parts = {
        "studies": [introduced(folder, report, address) for folder, report in reports.items()],
        "best": best(reports), "kinds": kinds(reports), "corpora": corpora(reports), "encoders": encoders(reports),
        "machines": machines(reports),
    }  # fmt: skip
    return environment(**parts).get_template("index/index.md.j2").render()


def introduced(folder: Path, report: Report, address: Address) -> Markdown:
    """Return a study in a line: its report in three forms, how large it is, and what sets it apart from others."""
    study, corpus, models = report["study"], report["corpus"], report["models"].values()
    forms = [link(form, address(folder / f"report.{form.lower()}")) for form in ("PDF", "JSON")]
    size = {"document": sum(corpus["documents"].values()), "model": len(models),
            "run": sum(len(model["runs"]) for model in models)}  # fmt: skip
    changed = len(study.get("scaled") or [])
    notes = ["The corpus is synthetic."] if study.get("synthetic") else []
    notes += [f"Not as in the study file: {count_of(changed, 'setting')}."] if changed else []
    said = [f"study {study['name']} on the corpus {corpus['name']},", f"{_sized(size)}.", *notes]
    shown = link(study["title"] or study["name"], address(folder / "report.html"))
    return Markdown(f"{shown} ({', '.join(forms)}): {markdown(' '.join(said))}")


def _extent(reports: Reports) -> str:
    models = [model for report in reports.values() for model in report["models"].values()]
    return _sized({"study": len(reports), "model": len(models), "run": sum(len(model["runs"]) for model in models)})


def _sized(numbers: Mapping[str, int]) -> str:
    return join_items([count_of(number, thing) for thing, number in numbers.items()])


def _contenders(report: Report) -> list[str]:
    """The models that validation can choose among and test can judge, best on validation first."""
    splits = ("validation", "test")
    return [
        name for name in rank_by_validation(report)
        if all(score(report, name, split=split, metric="accuracy") for split in splits)
    ]  # fmt: skip


def _accuracy(report: Report, name: str | None, split: str) -> str:
    return interval(score(report, name, split=split, metric="accuracy")) if name else MISSING


def best(reports: Reports) -> Table:
    """In each study, the model that validation prefers beside the simple baseline."""
    rows = []
    for report in reports.values():
        names = _contenders(report)
        first = next(iter(names), None)
        simple = next((name for name in names if learner(report, name) == "linear"), None)
        rows.append([
            report["study"]["name"], title(report, first) if first else MISSING,
            _accuracy(report, first, "validation"), _accuracy(report, first, "test"),
            title(report, simple) if simple else MISSING, _accuracy(report, simple, "test"),
            _difference(report, first, simple),
        ])  # fmt: skip
    return Table(
        "table-best",
        "In each study, the model with the highest validation accuracy and, of the linear models, the one with the "
        "highest validation accuracy: the baseline. Accuracies in per cent with 95 % bootstrap intervals over "
        "documents; difference best − baseline on test in points with its 95 % interval, by paired test. No refit is "
        "chosen: its validation figures are those of the model it refits.",
        ["Study", "Best on validation", "Validation accuracy", "Test accuracy", "Baseline", "Its test accuracy",
         "Difference"],
        "llrrlrr", rows,
    )  # fmt: skip


def _difference(report: Report, first: str | None, simple: str | None) -> str:
    pair = paired_test(report, first, simple) if first and simple else None
    if pair is None:
        return MISSING
    within = f" {signed_interval(pair['low'], pair['high'])}" if pair.get("low") is not None else ""
    return f"{points(pair['difference'])}{within}{'' if pair['significant'] else ', not shown'}"


def kinds(reports: Reports) -> Table:
    """Kinds of models by studies: the test accuracy of the best of its kind on validation; nothing for one study."""
    chosen: dict[str, dict[Path, str]] = {}
    for folder, report in reports.items():
        for name in _contenders(report):
            chosen.setdefault(report["models"][name]["name_in_sentence"], {}).setdefault(folder, name)
    order = sorted(chosen)
    cells = [[_best_of(reports[folder], chosen[each].get(folder)) for folder in reports] for each in order]
    return Table(
        "table-kinds",
        "Test accuracy in per cent with its 95 % interval, and the name, of the model that has the highest validation "
        "accuracy of its kind in a study. Refits are left out.",
        ["Kind of model", *(report["study"]["name"] for report in reports.values())], "l" * (len(reports) + 1),
        [[each, *row] for each, row in zip(order, cells, strict=True)] if len(reports) > 1 else [],
    )  # fmt: skip


def _best_of(report: Report, name: str | None) -> str:
    return f"{_accuracy(report, name, 'test')} {title(report, name)}" if name else MISSING


def corpora(reports: Reports) -> Table:
    """Each preparation: its size, what was removed as duplicates, and whether test documents stand in training."""
    sharing: dict[str, list[Report]] = {}
    for report in reports.values():
        sharing.setdefault(report["study"]["settings"]["preparation"]["name"], []).append(report)
    rows = []
    for name, users in sharing.items():
        corpus, words = users[0]["corpus"], users[0]["corpus"].get("words") or {}
        lost = [line["documents_in"] - line["documents_out"] for line in users[0].get("ledger") or []
                if line["step"] == "deduplicate"]  # fmt: skip
        rows.append([
            corpus["name"] if name == corpus["name"] else f"{corpus['name']}, prepared as {name}",
            ", ".join(each["study"]["name"] for each in users),
            count(sum(corpus["documents"].values())), len(corpus["labels"]), count(words.get("total")),
            decimal(words.get("median")), count(sum(lost) if lost else None),
            *(_overlap(users[0], stage) for stage in ("parsed", "cleaned", "split")),
        ])  # fmt: skip
    return Table(
        "table-corpora",
        "Corpora as they were prepared: documents of all splits, classes, words in all and (median) per document, "
        "documents removed as duplicates; and how many test documents stood in training, exactly or nearly, as the "
        "corpus was read, after cleaning, and as the models used it.",
        ["Corpus", "Studies", "Documents", "Classes", "Words", "Per document", "Duplicates", "In training: as read",
         "Cleaned", "Used"],
        "llrrrrrrrr", rows,
    )  # fmt: skip


def _overlap(report: Report, stage: str) -> str:
    """How many test documents stand in training at a stage of the preparation."""
    for row in (report.get("audit") or {}).get("overlaps") or []:
        if (row["stage"], row["first"], row["second"]) == (stage, "train", "test"):
            return count(row["exact"] + row["near"])
    return MISSING


def encoders(reports: Reports) -> Table:
    """The encoders that the studies name and those that ran."""
    found: dict[tuple[str, str], list[str]] = {}
    for report in reports.values():
        for role, resource in (report["study"].get("encoders") or {}).items():
            found.setdefault((role, resource), []).append(report["study"]["name"])
    return Table(
        "table-encoders", "Pretrained encoders: where the two differ, another encoder stood in for the one named.",
        ["Encoder named", "Encoder that ran", "Studies"], "lll",
        [[role, resource, ", ".join(names)] for (role, resource), names in sorted(found.items())],
    )  # fmt: skip


def machines(reports: Reports) -> Table:
    """On which machine each report was made, on what its models were trained, and how long that took."""
    rows = []
    for report in reports.values():
        machine, versions = (report["provenance"].get(key) or {} for key in ("machine", "versions"))
        if not machine:
            continue
        models = report["models"].values()
        spent = [
            model["seconds"]["train"] * len(model["runs"]) for model in models
            if (model.get("seconds") or {}).get("train") is not None
        ]  # fmt: skip
        used = sorted({shown for model in models if (shown := device_names(model)) != MISSING})
        rows.append([
            report["study"]["name"], machine.get("processor"), count(machine.get("cores")), machine.get("system"),
            join_items([f"{name} {versions[name]}" for name in ("python", "torch") if name in versions]) or MISSING,
            "; ".join(used) or MISSING,
            seconds(sum(spent) if spent else None),
        ])  # fmt: skip
    return Table(
        "table-machines",
        "The machine that made each report, with its software; the devices and precisions in which the models were "
        "trained; and the time of all trainings together, one after the other.",
        ["Study", "Processor", "Cores", "System", "Software", "Trained on", "All trainings"], "llrlllr", rows,
    )  # fmt: skip
