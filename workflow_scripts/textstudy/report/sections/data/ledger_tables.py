"""Tables of the ledger: what each step took, what each class lost, and samples of what was taken."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.prepare.loss_warnings import documents_before
from textstudy.report.language.many_classes import CLASSES_FILE, has_many
from textstudy.report.language.numbers import MISSING, count, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

CLASSES_SHOWN = 10
LOSSES = {
    "parse": "Not drawn (%)",
    "clean": "Dropped (%)",
    "deduplicate": "Duplicates (%)",
}  # step → column
STEPS = {  # step of cleaning → what it takes, in a few words
    "originals": "earlier messages", "last_lines": "names and recurring last lines",
    "headers": "headers", "blocks": "encoded data", "signatures": "signatures", "quotes": "quotations",
    "content_words": "stop words and markup", "minimum_characters": "short texts",
    "maximum_words": "ends of long texts",
}  # fmt: skip
LINE_END = " ↵ "

Line = Mapping[str, Any]


def cleaning_steps(report: Report) -> list[tuple[str, Line]]:
    """Return what each step of cleaning takes, in a few words, with its line of the ledger."""
    return [(STEPS[line["part"]], line) for line in report["ledger"] if line["part"]]


def words_taken(line: Line) -> int:
    """Return the words that a step of cleaning took."""
    return line["words_in"] - line["words_out"]


def words_before(report: Report) -> int:
    """Return the words of the corpus before cleaning; 0 where they were not counted."""
    return next((line["words_in"] for line in report["ledger"] if line["words_in"] is not None), 0)


def ledger(report: Report) -> Table:
    """Return what each step dropped or moved, its reason, and the documents left in each split."""
    lines, words = report["ledger"], words_before(report)
    known = [split for split in ("train", "validation", "test") if any(split in line["by_split"] for line in lines)]
    other = sorted({split for line in lines for split in line["by_split"]} - set(known))
    splits = known + other

    def taken(line: Line) -> str:
        if line["words_in"] is None:
            return MISSING
        return f"{count(words_taken(line))} ({percent(words_taken(line) / max(words, 1))} %)"

    return Table(
        "table-ledger",
        "Ledger: documents before and after each step of the preparation. Step: the setting that decides what it "
        "takes, or its name. Reason: why documents were dropped. Words: those that the step took, also from documents "
        "that it kept, and their share of all words before cleaning. The last columns count the documents that each "
        "split holds after the step: the official split of the corpus first, the study's own split at the end.",
        ["Step", "Reason", "In", "Out", "Dropped", "Words", *(split or "no split" for split in splits)],
        "llrrrr" + "r" * len(splits),
        [
            [line["setting"] or line["step"], line["reason"], count(line["documents_in"]), count(line["documents_out"]),
             count(line["documents_in"] - line["documents_out"]), taken(line),
             *(count(line["by_split"].get(split)) for split in splits)]  # a split without documents has no key
            for line in lines
        ],
    )  # fmt: skip


def classes(report: Report) -> Table:
    """Return what each class lost: all of a few classes, of many those that lose the largest share of their documents.

    Empty where no step took anything.
    """
    lines = report["ledger"]
    if not lines:
        return Table("table-losses", "", [], "")
    documents = documents_before(lines[0])
    dropped = {
        step: {label: _dropped([line for line in lines if line["step"] == step], label) for label in documents}
        for step in LOSSES
    }
    dropped = {step: of_label for step, of_label in dropped.items() if any(of_label.values())}
    words, taken = _words_by_class(report)
    left = {label: lines[-1]["by_label"].get(label, 0) / documents[label] for label in documents}

    def kept_words(label: str) -> float:
        return 1 - sum(of_label.get(label, 0) for of_label in taken.values()) / max(words.get(label, 0), 1)

    order = sorted(documents, key=lambda label: (left[label], kept_words(label), label))
    shown = order[:CLASSES_SHOWN]
    more = len(order) - len(shown)
    which = f"the {count(len(shown))} that lose the largest share of their documents; there are {count(more)} more"
    which += f" (in the file {CLASSES_FILE})" if has_many(report) else ""
    return Table(
        "table-losses",
        f"What each class lost{f', {which}' if more else ''}. Documents: in the corpus; the shares of documents refer "
        "to these. Dropped: in cleaning. Words: before cleaning; the shares of words refer to these.",
        ["Class", "Documents", *(LOSSES[step] for step in dropped), "Left (%)",
         *(["Words", *(f"{name.capitalize()} (%)" for name in taken), "Words left (%)"] if words else [])],
        "lr" + "r" * (len(dropped) + 1) + "r" * ((len(taken) + 2) if words else 0),
        [
            [label, count(documents[label]), *(percent(dropped[step][label] / documents[label]) for step in dropped),
             percent(left[label]),
             *([count(words.get(label, 0)), *(percent(taken[name].get(label, 0) / max(words.get(label, 0), 1))
                                              for name in taken), percent(kept_words(label))] if words else [])]
            for label in shown
        ] if dropped or taken else [],
    )  # fmt: skip


def _dropped(lines: Sequence[Line], label: str) -> int:
    return sum(line["dropped_by_label"].get(label, 0) for line in lines)


def _words_by_class(report: Report) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Return label → words before cleaning, and step → label → words that it took; steps that took none left out."""
    previous = next((line["words_by_label"] for line in report["ledger"] if line["words_by_label"] is not None), {})
    words, taken = previous, {}
    for name, line in cleaning_steps(report):
        now = line["words_by_label"]
        if words_taken(line):
            taken[name] = {label: count - now.get(label, 0) for label, count in previous.items()}
        previous = now
    return words, taken


def samples(report: Report) -> list[dict[str, Any]]:
    """Return for each step of cleaning that took words a title and a table of what it took from a few documents."""
    return [
        {
            "title": f"{name.capitalize()} that {line['setting']} took, from {count(len(line['samples']))} of "
                     f"{count(line['changed'])} documents",
            "table": Table(
                f"table-taken-{line['part']}",
                f"{name.capitalize()} that cleaning took from a few documents of different classes. Words: how many it "
                "took. Emptied: whether nothing was left. Long pieces are cut; ↵ marks the end of a line.",
                ["Document", "Class", "Words", "Emptied", "Taken"], "llrll",
                [[row["id"], row["label"], count(row["words"]), "yes" if row["emptied"] else "no",
                  row["text"].replace("\n", LINE_END)] for row in line["samples"]],
            ),
        }
        for name, line in cleaning_steps(report) if line["samples"]
    ]  # fmt: skip
