"""Strategies: the head alone, everything, or both in turn, side by side for each pretrained encoder."""

from itertools import combinations

from textstudy.report.language.claims import paired_result
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.strategies import encoder_title, models_by_strategy
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """For each encoder, each two strategies by paired test; of models with one strategy, validation chooses."""
    return [sentence(report, encoding) for encoding in models_by_strategy(report)]


def sentence(report: Report, encoding: str) -> Finding:
    """Return the finding on the strategies for the encoder of an encoding."""
    found = models_by_strategy(report)[encoding]
    chosen = {strategy: names[0] for strategy, names in found.items()}
    tests = [(chosen[first], chosen[second]) for first, second in combinations(chosen, 2)]
    parts = [paired_result(paired_test(report, *two), *(quoted_title(report, name) for name in two)) for two in tests]
    several = ", each by its best model on validation" if any(len(names) > 1 for names in found.values()) else ""
    text = f"Strategies for {encoder_title(report, encoding)}{several}: {'; '.join(parts)}."
    pairs = [paired_test(report, *two) for two in tests]
    return finding("strategies", text, encoding=encoding, chosen=chosen, pairs=pairs)
