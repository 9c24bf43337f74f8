"""The page of a comparison: one HTML file in the look of the reports. All texts are escaped."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textstudy.report.language.escaping import markdown
from textstudy.report.language.numbers import MISSING, change_in_points, decimal, interval, p_value, percent, points
from textstudy.report.language.tables import Table
from textstudy.report.page.pandoc import document
from textstudy.report.page.templating import environment
from textstudy.storage.files import atomic_path
from textstudy.use.watch.verdict import NAMES

TEMPLATE = Path(__file__).with_name("page.md.j2")
MOST_WORDS, MOST_CATEGORIES, MOST_DOCUMENTS, EXCERPT = 20, 20, 20, 160
_HOW = {
    "held_out": "Held-out documents for test",
    "measured": "Measured on labelled new documents",
    "thresholded": "Estimated by thresholded confidence (Garg et al. 2022)",
    "by_difference": "Estimated by the difference of mean confidence",
}
_TITLES = {"predicted": "Predicted class", "language": "Language"}


def write_page(result: Mapping[str, Any], path: Path) -> None:
    """Write the page of a result of `watch`."""
    parts = {
        **result,
        "names": NAMES, "percent": percent, "drop": decimal(100 * result["thresholds"]["drop"]),
        "accuracies": _accuracies(result["accuracy"]), "changes": _changes(result), "words": _words(result["words"]),
        "shares": [_shares(name, rows) for name, rows in result["shares"].items() if len(rows) > 1],
        "label_next": _label_next(result["label_next"]),
    }  # fmt: skip
    text = environment(**parts).from_string(TEMPLATE.read_text(encoding="utf-8")).render()
    model, new = result["model"], result["new"]["file"]
    metadata = {
        "title": f"What changed in {new}",
        "subtitle": f"{model['title']}, of the study {model['study']}",
    }
    with tempfile.TemporaryDirectory() as no_figures, atomic_path(path) as page:
        page.write_text(document(text, metadata, "html5", Path(no_figures)), encoding="utf-8")


def _accuracies(accuracy: Mapping[str, Any]) -> Table:
    rows = [[_HOW[how], interval(accuracy[how]), MISSING if how == "held_out" else _change(accuracy[how])]
            for how in _HOW if how in accuracy]  # fmt: skip
    return Table("table-accuracy", "Accuracy in per cent, and its change in points, with 95 % intervals.",
                 ["Documents", "Accuracy", "Change"], "lrr", rows)  # fmt: skip


def _change(found: Mapping[str, float]) -> str:
    return change_in_points(found["change"], found["change_low"], found["change_high"])


def _changes(result: Mapping[str, Any]) -> Table:
    limit = result["thresholds"]["p_value"]
    rows = [
        [NAMES[each["feature"]], each["shown"], decimal(each["old"]), decimal(each["new"]), decimal(each["effect"]),
         p_value(each["p_value"]), p_value(each["adjusted_p_value"]),
         "yes" if each["adjusted_p_value"] < limit else "no"]
        for each in result["changes"]
    ]  # fmt: skip
    return Table(
        "table-changes",
        "Tests of new against held-out documents. Size: of the difference, from 0 to 1, where 0 is none; where a new "
        f"document is told from an old one, 0.5 is none. Shown: the corrected p-value is below {limit:g}.",
        ["Feature", "For example", "Held out", "New", "Size", "p", "Corrected p", "Shown"], "llrrrrrl", rows,
    )  # fmt: skip


def _words(words: Sequence[Mapping[str, Any]]) -> Table:
    rows = [[word["word"], percent(word["old"]), percent(word["new"]), points(word["new"] - word["old"]),
             p_value(word["adjusted_p_value"])] for word in words[:MOST_WORDS]]  # fmt: skip
    more = f" {len(words):,} words changed; these are the first." if len(words) > MOST_WORDS else ""
    return Table("table-words", "Words that are in more, or fewer, of the documents, in per cent of them." + more,
                 ["Word", "Held out", "New", "Change", "Corrected p-value"], "lrrrr", rows)  # fmt: skip


def _shares(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    order = sorted(rows, key=lambda row: -abs(row["new"] - row["old"]))
    more = f" The {MOST_CATEGORIES} that changed most, of {len(rows):,}." if len(rows) > MOST_CATEGORIES else ""
    return Table(
        f"table-{name}", f"{_TITLES[name]}, in per cent of the documents.{more}",
        [_TITLES[name], "Held out", "New", "Change"], "lrrr",
        [[row["name"], percent(row["old"]), percent(row["new"]), points(row["new"] - row["old"])]
         for row in order[:MOST_CATEGORIES]],
    )  # fmt: skip


def _label_next(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        "table-label-next",
        "New documents whose label would teach the model most: it is unsure of them, and no two are alike (as in "
        f"BADGE, Ash et al. 2020). label_next.csv has {len(rows):,} with the whole text.",
        ["Row", "Predicted", "Sure, in %", "Text"], "rlrl",
        [[row["row"], row["predicted"], percent(row["confidence"], 0), markdown(row["text"], EXCERPT)]
         for row in rows[:MOST_DOCUMENTS]],
    )  # fmt: skip
