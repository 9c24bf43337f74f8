"""What the most accurate model confuses, and on which classes it does best and worst."""

from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import models_with_test_score, quoted_title
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return the most frequent confusion and the extreme classes of the most accurate model."""
    return [*_confusion(report), *_classes(report)]


def _confusion(report: Report) -> list[Finding]:
    confusions = {name: report["confusions"][name] for name in models_with_test_score(report)}
    first = {name: rows[0] for name, rows in confusions.items() if rows}
    if not first:
        return []
    best, top = next(iter(first.items()))
    same = sum((row["true"], row["predicted"]) == (top["true"], top["predicted"]) for row in first.values())
    text = f"{quoted_title(report, best)} most often confuses {top['true']} with {top['predicted']}."
    details = f"It takes {percent(top['share'])} % of the documents of {top['true']} for {top['predicted']}."
    if same > 1:
        details += f" This is the most frequent confusion of {same} of {len(first)} models."
    return [finding("confusion", text, details=details, model=best, confusion=top, models=same)]


def _classes(report: Report) -> list[Finding]:
    name = next((name for name in models_with_test_score(report) if report["models"][name]["per_class"]), None)
    if name is None:
        return []
    rows = [row for row in report["models"][name]["per_class"] if row["support"]]  # without documents there is no F1
    best, worst = (choose(rows, key=lambda row: row["f1"]) for choose in (max, min))
    if best["f1"] == worst["f1"]:
        return []
    text = f"{quoted_title(report, name)} does best on {best['label']} and worst on {worst['label']}."
    details = f"F1 on test: {best['f1']:.2f} and {worst['f1']:.2f}."
    return [finding("classes", text, details=details, model=name, best=best, worst=worst)]
