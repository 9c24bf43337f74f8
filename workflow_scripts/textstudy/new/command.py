"""What `textstudy new` prints: what it saw in the texts, and what it chose and why."""

import textwrap
from pathlib import Path

from textstudy.new.write import NewStudy, write_study
from textstudy.settings.files import as_yaml

_WIDTH = 116
_MEASURED = (
    "clean.minimum_characters",
    "clean.maximum_words",
    "split.test",
    "counts.word_ngrams",
    "linear.class_weights",
)
_NETWORK = ("words.maximum_length", "training.epochs")


def print_new_study(path: Path, *, text: str | None, label: str | None, name: str | None) -> None:
    """Write a first study of one's own texts, and print what was seen and chosen.

    Raises:
        StudyError: the texts cannot be read, a choice cannot be seen, or the study exists already.
    """
    print(summary(write_study(path, text=text, label=label, name=name)))


def summary(study: NewStudy) -> str:
    """Return what was seen and chosen, with reasons, and the next command; the file says more."""
    chosen = [
        f"{key}: {as_yaml(study.choices[key].value)}; {study.choices[key].reason}" for key in _settings_to_print(study)
    ]
    chosen.append(f"models: {', '.join(study.models)}; others stand in the file, commented out")
    parts = {"Seen": study.seen, "Chosen": chosen, "Mind": study.warnings + study.notes}
    lines = [line for name, part in parts.items() if part for line in (f"{name}:", *map(_wrap, part), "")]
    return "\n".join([*lines, f"{study.path} is written. Read it, change what you know better, then:", study.command])


def _settings_to_print(study: NewStudy) -> list[str]:
    """Return the settings that say most: the columns, what cleaning takes, and what was made to measure."""
    cleaning = [key for key, choice in study.choices.items() if key.startswith("clean.") and choice.value is True]
    columns = [key for key in study.choices if key.startswith("corpus.")]
    network = [key for key in _NETWORK if "bilstm_attention" in study.models]
    return columns + cleaning + [key for key in (*_MEASURED, *network) if key in study.choices]


def _wrap(sentence: str) -> str:
    return textwrap.fill(sentence, _WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)
