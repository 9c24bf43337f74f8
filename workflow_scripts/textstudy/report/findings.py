"""Findings: sentences whose words are chosen by the numbers. Plain text; whoever shows them escapes them."""

from collections.abc import Mapping
from typing import Any

from textstudy.report import (
    comparisons,
    costs,
    defence,
    effects,
    ensembles,
    errors,
    explanations,
    leakage,
    memory,
    phases,
    protocol,
    refits,
    robustness_findings,
    strategies,
    word_vectors,
)
from textstudy.report.comparisons import Finding, Report, finding
from textstudy.report.formats import count, counted, listing, percent, points, stated
from textstudy.report.reading import COLLAPSE_RULE, named, reported_rows, scored, substituted

OVERFITTING = 0.10  # train − validation accuracy from which a gap is stated


def findings(report: Report) -> list[Finding]:
    """Return the findings of a report as {"text", "kind", "evidence"}, most important first."""
    makers = (comparisons.best, comparisons.baseline, comparisons.architectures, effects.findings, strategies.findings,
              ensembles.findings, refits.findings, phases.phase_findings, word_vectors.findings,
              robustness_findings.findings, protocol.findings, defence.findings, explanations.findings, _audit,
              leakage.price, _collapse, _overfitting, _confusions, _classes, errors.findings, _reported,
              comparisons.reported_order, costs.findings, memory.findings)  # fmt: skip
    return [item for make in makers for item in make(report)]


def _audit(report: Report) -> list[Finding]:
    """Test documents whose text stands in training, as the corpus comes and as it was used."""
    rows = [
        row for row in (report.get("audit") or {}).get("overlaps") or []
        if (row["first"], row["second"]) == ("train", "test")
    ]  # fmt: skip
    final = next((row for row in rows if row["stage"] == "split"), None)
    if final is None:
        return []
    used = final["exact"] + final["near"]
    text = (
        f"Of {count(final['documents'])} test documents {count(used) if used else 'none'} {_stands(used)} in training"
    )
    text += (
        f", exactly ({count(final['exact'])}) or nearly so ({count(final['near'])})."
        if used
        else ", exactly or nearly."
    )
    before = next((row for row in rows if row["stage"] == "cleaned"), None)
    if before and before["exact"] + before["near"]:
        text += (
            f" Before duplicates were removed it was {count(before['exact'])} exactly and {count(before['near'])} "
            f"nearly, of {count(before['documents'])}."
        )
    parsed = next((row for row in rows if row["stage"] == "parsed"), None)
    if parsed and before and parsed["exact"] < before["exact"]:
        number = count(parsed["exact"]) if parsed["exact"] else "none"
        text += f" Cleaning made texts alike that were not: as parsed, {number} stood there exactly."
    return [finding("audit", text, final=final, before=before, parsed=parsed)]


def _stands(number: int) -> str:
    return "stand" if number > 1 else "stands"


def _collapse(report: Report) -> list[Finding]:
    """Models of which a run answers nearly always with one class, as the metrics of its run decide."""
    result = []
    for name, model in report["models"].items():
        runs = model.get("collapsed") or []
        if runs:
            worst = max(runs, key=lambda run: run["share"])
            text = (
                f"{named(report, name)} has collapsed in {len(runs)} of {len(model['seeds'])} runs: with seed "
                f"{worst['seed']} it answers {worst['label']} for {percent(worst['share'])} % of the test documents, "
                f"of which {percent(worst['true_share'])} % carry that label. {COLLAPSE_RULE}"
            )
            result.append(finding("collapse", text, model=name, runs=runs))
    return result


def _overfitting(report: Report) -> list[Finding]:
    gaps = {name: model["gap"] for name, model in report["models"].items() if model.get("gap") is not None}
    if not gaps:
        return []
    wide = sorted((name for name in gaps if gaps[name] >= OVERFITTING), key=lambda name: (-gaps[name], name))
    limit = f"{100 * OVERFITTING:.0f} points"
    if wide:
        which = listing([f"{named(report, name)} ({points(gaps[name])})" for name in wide[:5]])
        text = (
            f"At the chosen epoch the training accuracy exceeds the validation accuracy by {limit} or more in "
            f"{len(wide)} of {counted(len(gaps), 'network')}; the widest gap{'s are' if len(wide) > 1 else ' is'} "
            f"in {which}."
        )
    else:
        text = f"At the chosen epoch no network's training accuracy exceeds its validation accuracy by {limit} or more."
    return [finding("overfitting", text, gaps=gaps)]


def _confusions(report: Report) -> list[Finding]:
    names = scored(report)
    best = next((name for name in names if (report.get("confusions") or {}).get(name)), None)
    if best is None:
        return []
    top = report["confusions"][best][0]
    firsts = [report["confusions"][name][0] for name in names if report["confusions"].get(name)]
    same = sum((row["true"], row["predicted"]) == (top["true"], top["predicted"]) for row in firsts)
    text = (
        f"The most frequent confusion of {named(report, best)} is {top['true']} taken for {top['predicted']}: "
        f"{percent(top['share'])} % of the documents of {top['true']}."
    )
    if same > 1:
        text += f" It is the most frequent one of {same} of {len(firsts)} models."
    return [finding("confusion", text, model=best, confusion=top, models=same)]


def _classes(report: Report) -> list[Finding]:
    names = [name for name in scored(report) if report["models"][name].get("per_class")]
    if not names:
        return []
    rows = [row for row in report["models"][names[0]]["per_class"] if row["support"]]  # F1 of no document is none
    if not rows:
        return []
    easy, hard = max(rows, key=lambda row: row["f1"]), min(rows, key=lambda row: row["f1"])
    if easy["f1"] == hard["f1"]:
        return []
    text = (
        f"{named(report, names[0])} does best on {easy['label']} (F1 {easy['f1']:.2f}) "
        f"and worst on {hard['label']} (F1 {hard['f1']:.2f})."
    )
    return [finding("classes", text, model=names[0], best=easy, worst=hard)]


def _scaled(report: Report) -> list[Mapping[str, Any]]:
    return report["study"].get("scaled") or []


def _reported(report: Report) -> list[Finding]:
    """Reported scores that lie outside the measured interval, per model, and how many lie inside."""
    rows = [row for row in reported_rows(report) if row["position"]]
    if not rows:
        return []
    outside = [row for row in rows if row["position"] != "inside"]
    result = []
    for name in dict.fromkeys(row["model"] for row in outside):
        parts = [
            f"{row['metric'].replace('_', ' ')} {percent(row['reported'], 2)} % lies {row['position']} the measured "
            f"{stated({**row, 'mean': row['measured']}, 2)}"
            for row in outside if row["model"] == name
        ]  # fmt: skip
        encoder = substituted(report, name)
        other = f" The encoder that ran is {encoder['resource']}, not {encoder['role']}." if encoder else ""
        extended = report["models"][name].get("extends")
        other += f" Here it extends {named(report, extended['model'])}." if extended else ""
        if any(row["setting"].startswith((f"models.{name}.", "preparation.", "encodings.")) for row in _scaled(report)):
            other += " Its settings or its corpus are scaled from those of the study file."
        text = f"{named(report, name)} differs from its published figures: reported {listing(parts)}.{other}"
        shown = [row for row in outside if row["model"] == name]
        result.append(finding("reported", text, model=name, rows=shown, encoder=encoder))
    inside = len(rows) - len(outside)
    text = f"{inside} of {len(rows)} published scores lie inside the measured 95 % interval."
    return [*result, finding("reported_count", text, inside=inside, scores=len(rows))]
