"""Tables of robustness: what was perturbed, what it costs each model, and who keeps most of its accuracy."""

from collections.abc import Sequence

from textstudy.report.language.numbers import MISSING, percent, points
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
)
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def perturbations(report: Report) -> Table:
    """Return what each perturbation does, and how many words and texts it edited."""
    rows, samples = [], report["robustness"]["samples"]
    for perturbation in perturbation_names(report):
        own = {row["share"]: row for row in samples if row["perturbation"] == perturbation}
        changed = [percent(own[share]["words_changed"]) for share in edited_shares(report)]
        meaning = PERTURBATIONS[perturbation][1] if perturbation in PERTURBATIONS else MISSING
        unchanged = _range([row["unchanged"] for row in own.values()])
        rows.append([perturbation_title(perturbation), meaning, *changed, unchanged])
    return Table(
        "table-perturbations",
        "Perturbations. For each share of words to edit: the per cent of a text's words that were edited, a mean over "
        "the texts. Unchanged: the per cent of the texts that contain no word to edit. A word is edited once at most. "
        "Where a text contains words to edit, at least one of them is edited.",
        ["Perturbation", "What it does", *map(share_title, edited_shares(report)), "Unchanged"],
        "ll" + "r" * len(edited_shares(report)) + "r", rows,
    )  # fmt: skip


def _range(shares: Sequence[float]) -> str:
    """Return the lowest and the highest share in per cent, or the one figure where they are printed alike."""
    return " to ".join(dict.fromkeys((percent(min(shares)), percent(max(shares)))))


def models(report: Report) -> Table:
    """Return what each model reaches on clean and on perturbed text, over all perturbations and shares."""
    rows = []
    for name, found in measured_models(report).items():
        clean, overall, worst = found["clean"], found["overall"], found["worst"]
        confidence, error = (f"{percent(clean[key])} → {percent(overall[key])}"
                             for key in ("confidence", "calibration_error"))  # fmt: skip
        rows.append([
            title(report, name), interval_of(clean["accuracy"]), interval_of(overall["accuracy"]),
            interval_of(overall["drop"]), percent(overall["flip_rate"]), confidence, error,
            f"{perturbation_title(worst['perturbation'])}: {loss_in_points(worst['drop']['mean'])}",
        ])  # fmt: skip
    return Table(
        "table-robustness",
        "Accuracy in per cent on the same documents, clean and perturbed, and its drop in points (clean − perturbed). "
        "The figures for perturbed text are means over all perturbations and shares. Intervals are 95 % bootstrap "
        "intervals over documents, paired for the drop. Flipped: per cent of the answers that a perturbation changes. "
        "Confidence (probability of the answer) and expected calibration error: in per cent, clean → perturbed. Worst "
        f"perturbation: the largest drop with {share_title(max(edited_shares(report)))} of the words edited.",
        ["Model", "Clean", "Perturbed", "Drop", "Flipped", "Confidence", "Calibration error", "Worst perturbation"],
        "lrrrrrrl", rows,
    )  # fmt: skip


def ranking(report: Report) -> Table:
    """Return the models by the share of their clean accuracy that they keep, with the overlaps of their intervals."""
    rows, found = [], report["robustness"]["ranking"]
    for row in found:
        all_others = len(row["ties"]) > 1 and len(row["ties"]) == len(found) - 1
        ties = "all others" if all_others else "; ".join(title(report, other) for other in row["ties"]) or "none"
        rows.append([title(report, row["model"]), row["rank"], interval_of(row["relative"]), ties])
    return Table(
        "table-robustness-ranking",
        "Relative robustness: accuracy on perturbed text in per cent of the accuracy on clean text, over all "
        "perturbations and shares, with 95 % intervals. The rank is one more than the number of models whose interval "
        "lies wholly above. Where two intervals overlap, no order of the two models is claimed. This rule is cautious: "
        "a paired test may still show a difference. A model that guesses keeps all of its accuracy, so read this table "
        "together with the clean accuracy.",
        ["Model", "Rank", "Accuracy kept", "Intervals overlap with"], "lrrl", rows,
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
        "Drop of accuracy in points with its paired 95 % interval, for each share of words edited.",
        ["Model", "Perturbation", *map(share_title, shares)], "ll" + "r" * len(shares), rows,
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
