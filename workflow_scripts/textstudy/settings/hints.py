"""What a misspelt name was perhaps meant to be. Apart from errors.py, on which the digest of every training hangs."""

import difflib
from collections.abc import Iterable


def suggest_name(name: str, known: Iterable[str]) -> str:
    """Return "did you mean 'lstm'? " with the known name that is nearest, or "" where none is near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}? " if near else ""
