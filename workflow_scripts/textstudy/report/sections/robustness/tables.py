"""Robustness: what was perturbed, what that costs each model, and who keeps most of its accuracy."""

from textstudy.report.language.numbers import MISSING, percent, points
from textstudy.report.language.perturbations import (
    PERTURBATIONS,
    edited_shares,
    find_cell,
    interval_of,
    loss_in_points,
    measured_models,
    models_by_encoding,
    perturbation_names,
    perturbation_title,
    share_title,
)
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def perturbations(report: Report) -> Table:
    """What each perturbation does, and how many words and texts it reached."""
    rows = []
    samples = (report.get("robustness") or {}).get("samples") or []
    for kind in dict.fromkeys(row["perturbation"] for row in samples):
        own = {row["share"]: row for row in samples if row["perturbation"] == kind}
        changed = [percent(own[share]["words_changed"]) if share in own else MISSING for share in edited_shares(report)]
        without = _between([row["unchanged"] for row in own.values()])
        rows.append([perturbation_title(kind), PERTURBATIONS.get(kind, ("", MISSING))[1], *changed, without])
    return Table(
        "table-perturbations",
        "Perturbations: for each share of words asked for, the per cent of a text's words that were edited (mean over "
        "the texts); then the per cent of the texts that stay as they are, without a word to edit. A word is edited "
        "once, and at least one word of a text that has one to edit.",
        ["Perturbation", "What it does", *map(share_title, edited_shares(report)), "Unchanged"],
        "ll" + "r" * len(edited_shares(report)) + "r", rows,
    )  # fmt: skip


def _between(found: list[float]) -> str:
    """One share, or the lowest and the highest where they differ, in per cent."""
    return " to ".join(dict.fromkeys(percent(extreme(found)) for extreme in (min, max)))


def models(report: Report) -> Table:
    """Each model on clean and on perturbed text, over all perturbations and shares."""
    rows = []
    for name, found in measured_models(report).items():
        clean, worst = found["clean"], found["worst"]
        before_after = (
            f"{percent(clean[key])} → {percent(found['overall'][key])}" for key in ("confidence", "calibration_error")
        )
        rows.append([
            title(report, name), interval_of(clean["accuracy"]), interval_of(found["overall"]["accuracy"]),
            interval_of(found["overall"]["drop"]), percent(found["overall"]["flip_rate"]), *before_after,
            f"{perturbation_title(worst['perturbation'])}: {loss_in_points(worst['drop']['mean'])}",
        ])  # fmt: skip
    return Table(
        "table-robustness",
        "Clean and perturbed text, the same documents: accuracy in per cent and its drop in points (clean − "
        "perturbed), means over all perturbations and shares, with 95 % bootstrap intervals over documents, paired for "
        "the drop. Flipped: per cent of the answers that another one replaces. Confidence in the answer and expected "
        "calibration error in per cent, clean → perturbed. Worst: the largest drop at "
        f"{share_title(max(edited_shares(report), default=0))} of the words.",
        ["Model", "Clean", "Perturbed", "Drop", "Flipped", "Confidence", "Calibration error", "Worst perturbation"],
        "lrrrrrrl", rows,
    )  # fmt: skip


def ranking(report: Report) -> Table:
    """The models by the share of their clean accuracy that they keep, with those each cannot be told from."""
    rows, found = [], (report.get("robustness") or {}).get("ranking") or []
    for row in found:
        everyone = len(row["ties"]) > 1 and len(row["ties"]) == len(found) - 1
        ties = "all others" if everyone else "; ".join(title(report, other) for other in row["ties"]) or "none"
        rows.append([title(report, row["model"]), row["rank"], interval_of(row["relative"]), ties])
    return Table(
        "table-robustness-ranking",
        "Relative robustness: perturbed accuracy in per cent of the clean accuracy, over all perturbations and shares, "
        "with 95 % intervals. No order is claimed of two models whose intervals overlap: a cautious rule, as a paired "
        "test may still tell them apart. A model that guesses keeps all of its guesses: read this beside the clean "
        "accuracy.",
        ["Model", "Rank", "Accuracy kept", "Intervals overlap with"], "lrrl", rows,
    )  # fmt: skip


def drops(report: Report) -> Table:
    """The drop of each model under each perturbation at each share."""
    rows = []
    for name, found in measured_models(report).items():
        for kind in perturbation_names(report):
            cells = [find_cell(found, kind, share) for share in edited_shares(report)]
            rows.append(
                [title(report, name), perturbation_title(kind), *(interval_of(cell and cell["drop"]) for cell in cells)]
            )
    return Table(
        "table-robustness-drops",
        "Drop of accuracy in points with its paired 95 % interval, at each share of words edited.",
        ["Model", "Perturbation", *map(share_title, edited_shares(report))], "ll" + "r" * len(edited_shares(report)), rows,
    )  # fmt: skip


def tokens(report: Report) -> Table:
    """What the edits do to the tokens that each encoding makes of the texts, at the largest share."""
    columns, rows = models_by_encoding(report), []
    largest = max(edited_shares(report), default=0)
    for kind in perturbation_names(report):
        cells = [find_cell(measured_models(report)[name], kind, largest) or {} for name in columns.values()]
        rows.append([perturbation_title(kind), *(points(cell.get(key)) for cell in cells
                                         for key in ("tokens_added", "unknown_added"))])  # fmt: skip
    return Table(
        "table-perturbed-tokens",
        f"Tokens of the texts with {share_title(largest)} of the words edited, against the clean texts: how many more "
        "tokens a text has, in per cent of its clean ones, and how many more of a hundred tokens are unknown.",
        ["Perturbation", *(f"{column}: {what}" for column in columns for what in ("more tokens", "more unknown"))],
        "l" + "rr" * len(columns), rows if columns else [],
    )  # fmt: skip
