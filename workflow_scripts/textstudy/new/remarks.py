"""What to say of the texts that were seen, beside the settings: a sentence each."""

import math
from collections.abc import Mapping

import pandas as pd

from textstudy.corpora.labels import labels_alike
from textstudy.new.choice import Choice, listing, share
from textstudy.new.look import Table
from textstudy.new.roles import Roles
from textstudy.new.texts import Texts
from textstudy.normal_forms import normal_form
from textstudy.prepare.language_names import language_name

_ENCODER_EPOCHS = 3
_ENCODER_SPEED = 1_000  # tokens a second that a laptop learns from, about
_FEW = 3  # documents of a class: one each for training, validation and test


def seen(table: Table, roles: Roles, texts: Texts) -> list[str]:
    """Return what the table, the texts and the classes are like."""
    looked_at = f", of which {len(table.frame):,} drawn at random are looked at" if table.sampled else ""
    scripts = [f"{name} ({share(part)})" for name, part in texts.scripts.items() if part >= 0.05]
    languages = [f"{language_name(code)} ({share(part)})" for code, part in texts.languages.items() if part >= 0.05]
    folders, columns = table.kind == "folders", ", ".join(map(repr, table.frame))
    classes = texts.classes
    sizes = ", ".join(f"{label[:40]!r} {count:,}" for label, count in classes.head(6).items())
    more = f" and {len(classes) - 6:,} more, down to {classes.min():,}" if len(classes) > 6 else ""
    others = f"; --label chooses others, such as {listing(roles.other_labels)}" if roles.other_labels else ""
    return [
        f"{table.path}: {table.rows:,} "
        + (f"texts in class folders{looked_at}" if folders else f"rows{looked_at}; columns {columns}"),
        f"script: {' and '.join(scripts) or 'no letters'}; language: {', '.join(languages)}",
        f"lengths: half of the texts have at most {texts.median:,} {texts.unit}, 95 % at most "
        f"{texts.longest_5_percent:,}, the longest {texts.longest:,}",
        f"same words as another text: {share(1 - texts.distinct / len(table.frame))} of the texts",
        f"classes: {len(classes)}{'' if folders else f' in column {roles.label.value!r}'}: {sizes}{more}{others}",
    ]


def notes(roles: Roles) -> list[str]:
    """Return what columns of groups and dates mean for the split."""
    groups = [
        f"Column {column.name!r} repeats ({column.distinct:,} different values in {column.filled:,} rows). Texts of "
        "one author, thread or customer resemble each other: where they stand in training and in test, the test is too "
        "easy. The report says how many do; `by: group` in `split` keeps them together."
        for column in roles.groups
    ]
    dates = [
        f"Column {name!r} holds dates. A model will read texts later than those it learned from; a random split does "
        "not show what that costs. " + _how_by_time(name, roles)
        for name in roles.dates
    ]
    return groups + dates


def _how_by_time(name: str, roles: Roles) -> str:
    if roles.time is None:
        return f"Write them as 2024-05-31, and `time: {name}` of the corpus reads them."
    if roles.time.value != name:
        return f"The study takes the time from {roles.time.value!r}."
    return "The report says what it costs; `by: time` in `split` tests on the latest texts."


def warnings(table: Table, texts: Texts, choices: Mapping[str, Choice]) -> list[str]:
    """Return what stands in the way of a good study."""
    found = [*_files(table), *_labels(texts.classes), *_splits(texts, choices)]
    if texts.empty:
        found.append(f"Rows without text: {texts.empty:,}. Cleaning drops them.")
    if texts.conflicts:
        found.append(
            f"Texts with the same words under more than one label: {texts.conflicts:,}. None of their rows is kept; "
            "`deduplicate: {conflicts: majority}` keeps one with the most frequent label."
        )
    return found


def cost(documents: int, texts: Texts) -> str:
    """Return what fine-tuning an encoder on so many of these texts costs, as a guess of its magnitude."""
    tokens = documents * min(1.4 * texts.mean, 512)
    minutes = _ENCODER_EPOCHS * tokens / _ENCODER_SPEED / 60
    magnitude = f"{minutes / 60:,.0f} hours" if minutes >= 90 else f"{max(minutes, 2):.0f} minutes"
    return f"Roughly, it takes {magnitude} a seed on a laptop, and a small part of that with a GPU."


def _files(table: Table) -> list[str]:
    if not table.passed_over:
        return []
    names = [f"{name} ({reason})" for name, reason in sorted(table.passed_over.items())]
    return [f"Not read: {listing(names)}."]


def _labels(classes: pd.Series) -> list[str]:
    found = [
        f"Labels {_apart(group)} look alike and are made one class: change `labels:` of the corpus where they are not."
        for group in labels_alike(list(classes.index))
    ]
    rare = classes[classes < _FEW].index.tolist()
    if rare:
        found.append(
            f"Classes with fewer than {_FEW} documents cannot be learned and measured as well: {listing(rare)}. Give "
            "them more texts, join them with others (`labels:`) or drop them."
        )
    return found


def _splits(texts: Texts, choices: Mapping[str, Choice]) -> list[str]:
    left, classes = texts.distinct, (texts.classes > 1).sum()  # a class of one text stays in training
    for setting in ("split.test", "split.validation"):
        part = choices[setting].value if setting in choices else "official"
        drawn = 0 if part == "official" else math.ceil(part * left)
        if part != "official" and drawn < classes:
            return [
                f"{texts.distinct:,} different texts are too few for {len(texts.classes)} classes: a share of {part} "
                "of them does not hold one of each, and the run will stop. Give more texts or larger shares."
            ]
        left -= drawn
    return []


def _apart(labels: list[str]) -> str:
    """Return labels in quotation marks; with the codes of their characters where nobody could see the difference."""
    plain = {normal_form("NFC", label) for label in labels}
    return listing(labels) if len(plain) == len(labels) else ", ".join(map(ascii, labels))
