"""The page of all studies: a link to the report of each, and tables that compare them."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from textstudy.report.language.classes import count_classes
from textstudy.report.language.devices import device_names
from textstudy.report.language.escaping import Markdown, link, markdown
from textstudy.report.language.leaks import duplicates_in_test
from textstudy.report.language.numbers import (
    MISSING,
    change_in_points,
    count,
    count_of,
    decimal,
    interval,
    join_items,
    percent,
    seconds,
)
from textstudy.report.language.ranks import learner, paired_test, rank_by_validation, score, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.page.pandoc import document
from textstudy.report.page.templating import address_from, environment
from textstudy.storage.files import atomic_path

Reports = Mapping[Path, Report]  # folder of a study → its report
Address = Callable[[Any], str]


def write_index(reports: Reports, html: Path) -> None:
    """Write the page of all `reports` as one HTML file; its links are relative to its folder.

    Raises:
        StudyError: pandoc refuses the Markdown of the template.
    """
    metadata = {"title": "Studies", "subtitle": _total_size(reports)}
    with tempfile.TemporaryDirectory() as no_figures, atomic_path(html) as page:
        text = compose(reports, base=Path(html).parent)
        page.write_text(document(text, metadata, "html5", Path(no_figures)), encoding="utf-8")


def compose(reports: Reports, *, base: Path) -> str:
    """Return the page as Markdown; relative links start from `base`. A section whose table has no rows is left out."""
    address = address_from(base)
    parts = {
        "studies": [study_card(folder, report, address) for folder, report in reports.items()],
        "best": best(reports), "kinds": kinds(reports), "corpora": corpora(reports), "encoders": encoders(reports),
        "machines": machines(reports),
    }  # fmt: skip
    return environment(**parts).get_template("index/index.md.j2").render()


def study_card(folder: Path, report: Report, address: Address) -> dict[str, Any]:
    """Return what the card of a study shows: its decision, how sure it is, its data, and a line with its reports."""
    decision, page = report["decision"], address(folder / "report.html")
    card = {"title": link(report["study"]["title"] or report["study"]["name"], page), "name": report["study"]["name"],
            "line": study_line(folder, report, address)}  # fmt: skip
    if decision is None:
        return {**card, "recommended": None}
    return {
        **card,
        "recommended": title(report, decision["recommended"]),
        "reason": [item["text"] for item in decision["reason"]],
        "certainty": [item["text"] for item in decision["certainty"]],
        "data": decision["data"]["text"],
    }


def study_line(folder: Path, report: Report, address: Address) -> Markdown:
    """Return one line on a study: its report in three formats, its size, and notes."""
    study, corpus, models = report["study"], report["corpus"], report["models"].values()
    formats = [link(each, address(folder / f"report.{each.lower()}")) for each in ("HTML", "PDF", "JSON")]
    size = {"document": sum(corpus["documents"].values()), "model": len(models), "run": _runs(report)}
    text = f"Study {study['name']} on the corpus {corpus['name']}, {_list_counts(size)}."
    text += " The corpus is synthetic." if study["synthetic"] else ""
    changed = len(study["scaled"])
    text += (
        f" {count_of(changed, 'setting')} {'differs' if changed == 1 else 'differ'} from the study file."
        if changed
        else ""
    )
    return Markdown(f"{markdown(text)} Report: {', '.join(formats)}.")


def _total_size(reports: Reports) -> str:
    models = sum(len(report["models"]) for report in reports.values())
    return _list_counts({"study": len(reports), "model": models, "run": sum(map(_runs, reports.values()))})


def _runs(report: Report) -> int:
    """Return the number of runs of all models."""
    return sum(len(model["runs"]) for model in report["models"].values())


def _list_counts(numbers: Mapping[str, int]) -> str:
    """Return numbers of things as a sentence lists them: "1 study, 2 models and 6 runs"."""
    return join_items([count_of(number, thing) for thing, number in numbers.items()])


def _candidates(report: Report) -> list[str]:
    """Return the models that have both a validation and a test accuracy, best on validation first; no refits."""
    names = rank_by_validation(report, tested=True)
    return [name for name in names if score(report, name, split="validation", metric="accuracy")]


def _plain(report: Report, name: str | None) -> str:
    """Return the validation accuracy of the model that it chose, too high by the luck of the choice: no interval."""
    found = score(report, name, split="validation", metric="accuracy") if name else None
    return percent(found["mean"]) if found else MISSING


def _accuracy(report: Report, name: str | None, split: str) -> str:
    """Return the accuracy of a model with its interval."""
    return interval(score(report, name, split=split, metric="accuracy")) if name else MISSING


def best(reports: Reports) -> Table:
    """Return the best model on validation of each study, and the simple baseline model."""
    rows = []
    for report in reports.values():
        names = _candidates(report)
        first = next(iter(names), None)
        simple = next((name for name in names if learner(report, name) == "linear"), None)
        rows.append([
            report["study"]["name"], title(report, first) if first else MISSING,
            _plain(report, first), _accuracy(report, first, "test"),
            title(report, simple) if simple else MISSING, _accuracy(report, simple, "test"),
            _difference(report, first, simple),
        ])  # fmt: skip
    return Table(
        "table-best",
        "The model with the highest validation accuracy of each study, and the baseline: the linear model with the "
        "highest validation accuracy. Accuracies are in per cent, on test with 95 % intervals. The "
        "difference is best minus baseline on test, in points with its paired 95 % interval; “not shown” means that "
        "the paired test is not significant. Refits are left out, because their validation scores are those of the "
        "model that they refit.",
        ["Study", "Best on validation", "Validation accuracy", "Test accuracy", "Baseline", "Its test accuracy",
         "Difference"],
        "llrrlrr", rows,
    )  # fmt: skip


def _difference(report: Report, first: str | None, simple: str | None) -> str:
    """Return the paired difference of two models, and whether the test shows it."""
    pair = paired_test(report, first, simple) if first and simple else None
    if pair is None:
        return MISSING
    difference = change_in_points(pair["difference"], pair["low"], pair["high"])
    return difference if pair["significant"] else f"{difference}, not shown"


def kinds(reports: Reports) -> Table:
    """Return the test accuracy of the best model of each kind in each study; empty for one study."""
    chosen: dict[str, dict[Path, str]] = {}
    for folder, report in reports.items():
        for name in _candidates(report):
            chosen.setdefault(report["models"][name]["name_in_sentence"], {}).setdefault(folder, name)
    order = sorted(chosen)
    cells = [[_best_of(reports[folder], chosen[each].get(folder)) for folder in reports] for each in order]
    return Table(
        "table-kinds",
        "Test accuracy of the model of each kind with the highest validation accuracy, in per cent with its 95 % "
        "interval, and the name of that model. Refits are left out.",
        ["Kind of model", *(report["study"]["name"] for report in reports.values())], "l" * (len(reports) + 1),
        [[each, *row] for each, row in zip(order, cells, strict=True)] if len(reports) > 1 else [],
    )  # fmt: skip


def _best_of(report: Report, name: str | None) -> str:
    return f"{_accuracy(report, name, 'test')} {title(report, name)}" if name else MISSING


def corpora(reports: Reports) -> Table:
    """Return the size of each prepared corpus, its removed duplicates, and those between training and test."""
    sharing: dict[str, list[Report]] = {}
    for report in reports.values():
        sharing.setdefault(report["study"]["settings"]["preparation"]["name"], []).append(report)
    rows = []
    for name, users in sharing.items():
        corpus, words = users[0]["corpus"], users[0]["corpus"]["words"]
        removed = [line["documents_in"] - line["documents_out"] for line in users[0]["ledger"]
                   if line["step"] == "deduplicate"]  # fmt: skip
        rows.append([
            corpus["name"] if name == corpus["name"] else f"{corpus['name']}, prepared as {name}",
            ", ".join(each["study"]["name"] for each in users),
            count(sum(corpus["documents"].values())),
            count_classes(corpus["labels"], users[0]["ledger"]).removesuffix(" classes"), count(words["total"]),
            decimal(words["median"]), count(sum(removed) if removed else None),
            *(count(duplicates_in_test(users[0], stage)) for stage in ("parsed", "cleaned", "split")),
        ])  # fmt: skip
    return Table(
        "table-corpora",
        "Prepared corpora. Documents: of all splits. Words: in all documents, and median per document. Duplicates: "
        "documents that the preparation removed. The last three columns count test documents that are exact or near "
        "duplicates of a training document: in the corpus as parsed, after cleaning, and in the final split.",
        ["Corpus", "Studies", "Documents", "Classes", "Words", "Per document", "Duplicates", "In training: parsed",
         "Cleaned", "Final"],
        "llrrrrrrrr", rows,
    )  # fmt: skip


def encoders(reports: Reports) -> Table:
    """Return the encoders that the studies name and those that ran."""
    found: dict[tuple[str, str], list[str]] = {}
    for report in reports.values():
        for role, resource in report["study"]["encoders"].items():
            found.setdefault((role, resource), []).append(report["study"]["name"])
    return Table(
        "table-encoders",
        "Pretrained encoders. Where the two names differ, another encoder ran than the study names.",
        ["Encoder named", "Encoder that ran", "Studies"], "lll",
        [[role, resource, ", ".join(names)] for (role, resource), names in sorted(found.items())],
    )  # fmt: skip


def machines(reports: Reports) -> Table:
    """Return the machine and software of each report, the devices of its trainings, and their total time."""
    rows = []
    for report in reports.values():
        machine, versions = report["provenance"]["machine"], report["provenance"]["versions"]
        models = report["models"].values()
        rows.append([
            report["study"]["name"], machine["processor"], count(machine["cores"]), machine["system"],
            f"Python {versions['python']}, torch {versions['torch']}",
            "; ".join(sorted(set(map(device_names, models)))),
            seconds(sum(model["seconds"]["train"] * len(model["runs"]) for model in models)),
        ])  # fmt: skip
    return Table(
        "table-machines",
        "The machine and software that made each report, the devices and precisions of the trainings, and the sum of "
        "all training times.",
        ["Study", "Processor", "Cores", "System", "Software", "Trained on", "All trainings"], "llrlllr", rows,
    )  # fmt: skip
