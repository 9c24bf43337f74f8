"""Where a checkout and its Python may stand. Snakemake calls Python by its path, without quotation marks."""

import os
import re
from pathlib import Path

from textstudy.errors import StudyError

_SHELL = re.compile(r"""[\s'"()<>&;|*?$`\\\[\]{}]""")  # what a shell does not take as it stands
_BRACES = re.compile("[{}]")  # wildcards to Snakemake


def check_place(checkout: Path | str, python: Path | str) -> None:
    """Check that Snakemake can call the Python of the environment and read the rules of the checkout.

    Raises:
        StudyError: a path has characters that mean something to a shell or to Snakemake.
    """
    if found := _BRACES.search(str(checkout)):
        raise StudyError(
            f"the checkout stands in {checkout}, and {found.group()!r} is part of a wildcard to Snakemake: move it to "
            "a folder without braces."
        )
    if found := _SHELL.search(str(python)):
        raise StudyError(
            f"Python stands at {python}, and Snakemake cannot call a path with {found.group()!r} in it: move the "
            "checkout to a folder without blanks, brackets and apostrophes, or keep the environment in such a folder "
            "(docs/how-to/when-something-goes-wrong.md)."
        )


def lead_scripts(library: Path) -> None:
    """Let the scripts that this process starts import from `library` before anything that is installed."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(library), os.environ.get("PYTHONPATH")]))
