"""Links from a report to the folders of its runs."""

from collections.abc import Callable

from textstudy.report.language.escaping import Markdown, link
from textstudy.report.language.types import Report

Address = Callable[[str], str]  # path from the project's folder → link from the page


def run_links(report: Report, name: str, address: Address) -> Markdown:
    """Return links to the folders of a model's runs, named by seed."""
    links = [link(run["seed"], address(run["folder"])) for run in report["models"][name]["runs"]]
    return Markdown("seed " + ", ".join(links))
