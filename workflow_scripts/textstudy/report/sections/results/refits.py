"""What learning from the validation documents too changed on test."""


from textstudy.report.language.claims import paired_result, list_verdicts, group_by_verdict
from textstudy.report.language.numbers import points
from textstudy.report.language.ranks import quoted_title, paired_test
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.types import Finding, Report, finding



def findings(report: Report) -> list[Finding]:
    """What learning from the validation documents too changed on test, each refit by its own paired test."""
    bases = refitted_models(report)
    if not bases:
        return []
    found = group_by_verdict(report, bases)
    if len(bases) == 1:
        ((name, base),) = bases.items()
        said = paired_result(paired_test(report, name, base), quoted_title(report, name), quoted_title(report, base))
        text = f"Refitting on training and validation documents together: {said}."
        return [finding("refits", text, bases=bases, **found)]
    shown = {verdict: [_changed(report, name, bases[name]) for name in names] for verdict, names in found.items()}
    better = len(found["better"])
    text = (
        f"{better or 'None'} of {len(bases)} refits, which learned from training and validation documents together, "
        f"{'are' if better > 1 else 'is'} shown to be more accurate on test than the model refitted. By paired test, "
        f"{list_verdicts(shown)}."
    )
    return [finding("refits", text, bases=bases, **found)]



def _changed(report: Report, name: str, base: str) -> str:
    pair = paired_test(report, name, base)
    return f"{quoted_title(report, name)} ({points(pair['difference'])} points)" if pair else quoted_title(report, name)

