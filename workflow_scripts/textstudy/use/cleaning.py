"""New texts, cleaned as the texts were that a model learned from."""

from collections.abc import Callable, Mapping, Set
from typing import Any

from textstudy.prepare.clean_text import SWITCHES, clean_text, truncate


def load_cleaner(settings: Mapping[str, Any], stop_words: Set[str] | None = None) -> Callable[[str], str]:
    """Return a function from a raw text to a clean one, which may be empty.

    Lines that recur in the messages of one author cannot be told from one text, so they stay; nothing is dropped for
    being short.

    Args:
        settings: of the cleaning of the preparation.
        stop_words: where only content words are to stay.
    """
    steps = {name: settings[name] for name in SWITCHES}
    return lambda text: truncate(clean_text(text, **steps, stop_words=stop_words), settings["maximum_words"])
