"""Tables of accuracy by subgroup."""

from textstudy.report.language.numbers import change_in_points, count, interval, p_value
from textstudy.report.language.ranks import rank_by_validation, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.subgroups.names import Division, name_of, title_of

SHOWN = 3  # models of each table


def divisions(report: Report) -> list[Table]:
    """Return a table for each way to divide the test documents: the models that are best on validation."""
    found = report["scrutiny"]["subgroups"] if report["scrutiny"] else []
    return [_table(report, division) for division in found]


def _table(report: Report, division: Division) -> Table:
    names = [name for name in rank_by_validation(report) if name in division["models"]]
    more = f" The file report.json has the other {count(len(names) - SHOWN)}." if len(names) > SHOWN else ""
    change = {name: division["models"][name] for name in names[:SHOWN]}
    return Table(
        f"table-subgroups-{division['kind']}-{division['by']}",
        f"Test accuracy by {title_of(division)}, in per cent, of the {_models(len(change))} on validation.{more} "
        "Others: on all other test documents. Difference: in points; its 95 % intervals hold for all parts of the "
        "table together, for new documents and, with several seeds, for new trainings.",
        ["Model", "Part", "Documents", "Accuracy", "Others", "Difference", "p"], "llrrrrr",
        [
            [title(report, name), name_of(division, subgroup["name"]), count(subgroup["documents"]),
             interval(row["accuracy"]), interval(row["rest"]), change_in_points(**row["difference"]),
             p_value(row["p_value"])]
            for name, rows in change.items()
            for subgroup, row in zip(division["subgroups"], rows, strict=True)
        ],
    )  # fmt: skip


def _models(number: int) -> str:
    return "best model" if number == 1 else f"{count(number)} best models"
