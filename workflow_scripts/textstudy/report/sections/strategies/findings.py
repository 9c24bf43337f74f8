"""Fine-tuning strategies: training the head only, everything, or one after the other, for each pretrained encoder."""

from itertools import combinations

from textstudy.report.language.claims import list_statistics, paired_result
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.strategies import encoder_title, models_by_strategy
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return a finding for each encoder: paired tests between its strategies, each by its best model on validation."""
    return [strategies_finding(report, encoding) for encoding in models_by_strategy(report)]


def strategies_finding(report: Report, encoding: str) -> Finding:
    """Return the finding on the strategies for the encoder of one encoding."""
    found = models_by_strategy(report)[encoding]
    chosen = {strategy: names[0] for strategy, names in found.items()}
    tests = [
        (paired_test(report, first, second), quoted_title(report, first), quoted_title(report, second))
        for first, second in combinations(chosen.values(), 2)
    ]
    several = any(len(names) > 1 for names in found.values())
    choice = "Each strategy is represented by its best model on validation. " if several else ""
    clauses = "; ".join(paired_result(*test) for test in tests)
    text = f"Fine-tuning strategies for {encoder_title(report, encoding)}: {clauses}."
    evidence = {"encoding": encoding, "chosen": chosen, "pairs": [pair for pair, *_ in tests]}
    return finding("strategies", text, details=f"{choice}{list_statistics(tests)}", **evidence)
