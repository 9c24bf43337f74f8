"""Tables of robustness: what was perturbed, what it costs each model, and who keeps most of its accuracy."""

from textstudy.report.language.numbers import MISSING, count, percent, points
from textstudy.report.language.perturbations import (
    PERTURBATIONS,
    edited_shares,
    interval_of,
    loss_in_points,
    measured_models,
    models_by_encoding,
    perturbation_names,
    perturbation_title,
    result_at,
    share_title,
    texts_edited,
)
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def perturbations(report: Report) -> Table:
    """Return what each perturbation does, how many texts it edited, and how many words of these."""
    rows, samples = [], report["robustness"]["samples"]
    for perturbation, (edited, texts) in texts_edited(report).items():
        own = {row["share"]: row for row in samples if row["perturbation"] == perturbation}
        changed = [percent(own[share]["words_changed"]) if edited else MISSING for share in edited_shares(report)]
        meaning = PERTURBATIONS[perturbation][1] if perturbation in PERTURBATIONS else MISSING
        averaged = "yes" if perturbation in perturbation_names(report, "averaged") else "no"
        rows.append(
            [perturbation_title(perturbation), meaning, f"{count(edited)} of {count(texts)}", averaged, *changed]
        )
    return Table(
        "table-perturbations",
        "Perturbations. Texts edited: texts in which there was a word to edit; all figures of a perturbation are about "
        "these. Averaged: whether it edits enough of the texts to count in averages over perturbations. For each share "
        "of words to edit: the per cent of a text's words that were edited, a mean over the edited texts. A word is "
        "edited once at most, and in a text that contains words to edit at least one is.",
        ["Perturbation", "What it does", "Texts edited", "Averaged", *map(share_title, edited_shares(report))],
        "llrl" + "r" * len(edited_shares(report)), rows,
    )  # fmt: skip


def models(report: Report) -> Table:
    """Return what each model reaches on clean and on perturbed text, over the averaged perturbations and all shares."""
    rows = []
    for name, found in measured_models(report).items():
        overall, worst = found["overall"], found["worst"]
        if not overall:
            continue
        confidence, error = (f"{percent(found['clean'][key])} → {percent(overall[key])}"
                             for key in ("confidence", "calibration_error"))  # fmt: skip
        rows.append([
            title(report, name), interval_of(overall["clean"]), interval_of(overall["accuracy"]),
            interval_of(overall["drop"]), percent(overall["flip_rate"]), confidence, error,
            f"{perturbation_title(worst['perturbation'])}: {loss_in_points(worst['drop']['mean'])}",
        ])  # fmt: skip
    return Table(
        "table-robustness",
        "Accuracy in per cent on the texts that a perturbation edited, before and after the edits, and its drop in "
        "points: means over all shares and the perturbations that edit enough texts. Intervals: 95 %, over documents "
        "and, for models with several seeds, over trainings. Flipped: per cent of the answers that the edits change. "
        "Confidence (probability of the answer) and expected calibration error: in per cent, clean → perturbed. Worst "
        f"perturbation: the largest drop with {share_title(max(edited_shares(report)))} of the words edited.",
        ["Model", "Before", "After", "Drop", "Flipped", "Confidence", "Calibration error", "Worst perturbation"],
        "lrrrrrrl", rows,
    )  # fmt: skip


def ranking(report: Report) -> Table:
    """Return the models by the share of their accuracy above chance that they keep, with what pairs do not show."""
    rows, found = [], report["robustness"]["ranking"]
    for row in found:
        all_others = len(row["ties"]) > 1 and len(row["ties"]) == len(found) - 1
        ties = "all others" if all_others else "; ".join(title(report, other) for other in row["ties"]) or "none"
        rows.append([title(report, row["model"]), row["rank"] if row["kept"] else MISSING, interval_of(row["kept"]),
                     ties if row["kept"] else MISSING])  # fmt: skip
    return Table(
        "table-robustness-ranking",
        "Robustness: the per cent of the accuracy above chance that is left after the edits, (accuracy after − chance) "
        f"/ (accuracy before − chance), where chance is {percent(report['robustness']['chance'])} %, the share of the "
        "most common class. Means and 95 % intervals as in the table of accuracy. Rank: one more than the number of "
        "models that are shown to keep more, by paired comparisons that hold for all pairs together. A model without a "
        "rank is not shown to do better than chance without typos.",
        ["Model", "Rank", "Accuracy above chance kept", "Not shown to differ from"], "lrrl", rows,
    )  # fmt: skip


def drops(report: Report) -> Table:
    """Return the drop of each model under each perturbation at each share."""
    shares = edited_shares(report)
    rows = [
        [title(report, name), perturbation_title(perturbation),
         *(interval_of(result_at(found, perturbation, share)["drop"]) for share in shares)]
        for name, found in measured_models(report).items() for perturbation in perturbation_names(report)
    ]  # fmt: skip
    return Table(
        "table-robustness-drops",
        "Drop of accuracy in points on the texts that were edited, for each share of words. The 95 % intervals hold "
        "for all models, perturbations and shares together.",
        ["Model", "Perturbation", *map(share_title, shares)], "ll" + "r" * len(shares), rows,
    )  # fmt: skip


def by_perturbation(report: Report) -> Table:
    """Return for each perturbation, at the largest share, what each model keeps, over the texts that it edited."""
    largest, models, edited = max(edited_shares(report)), measured_models(report), texts_edited(report)
    rows = [
        [perturbation_title(kind), " of ".join(map(count, edited[kind])),
         *(interval_of(result_at(found, kind, largest)["kept"]) for found in models.values())]
        for kind in perturbation_names(report)
    ]  # fmt: skip
    return Table(
        "table-kept-by-perturbation",
        f"Per cent of the accuracy above chance that is left with {share_title(largest)} of the words edited, over the "
        "texts that each perturbation edited, with 95 % intervals.",
        ["Perturbation", "Texts edited", *(title(report, name) for name in models)], "lr" + "r" * len(models), rows,
    )  # fmt: skip


def tokens(report: Report) -> Table:
    """Return how the perturbations change the tokens of the texts, by encoding and at the largest share."""
    columns, largest, rows = models_by_encoding(report), max(edited_shares(report)), []
    for perturbation in perturbation_names(report):
        results = [result_at(measured_models(report)[name], perturbation, largest) for name in columns.values()]
        rises = (points(result[key]) for result in results for key in ("tokens_added", "unknown_added"))
        rows.append([perturbation_title(perturbation), *rises])
    return Table(
        "table-perturbed-tokens",
        f"Tokens of the texts with {share_title(largest)} of the words edited, compared with the clean texts. More "
        "tokens: the rise of the number of tokens, in per cent. More unknown: the rise of the share of unknown tokens, "
        "in points.",
        ["Perturbation", *(f"{column}: {what}" for column in columns for what in ("more tokens", "more unknown"))],
        "l" + "rr" * len(columns), rows,
    )  # fmt: skip
