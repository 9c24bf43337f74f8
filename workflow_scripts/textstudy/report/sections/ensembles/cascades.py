"""Cascades: how often each member is asked, and whether this is as accurate as the last one alone, at what time."""

from statistics import fmean

from textstudy.report.language.claims import paired_result, statistics
from textstudy.report.language.costs import cost_range, latency
from textstudy.report.language.numbers import decimal, interval, percent
from textstudy.report.language.ranks import models_of, paired_test, quoted_title, score, title
from textstudy.report.language.ratios import ratio_in_words
from textstudy.report.language.refits import mark_refit
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.ensembles.tables import members_in_order


def findings(report: Report) -> list[Finding]:
    """Return for each cascade the paired test with its last member, and what time it takes beside that one."""
    return [_beside_last(report, name) for name in models_of(report, "cascade")]


def _beside_last(report: Report, name: str) -> Finding:
    last = members_in_order(report, name)[-1]
    pair, share = paired_test(report, name, last), _asked(report, name)[last]
    titles = quoted_title(report, name), quoted_title(report, last)
    text = f"{titles[0]} asks {titles[1]} about {percent(share)} % of the texts: {paired_result(pair, *titles)}"
    alone, own = (cost_range(report, each, "latency") for each in (last, name))
    times = ratio_in_words(alone, own) if own.shown < alone.shown else None
    text += f". It is {times} as fast." if times else ". It is not measurably faster."
    details = (
        f"It takes {decimal(latency(report, name))} ms for a text on average, {titles[1]} alone "
        f"{decimal(latency(report, last))} ms. {statistics(pair, *titles)}"
    )
    return finding("cascade", text, details=details, model=name, last=last, share=share, pair=pair)


def table(report: Report) -> Table:
    """Return each cascade with its members, how sure each must be, how often each is asked, and what that brings."""
    rows = []
    for name in models_of(report, "cascade"):
        last = members_in_order(report, name)[-1]
        scores = [score(report, name, split=split, metric="accuracy") for split in ("validation", "test")]
        rows.append([
            title(report, name), _members(report, name), percent(report["models"][name]["settings"]["loss"]),
            mark_refit(report, name, interval(scores[0])), interval(scores[1]),
            interval(score(report, last, split="test", metric="accuracy")),
            decimal(latency(report, name)), decimal(latency(report, last)),
        ])  # fmt: skip
    return Table(
        "table-cascades",
        "Cascades, highest test accuracy first. A member answers where its confidence reaches the threshold; else the "
        "next one is asked. In brackets: the threshold, chosen on validation, and the share of the test documents that "
        "the member is asked about (means over seeds). Loss: accuracy that may be lost against the last member, in "
        "points; in nine of ten draws of validation documents, no more is. Validation accuracies are cross-fitted: a "
        "document is answered by thresholds that were chosen without it. Times are means over documents, on one "
        "thread.",
        ["Cascade", "Members", "Loss", "Validation accuracy", "Test accuracy", "Last member alone", "Time (ms)",
         "Last member alone (ms)"],
        "llrrrrrr", rows,
    )  # fmt: skip


def _asked(report: Report, name: str) -> dict[str, float]:
    """Return member → the share of the test documents that it is asked about, mean over seeds."""
    runs = [run["asked"] for run in report["models"][name]["chosen"]]
    return {member: fmean(run[member] for run in runs) for member in runs[0]}


def _members(report: Report, name: str) -> str:
    """Return each member with the confidence from which on it answers, and how often it is asked."""
    model, shares, parts = report["models"][name], _asked(report, name), []
    # A refit has the thresholds of its base, by that one's members.
    for member, first in zip(members_in_order(report, name), model["settings"]["members"], strict=True):
        sure = [run["thresholds"][first] for run in model["chosen"] if first in run["thresholds"]]
        when = f"answers from {percent(fmean(sure))} % on, " if sure and max(sure) <= 1 else ""
        parts.append(f"{title(report, member)} ({when}asked {percent(shares[member])} %)")
    return "; ".join(parts)
