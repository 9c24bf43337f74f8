"""The table of fine-tuning strategies."""

from textstudy.report.language.costs import training_seconds
from textstudy.report.language.numbers import count, interval, seconds
from textstudy.report.language.ranks import score, title
from textstudy.report.language.strategies import STRATEGIES, encoder_title, models_by_strategy
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def table(report: Report, encoding: str) -> Table:
    """What each strategy reaches with the encoder of an encoding, and what it costs to train."""
    rows = []
    for strategy, names in models_by_strategy(report)[encoding].items():
        for name in names:
            model = report["models"][name]
            rows.append([
                STRATEGIES[strategy], title(report, name),
                *(interval(score(report, name, split=split, metric="accuracy")) for split in ("validation", "test")),
                interval(score(report, name, split="test", metric="macro_f1")),
                seconds(training_seconds(report, name)), count(model["parameters"]["trainable"]),
            ])  # fmt: skip
    return Table(
        f"table-strategies-{encoding}",
        f"Strategies for {encoder_title(report, encoding)}: scores in per cent with 95 % intervals, time of one training "
        f"run, and parameters trained.{_states(report, encoding)}",
        ["Strategy", "Model", "Validation accuracy", "Test accuracy", "Test macro F1", "Training",
         "Parameters trained"],
        "llrrrrr", rows,
    )  # fmt: skip


def _states(report: Report, encoding: str) -> str:
    """What the encoder's one pass for the heads that learn alone took, which is part of their training time."""
    states = ((report.get("encodings") or {}).get(encoding) or {}).get("features")
    if not states:
        return ""
    return (
        f" A head that learns alone reads states that the encoder computed once; its training time includes that "
        f"pass, {seconds(states['seconds'])}."
    )
