"""How much the models were tuned: unequal budgets, unknown ones, what searches chose, and where they met an edge."""

from textstudy.report.language.claims import shorten_list
from textstudy.report.language.numbers import count_of, percent, seconds, setting_in_words
from textstudy.report.language.ranks import quoted_title, rank_by_validation, score
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.tuning.edges import BEYOND, chosen_changes, edge

UNEQUAL = 2  # times as many trials as another model had


def findings(report: Report) -> list[Finding]:
    """Return a warning where models had different budgets, what each search chose, and which values are at an edge."""
    names = [name for name in rank_by_validation(report) if name in report["tuning"]]
    searched = [name for name in names if report["tuning"][name]["search"]]
    return [*_budgets(report, names), *(_search(report, name) for name in searched), *_edges(report, searched)]


def _budgets(report: Report, names: list[str]) -> list[Finding]:
    """Return which models had more trials than others; nothing where there is one model, or all had about the same."""
    known = {name: report["tuning"][name]["trials"] for name in names if report["tuning"][name]["trials"]}
    unknown = [quoted_title(report, name) for name in names if name not in known]
    searched = {known[name] for name in known if report["tuning"][name]["search"]}
    unequal = len(searched) > 1 or (bool(known) and max(known.values()) >= UNEQUAL * min(known.values()))
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


def _search(report: Report, name: str) -> Finding:
    """Return the settings that a search chose, what its best trial reached, and how far that is to be believed."""
    budget, own = report["tuning"][name], score(report, name, split="validation", metric="accuracy")
    search, curve, shown = budget["search"], budget["curve"], quoted_title(report, name)
    best = budget["tried"][search["best"]]
    text = f"{shown} has the settings of the best of {count_of(budget['trials'], 'trial')}: {_listed(best['changes'])}."
    details = [
        f"It is trial {search['best'] + 1}, with seed {search['seed']}: {percent(best['validation_accuracy'])} % of "
        f"{count_of(search['documents'], 'validation document')} right."
    ]
    if search["tied"]:
        details.append(f"{count_of(search['tied'], 'other trial')} reached the same accuracy; the log-loss decided.")
    if search["optimism"] >= 0.0005:
        details.append(
            f"That is about {percent(search['optimism'])} points too high, as the same documents chose it (a bootstrap "
            "estimate, Tsamardinos et al. 2018)."
        )
    if len(report["models"][name]["seeds"]) > 1:
        details.append(f"With all seeds of the study its settings reach {percent(own['mean'])} % on average.")
    if curve:
        details.append(
            f"Of one trial {percent(curve[0]['mean'])} % is to be expected, of half of the trials "
            f"{percent(curve[(len(curve) - 1) // 2]['mean'])} % (Dodge et al. 2019, Tang et al. 2020)."
        )
    if budget["trials"] < search["asked"]:
        details.append(f"{count_of(search['asked'], 'trial')} were asked for, but the space holds no more settings.")
    details.append(f"All trials trained for {seconds(search['seconds'])}.")
    if search["failed"]:
        details.append(f"The training of {count_of(search['failed'], 'trial')} failed, which counts as 0 % right.")
    evidence = {"model": name, "chosen": best, "own": own["mean"], "curve": curve, **search}
    return finding("search", text, details=" ".join(details), **evidence)


def _listed(changes: dict) -> str:
    return ", ".join(f"{key} {setting_in_words(value)}" for key, value in changes.items())


def _edges(report: Report, names: list[str]) -> list[Finding]:
    """Return which best values lie at an edge of their space, and where to extend it."""
    found = [
        (name, key, value, side)
        for name in names
        for key, value in chosen_changes(report["tuning"][name]).items()
        if (side := edge(report["tuning"][name]["search"]["space"][key], value))
    ]
    if not found:
        return []
    values = [
        f"{key} of {quoted_title(report, name)} ({setting_in_words(value)}, {BEYOND[side]})"
        for name, key, value, side in found
    ]
    text = f"A wider space may hold better settings: at its edge lies the best {shorten_list(values)}."
    details = (
        f"This concerns {count_of(len(found), 'setting')}. An edge is the outer tenth of a range or an end of a list. "
        "In a range, the best value of a setting that does not matter lies there in one search of five."
    )
    rows = [dict(zip(("model", "setting", "value", "edge"), row, strict=True)) for row in found]
    return [finding("search_edges", text, details=details, edges=rows)]
