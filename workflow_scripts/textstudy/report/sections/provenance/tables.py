"""Tables of settings, resources, software and code."""

from textstudy.report.language.escaping import link, markdown
from textstudy.report.language.numbers import setting_in_words
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

ELSEWHERE = {"title", "description", "models", "reported", "data_statement"}  # settings that other parts show
DIGITS = 12  # of a digest that are shown


def study_settings(report: Report) -> Table:
    """Return the settings of the study as it ran, without those that other parts of the report show."""
    settings = {key: value for key, value in report["study"]["settings"].items() if key not in ELSEWHERE}
    return Table(
        "table-study-settings", "Settings of the study.", ["Setting", "Value"], "ll",
        [*map(list, flatten_settings(settings).items())],
    )  # fmt: skip


def scaled(report: Report) -> Table:
    """Return the settings of the study file that an overlay changed."""
    rows = [
        [row["setting"], setting_in_words(row["full"]), setting_in_words(row["used"])]
        for row in report["study"]["scaled"]
    ]
    return Table(
        "table-scaled", "Settings that differ from the study file.", ["Setting", "Study file", "Used here"], "lll", rows
    )


def resources(report: Report) -> Table:
    """Return what was downloaded, from where and under which licence."""
    rows = []
    for row in report["provenance"]["resources"]:
        source = row["source"]
        shown = link(source, source) if source.startswith(("https://", "http://")) else markdown(source)
        rows.append([row["name"], shown, row["sha256"][:DIGITS], row["licence"], row["citation"]])
    return Table(
        "table-resources", f"Resources, with the first {DIGITS} digits of the SHA-256 of each.",
        ["Resource", "Source", "SHA-256", "Licence", "Citation"], "lllll", rows,
    )  # fmt: skip


def versions(report: Report) -> Table:
    """Return the versions of the software, and the machine that collected the report."""
    provenance = report["provenance"]
    facts = {**flatten_settings(provenance["versions"]), **flatten_settings(provenance["machine"], "machine.")}
    return Table("table-versions", "Software and machine.", ["What", "Value"], "ll", [*map(list, facts.items())])


def code(report: Report) -> Table:
    """Return the digest of the code of each step."""
    digests = report["provenance"]["code"]
    return Table(
        "table-code", f"Digest of the code of each step (first {DIGITS} digits).", ["Step", "Digest"], "ll",
        [[step, digests[step][:DIGITS]] for step in sorted(digests)],
    )  # fmt: skip
