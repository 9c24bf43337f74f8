"""Robustness: what was perturbed, what that costs each model, and who keeps most of its accuracy."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.comparisons import Report
from textstudy.report.formats import MISSING, interval, listing, percent, points, stated
from textstudy.report.reading import title
from textstudy.report.tables import Table

WHAT_IT_DOES = {
    "contract": ("contract", "two words become their contraction (do not → don't)"),
    "extend": ("extend", "a contraction is written out (don't → do not)"),
    "homoglyph": ("homoglyph swap", "a character becomes one that looks like it"),
    "neighbour_swap": ("neighbour swap", "two neighbouring characters change places"),
    "qwerty": ("QWERTY neighbour", "a character becomes a neighbour of its key"),
    "deletion": ("deletion", "a character goes"),
    "insertion": ("insertion", "a random letter comes in"),
    "substitution": ("substitution", "a character becomes a random letter"),
    "combination": ("combination", "one of contract, extend, homoglyph, QWERTY, deletion and insertion"),
}


def kind_title(kind: str) -> str:
    """Return what a perturbation is called in the report."""
    return WHAT_IT_DOES[kind][0] if kind in WHAT_IT_DOES else kind.replace("_", " ")


def measured(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → what was measured of it, most robust first; none without perturbations."""
    found = report.get("robustness") or {}
    order = [row["model"] for row in found.get("ranking") or []]
    models = found.get("models") or {}
    return {name: models[name] for name in [*order, *sorted(set(models) - set(order))] if name in models}


def kinds(report: Report) -> list[str]:
    """Return the perturbations in their own order."""
    return list(dict.fromkeys(row["perturbation"] for found in measured(report).values() for row in found["perturbed"]))


def shares(report: Report) -> list[float]:
    """Return the shares of words that were edited, smallest first."""
    return sorted({row["share"] for found in measured(report).values() for row in found["perturbed"]})


def at(found: Mapping[str, Any], kind: str, share: float) -> Mapping[str, Any] | None:
    """Return what was measured of a model under one perturbation at one share."""
    rows = found["perturbed"]
    return next((row for row in rows if row["perturbation"] == kind and row["share"] == share), None)


def shown(estimate: Mapping[str, Any] | None) -> str:
    """Return {"value", "low", "high"} as per cent with its interval: "62.9 [61.8, 64.0]"."""
    return interval(estimate and _with_mean(estimate)).replace("-", "−")


def said(estimate: Mapping[str, Any] | None) -> str:
    """Return {"value", "low", "high"} as a sentence states it: "62.9 % [61.8, 64.0]"."""
    return stated(estimate and _with_mean(estimate))


def _with_mean(estimate: Mapping[str, Any]) -> dict[str, Any]:
    return {**estimate, "mean": estimate["value"]}


def loss(value: float | None) -> str:
    """Return a loss in points: positive without a sign, a gain with a minus."""
    return points(value).lstrip("+")


def lost(drop: Mapping[str, Any]) -> bool:
    """Whether the paired interval of a drop lies wholly above zero."""
    return drop["low"] > 0


def share_title(share: float) -> str:
    return f"{100 * share:g} %"


def named_shares(report: Report) -> str:
    return listing([f"{100 * share:g}" for share in shares(report)]) + " %"


def perturbations(report: Report) -> Table:
    """What each perturbation does, and how many words and texts it reached."""
    rows = []
    samples = (report.get("robustness") or {}).get("samples") or []
    for kind in dict.fromkeys(row["perturbation"] for row in samples):
        own = {row["share"]: row for row in samples if row["perturbation"] == kind}
        changed = [percent(own[share]["words_changed"]) if share in own else MISSING for share in shares(report)]
        without = _between([row["unchanged"] for row in own.values()])
        rows.append([kind_title(kind), WHAT_IT_DOES.get(kind, ("", MISSING))[1], *changed, without])
    return Table(
        "table-perturbations",
        "Perturbations: for each share of words asked for, the per cent of a text's words that were edited (mean over "
        "the texts); then the per cent of the texts that stay as they are, without a word to edit. A word is edited "
        "once, and at least one word of a text that has one to edit.",
        ["Perturbation", "What it does", *map(share_title, shares(report)), "Unchanged"],
        "ll" + "r" * len(shares(report)) + "r", rows,
    )  # fmt: skip


