"""Tables of settings, resources, software and code."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, link, markdown
from textstudy.report.language.numbers import MISSING, setting_in_words
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def study_settings(report: Report) -> Table:
    """The resolved settings of the study but for its models, which have their own table."""
    settings = {k: v for k, v in (report["study"].get("settings") or {}).items() if k not in {"models", "reported"}}
    flat = flatten_settings(settings)
    for key in ("title", "description"):
        flat.pop(key, None)
    return Table(
        "table-study-settings", "Settings of the study.", ["Setting", "Value"], "ll", [*map(list, flat.items())]
    )


def scaled(report: Report) -> Table:
    """What an overlay changed in the study as published."""
    rows = [
        [row["setting"], setting_in_words(row["full"]), setting_in_words(row["used"])] for row in report["study"].get("scaled") or []
    ]  # fmt: skip
    return Table(
        "table-scaled", "Settings that differ from those of the study file.", ["Setting", "Study file", "Used here"],
        "lll", rows,
    )  # fmt: skip


def resources(report: Report) -> Table:
    """What was fetched, from where, under which licence."""
    rows = []
    for row in report["provenance"].get("resources") or []:
        source = str(row.get("source") or MISSING)
        shown = link(source, source) if source.startswith(("https://", "http://")) else markdown(source)
        rows.append([row.get("name"), shown, _digest(row.get("sha256")), row.get("licence"), row.get("citation")])
    return Table(
        "table-resources", "Resources, with the first 12 digits of the SHA-256 of each.",
        ["Resource", "Source", "SHA-256", "Licence", "Citation"], "lllll", rows,
    )  # fmt: skip


def versions(report: Report) -> Table:
    """Versions of the software and the machine that it ran on."""
    provenance = report["provenance"]
    facts = {
        **flatten_settings(provenance.get("versions") or {}),
        **flatten_settings(provenance.get("machine") or {}, "machine."),
    }
    return Table("table-versions", "Software and machine.", ["What", "Value"], "ll", [*map(list, facts.items())])


def code(report: Report) -> Table:
    """The digest of the code that each rule ran."""
    digests = report["provenance"].get("code") or {}
    return Table(
        "table-code", "Digest of the code behind each rule (first 12 digits).", ["Rule", "Digest"], "ll",
        [[rule, _digest(digests[rule])] for rule in sorted(digests)],
    )  # fmt: skip


def _digest(value: Any) -> Markdown | str:
    """Return the first 12 digits of a hash; a mapping of hashes by file shows how many there are and the first."""
    if isinstance(value, Mapping):
        first = _digest(next(iter(value.values()), None))
        return markdown(f"{first} and {len(value) - 1} more") if len(value) > 1 else first
    return str(value)[:12] if value else MISSING
