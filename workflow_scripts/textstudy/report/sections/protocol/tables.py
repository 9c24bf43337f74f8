"""The table of the published protocol beside real documents."""

from textstudy.report.language.numbers import count, percent
from textstudy.report.language.perturbations import measured_models, perturbation_title, result_at, share_title
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.protocol.findings import nearest_share, protocol, shared_perturbations


def table(report: Report) -> Table:
    """Return a row for each perturbation, a column for each model: share of right variants / of right documents."""
    models, share, sentence = measured_models(report), nearest_share(report), protocol(report)
    answers = {name: sentence["models"][name] for name in models}
    clean = (_side_by_side(answers[name]["clean"], found["clean"]) for name, found in models.items())
    rows = [["none", *clean]]
    for perturbation in shared_perturbations(report):
        cells = (
            _side_by_side(answers[name]["accuracies"][perturbation], result_at(found, perturbation, share))
            for name, found in models.items()
        )
        rows.append([perturbation_title(perturbation), *cells])
    return Table(
        "table-protocol",
        f"The published protocol beside real documents: per cent of {count(sentence['variants'])} variants of one "
        f"sentence that are classified correctly / per cent of {count(report['robustness']['documents'])} test "
        f"documents with {share_title(share)} of the words edited that are classified correctly, over the variants and "
        f"the documents that were edited. The row “none” is the "
        "text without edits.",
        ["Perturbation", *(title(report, name) for name in models)], "l" + "r" * len(models), rows,
    )  # fmt: skip


def _side_by_side(right: float, documents: dict) -> str:
    return f"{percent(right, 0)} / {percent(documents['accuracy']['mean'])}"