def _between(found: list[float]) -> str:
    """One share, or the lowest and the highest where they differ, in per cent."""
    return " to ".join(dict.fromkeys(percent(extreme(found)) for extreme in (min, max)))


def models(report: Report) -> Table:
    """Each model on clean and on perturbed text, over all perturbations and shares."""
    rows = []
    for name, found in measured(report).items():
        clean, worst = found["clean"], found["worst"]
        before_after = (
            f"{percent(clean[key])} → {percent(found['overall'][key])}" for key in ("confidence", "calibration_error")
        )
        rows.append([
            title(report, name), shown(clean["accuracy"]), shown(found["overall"]["accuracy"]),
            shown(found["overall"]["drop"]), percent(found["overall"]["flip_rate"]), *before_after,
            f"{kind_title(worst['perturbation'])}: {loss(worst['drop']['value'])}",
        ])  # fmt: skip
    return Table(
        "table-robustness",
        "Clean and perturbed text, the same documents: accuracy in per cent and its drop in points (clean − "
        "perturbed), means over all perturbations and shares, with 95 % bootstrap intervals over documents, paired for "
        "the drop. Flipped: per cent of the answers that another one replaces. Confidence in the answer and expected "
        "calibration error in per cent, clean → perturbed. Worst: the largest drop at "
        f"{share_title(max(shares(report), default=0))} of the words.",
        ["Model", "Clean", "Perturbed", "Drop", "Flipped", "Confidence", "Calibration error", "Worst perturbation"],
        "lrrrrrrl", rows,
    )  # fmt: skip


def ranking(report: Report) -> Table:
    """The models by the share of their clean accuracy that they keep, with those each cannot be told from."""
    rows, found = [], (report.get("robustness") or {}).get("ranking") or []
    for row in found:
        everyone = len(row["ties"]) > 1 and len(row["ties"]) == len(found) - 1
        ties = "all others" if everyone else "; ".join(title(report, other) for other in row["ties"]) or "none"
        rows.append([title(report, row["model"]), row["rank"], shown(row["relative"]), ties])
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
    for name, found in measured(report).items():
        for kind in kinds(report):
            cells = [at(found, kind, share) for share in shares(report)]
            rows.append([title(report, name), kind_title(kind), *(shown(cell and cell["drop"]) for cell in cells)])
    return Table(
        "table-robustness-drops",
        "Drop of accuracy in points with its paired 95 % interval, at each share of words edited.",
        ["Model", "Perturbation", *map(share_title, shares(report))], "ll" + "r" * len(shares(report)), rows,
    )  # fmt: skip


def plain_encoding(report: Report, name: str) -> str | None:
    """Return the encoding that a model reads; of one with perturbed copies that without, which has the same tokens."""
    encodings = report["study"]["settings"].get("encodings") or {}
    own = ((report["models"].get(name) or {}).get("settings") or {}).get("encoding")
    if not (encodings.get(own) or {}).get("augmentation"):
        return own
    without = {**encodings[own], "augmentation": None}
    return next((key for key, encoding in encodings.items() if {"augmentation": None, **encoding} == without), own)


def readers(report: Report) -> dict[str, str]:
    """Return what reads the texts → one of its models: models of one encoding split a text into the same tokens."""
    found: dict[str, str] = {}
    for name in measured(report):
        encoding = plain_encoding(report, name)
        found.setdefault(f"encoding {encoding}" if encoding else title(report, name), name)
    return dict(sorted(found.items()))


def tokens(report: Report) -> Table:
    """What the edits do to the tokens that each encoding makes of the texts, at the largest share."""
    columns, rows = readers(report), []
    largest = max(shares(report), default=0)
    for kind in kinds(report):
        cells = [at(measured(report)[name], kind, largest) or {} for name in columns.values()]
        rows.append([kind_title(kind), *(points(cell.get(key)) for cell in cells
                                         for key in ("tokens_added", "unknown_added"))])  # fmt: skip
    return Table(
        "table-perturbed-tokens",
        f"Tokens of the texts with {share_title(largest)} of the words edited, against the clean texts: how many more "
        "tokens a text has, in per cent of its clean ones, and how many more of a hundred tokens are unknown.",
        ["Perturbation", *(f"{column}: {what}" for column in columns for what in ("more tokens", "more unknown"))],
        "l" + "rr" * len(columns), rows if columns else [],
    )  # fmt: skip
