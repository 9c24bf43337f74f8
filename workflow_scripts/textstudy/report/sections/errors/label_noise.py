"""What wrong labels would mean for the accuracy of the models."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, link
from textstudy.report.language.links import Address
from textstudy.report.language.numbers import MISSING, interval_in_sentence, percent
from textstudy.report.language.ranks import quoted_title, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def estimated_noise(report: Report) -> Mapping[str, Any] | None:
    """Return what is known of wrong labels; None where the models cannot say which labels are in doubt."""
    return report["scrutiny"]["label_noise"] if report["scrutiny"] else None


def details(report: Report) -> str:
    """Return the sentences on what the doubted labels mean for the most accurate model; "" where nothing is known."""
    noise = estimated_noise(report)
    name = next((name for name in rank_models(report) if noise and name in noise["models"]), None)
    if name is None:
        return ""
    row, wrong = noise["models"][name], noise["wrong"]
    share = interval_in_sentence(wrong)
    if wrong["low"] == wrong["high"] > 0:  # no draw of documents had every class
        share = f"{percent(wrong['mean'])} % (some classes have too few documents for an interval)"
    return (
        f"It estimates that {share} of the test labels are wrong: too many where texts "
        "are hard rather than mislabelled, too few where the models agree with wrong labels. If it is right, the "
        f"accuracy of {quoted_title(report, name)} by the true labels is between {percent(row['low'])} and "
        f"{percent(row['high'])} %. By the labels given it is {percent(row['as_given'])} %, and "
        f"{percent(row['as_suggested'])} % if every doubted label were the one that the models suggest."
    )


def table(report: Report) -> Table:
    """Return the accuracy of each model by the labels as given and as suggested, and its bounds."""
    noise = estimated_noise(report)
    rows = noise["models"] if noise else {}
    return Table(
        "table-label-noise",
        "Test accuracy in per cent with other labels. As suggested: every label in doubt is replaced by the one that "
        "the models suggest, which flatters the models that suggest it. Least and most: the bounds of the accuracy by "
        f"the true labels, if {percent(noise['wrong']['mean']) if noise else MISSING} % of the labels are wrong, as "
        "confident learning estimates.",
        ["Model", "As given", "As suggested", "Least", "Most"], "lrrrr",
        [
            [title(report, name), *(percent(rows[name][key]) for key in ("as_given", "as_suggested", "low", "high"))]
            for name in rank_models(report) if name in rows
        ],
    )  # fmt: skip


def file(report: Report, address: Address) -> Markdown | None:
    """Return a link to the file of all labels in doubt; None where there are none."""
    noise = estimated_noise(report)
    if not noise or not sum(noise["doubted"].values()):
        return None
    path = f"results/studies/{report['study']['name']}/doubtful_labels.csv"
    return link("doubtful_labels.csv", address(path))
