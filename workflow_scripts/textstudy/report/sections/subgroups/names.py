"""What the parts of the test documents are called in sentences and captions."""

from collections.abc import Mapping
from typing import Any

from textstudy.prepare.language_names import language_name
from textstudy.report.language.escaping import plain

Division = Mapping[str, Any]

IN_PART = "read in part"
LONGEST = 40  # characters of a value of a group, which may be any text


def title_of(division: Division) -> str:
    """Return what a division is by: "length", "the encoding words", "language", "author"."""
    titles = {"cut": f"what the encoding {division['by']} cuts", "group": division["by"]}
    return titles.get(division["kind"], division["kind"])


def name_of(division: Division, subgroup: str) -> str:
    """Return the name of a subgroup as a table shows it."""
    return language_name(subgroup) if division["kind"] == "language" else plain(subgroup, LONGEST)


def phrase_of(division: Division, subgroup: str) -> str:
    """Return the documents of a subgroup as a sentence names them: "texts of up to 34 words"."""
    if division["kind"] == "cut":
        return "texts that it reads only in part" if subgroup == IN_PART else "texts that it reads as a whole"
    if division["kind"] == "language":
        return f"texts in {language_name(subgroup)}"
    name = plain(subgroup, LONGEST)
    return f"texts whose {division['by']} is {name}" if division["kind"] == "group" else f"texts of {name}"
