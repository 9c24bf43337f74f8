"""The price of truncation: accuracy by the length of texts, what each encoding cuts, and what windows change."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.claims import corrected_p
from textstudy.report.language.numbers import change_in_points, count, count_of, interval, p_value, percent
from textstudy.report.language.ranks import quoted_title, rank_by_validation, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding

SHOWN_BELOW = 0.05  # corrected p-value


def _found(report: Report) -> Mapping[str, Any] | None:
    return report["scrutiny"]["truncation"] if report["scrutiny"] else None


def findings(report: Report) -> list[Finding]:
    """Return what windows change for cut texts: of the pair whose windowed model is best on validation."""
    found = _found(report)
    order = rank_by_validation(report)
    pairs = [pair for pair in found["pairs"] if pair["whole"] in order] if found else []
    if not pairs:
        return []
    pair = min(pairs, key=lambda each: order.index(each["whole"]))
    scores, others = pair["reads_in_part"], pair["reads_whole"]
    mean, shown = scores["difference"]["mean"], scores["p_value"] < SHOWN_BELOW
    figures = f"({percent(scores['whole']['mean'], 0)} % instead of {percent(scores['cut']['mean'], 0)} %)"
    cut, whole = (quoted_title(report, pair[name]) for name in ("cut", "whole"))
    how = ("more" if mean > 0 else "less") if shown else "not shown to be more or less"
    text = f"On texts that {cut} cuts, {whole}, which reads them in windows, is {how} accurate {figures}."
    details = [
        f"{start} ({count_of(each['documents'], 'document')}): "
        f"{change_in_points(**each['difference'], unit='points')}, {corrected_p(each['p_value'])}."
        for start, each in (("On these", scores), ("On all other texts", others))
    ]
    return [finding("truncation", text, details=" ".join(details), cut=pair["cut"], whole=pair["whole"])]


def lengths(report: Report) -> Table:
    """Return the accuracy of each model by the length of the texts."""
    found = _found(report)
    ranges = found["ranges"] if found else []
    models = [name for name in rank_by_validation(report) if name in found["models"]] if found else []
    return Table(
        "table-truncation-lengths",
        "Test accuracy in per cent by the length of the texts in tokens"
        f"{_measured(found)}, with 95 % intervals. In parentheses: the share of these texts, in per cent, of which the "
        "model reads only the beginning.",
        ["Model", *(f"{_range(each)} ({count_of(each['documents'], 'text')})" for each in ranges)],
        "l" + "r" * len(ranges),
        [[title(report, name), *(_cell(each) for each in found["models"][name])] for name in models],
    )


def encodings(report: Report) -> Table:
    """Return what each encoding cuts."""
    rows = [
        [name, count(row["maximum_length"]), _windows(row["windows"]), percent(row["truncated_share"]),
         percent(row["cut_tokens_share"])]
        for name, row in report["encodings"].items()
    ]  # fmt: skip
    return Table(
        "table-truncation-encodings",
        "What each encoding cuts of the documents of all splits. Reads: tokens from the start of a document. "
        "Documents: share of those that are longer, in per cent. Tokens: share of all tokens cut away, in per cent.",
        ["Encoding", "Reads", "Windows", "Documents", "Tokens"], "lrlrr", rows if _found(report) else [],
    )  # fmt: skip


def windows(report: Report) -> Table:
    """Return what windows change for the texts that are cut without them, and for all others."""
    pairs = _found(report)["pairs"] if _found(report) else []
    return Table(
        "table-truncation-windows",
        "What windows change: test accuracy in per cent of two models that differ only in them. Difference: with "
        f"windows minus without, of the same texts, in points. Its 95 % intervals and p-values are corrected for "
        f"{count_of(len(pairs), 'pair')}.",
        ["Without windows", "With windows", "Texts", "Number", "Without", "With", "Difference", "p"], "lllrrrrr",
        [
            [title(report, pair["cut"]), title(report, pair["whole"]), name, count(pair[part]["documents"]),
             interval(pair[part]["cut"]), interval(pair[part]["whole"]), change_in_points(**pair[part]["difference"]),
             p_value(pair[part]["p_value"])]
            for pair in pairs
            for part, name in (("reads_in_part", "cut without windows"), ("reads_whole", "all others"))
        ],
    )  # fmt: skip


def _measured(found: Mapping[str, Any] | None) -> str:
    return f" of the encoding {found['encoding']}" if found else ""


def _range(each: Mapping[str, Any]) -> str:
    if each["most"] is None:
        return f"{count(each['least'])} and more"
    return f"{count(each['least'])} to {count(each['most'])}"


def _cell(scores: Mapping[str, Any]) -> str:
    cut = f" ({percent(scores['cut'], 0)})" if scores["cut"] else ""
    return f"{interval(scores['accuracy'])}{cut}"


def _windows(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "none"
    return f"{count(found['maximum'])} of {count(found['size'])}, {count(found['overlap'])} shared"
