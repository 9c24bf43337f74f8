"""What the best model confuses, and which class it knows best and worst."""

from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import models_with_test_score, quoted_title
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return the most frequent confusion and the extreme classes of the most accurate model."""
    return [*confusions(report), *classes(report)]


def confusions(report: Report) -> list[Finding]:
    names = models_with_test_score(report)
    best = next((name for name in names if (report.get("confusions") or {}).get(name)), None)
    if best is None:
        return []
    top = report["confusions"][best][0]
    firsts = [report["confusions"][name][0] for name in names if report["confusions"].get(name)]
    same = sum((row["true"], row["predicted"]) == (top["true"], top["predicted"]) for row in firsts)
    text = (
        f"The most frequent confusion of {quoted_title(report, best)} is {top['true']} taken for {top['predicted']}: "
        f"{percent(top['share'])} % of the documents of {top['true']}."
    )
    if same > 1:
        text += f" It is the most frequent one of {same} of {len(firsts)} models."
    return [finding("confusion", text, model=best, confusion=top, models=same)]


def classes(report: Report) -> list[Finding]:
    names = [name for name in models_with_test_score(report) if report["models"][name].get("per_class")]
    if not names:
        return []
    rows = [row for row in report["models"][names[0]]["per_class"] if row["support"]]  # F1 of no document is none
    if not rows:
        return []
    easy, hard = max(rows, key=lambda row: row["f1"]), min(rows, key=lambda row: row["f1"])
    if easy["f1"] == hard["f1"]:
        return []
    text = (
        f"{quoted_title(report, names[0])} does best on {easy['label']} (F1 {easy['f1']:.2f}) "
        f"and worst on {hard['label']} (F1 {hard['f1']:.2f})."
    )
    return [finding("classes", text, model=names[0], best=easy, worst=hard)]
