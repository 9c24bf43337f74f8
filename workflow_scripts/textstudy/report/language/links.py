"""Links from a report to the folders of its runs, and to the files beside it."""

from collections.abc import Callable

from textstudy.report.language.escaping import Markdown, link
from textstudy.report.language.many_classes import CLASSES_FILE, CONFUSIONS_FILE, has_many
from textstudy.report.language.types import Report

Address = Callable[[str], str]  # path from the project's folder → link from the page


def run_links(report: Report, name: str, address: Address) -> Markdown:
    """Return links to the folders of a model's runs, named by seed."""
    links = [link(run["seed"], address(run["folder"])) for run in report["models"][name]["runs"]]
    return Markdown("seed " + ", ".join(links))


def class_files(report: Report, address: Address) -> dict[str, Markdown]:
    """Return links to the files of all classes and of all confusions; empty where the page shows every class."""
    if not has_many(report):
        return {}
    folder = f"results/studies/{report['study']['name']}"
    files = {"classes": CLASSES_FILE, "confusions": CONFUSIONS_FILE}
    return {kind: link(name, address(f"{folder}/{name}")) for kind, name in files.items()}
