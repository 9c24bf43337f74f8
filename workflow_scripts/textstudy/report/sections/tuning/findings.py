"""How much the models were tuned: unequal budgets, unknown ones, and what trials of the study reached."""

from textstudy.report.language.claims import shorten_list
from textstudy.report.language.numbers import count_of, percent
from textstudy.report.language.ranks import quoted_title, rank_by_validation, score
from textstudy.report.language.types import Finding, Report, finding

UNEQUAL = 2  # times as many trials as another model had


def findings(report: Report) -> list[Finding]:
    """Return a warning where models had different budgets, and a finding for each model that was tuned by trials."""
    names = [name for name in rank_by_validation(report) if name in report["tuning"]]
    tuned = [name for name in names if report["tuning"][name]["source"] == "trials"]
    return [*_budgets(report, names), *(_trials(report, name) for name in tuned)]


def _budgets(report: Report, names: list[str]) -> list[Finding]:
    """Return which models had more trials than others; nothing where there is one model, or all had about the same."""
    known = {name: report["tuning"][name]["trials"] for name in names if report["tuning"][name]["trials"]}
    unknown = [quoted_title(report, name) for name in names if name not in known]
    unequal = bool(known) and max(known.values()) >= UNEQUAL * min(known.values())
    if len(names) < 2 or not (unequal or unknown):
        return []
    missing = f"How many settings were tried is not recorded for {shorten_list(unknown)}."
    if unequal:
        most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
        text = (
            f"The models were not tuned equally: {quoted_title(report, most)} had {count_of(known[most], 'trial')}, "
            f"{quoted_title(report, least)} had {known[least]}."
        )
    else:
        text = missing
    details = (
        f"{f'{missing} ' if unequal and unknown else ''}More trials reach a higher score on validation by search and "
        "by luck. So a difference between models with different budgets may be one of tuning (Dodge et al. 2019)."
    )
    return [finding("budgets", text, details=details, trials=known, unknown=len(unknown))]


def _trials(report: Report, name: str) -> Finding:
    """Return what one trial and all trials of a model are expected to reach, and what its own settings reached."""
    budget, own = report["tuning"][name], score(report, name, split="validation", metric="accuracy")
    first, last = budget["curve"][0], budget["curve"][-1]
    best = max(budget["tried"], key=lambda row: row["validation_accuracy"])
    text = (
        f"With {last['trials']} trials, {quoted_title(report, name)} is expected to reach a validation accuracy of "
        f"{percent(last['mean'])} %, with one {percent(first['mean'])} %."
    )
    changes = ", ".join(f"{key} {value}" for key, value in best["changes"].items())
    details = (
        f"Its settings in the study reached {percent(own['mean'])} %, mean over seeds. The best trial reached "
        f"{percent(best['validation_accuracy'])} %, with {changes}. Each trial is one run with settings drawn at "
        "random; the expectation is that over draws of as many settings from these trials."
    )
    return finding("trials", text, details=details, model=name, best=best, own=own["mean"], curve=budget["curve"])
