"""The table of fine-tuning strategies."""

from textstudy.report.language.costs import training_seconds
from textstudy.report.language.numbers import count, interval, seconds
from textstudy.report.language.ranks import score, title
from textstudy.report.language.strategies import STRATEGIES, encoder_title, models_by_strategy
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def strategies_table(report: Report, encoding: str) -> Table:
    """Return the models of each strategy for one encoder, with their scores and costs."""
    rows = []
    for strategy, names in models_by_strategy(report)[encoding].items():
        for name in names:
            rows.append([
                STRATEGIES[strategy], title(report, name),
                *(interval(score(report, name, split=split, metric="accuracy")) for split in ("validation", "test")),
                interval(score(report, name, split="test", metric="macro_f1")),
                seconds(training_seconds(report, name)), count(report["models"][name]["parameters"]["trainable"]),
            ])  # fmt: skip
    return Table(
        f"table-strategies-{encoding}",
        f"Fine-tuning strategies for {encoder_title(report, encoding)}. Scores are in per cent, with 95 % confidence "
        f"intervals. Training time is that of one run.{_states_note(report, encoding)}",
        ["Strategy", "Model", "Validation accuracy", "Test accuracy", "Test macro F1", "Training time",
         "Trained parameters"],
        "llrrrrr", rows,
    )  # fmt: skip


def _states_note(report: Report, encoding: str) -> str:
    """Return the sentences on the cached states of the encoder, after a space; nothing where it has none."""
    states = report["encodings"][encoding]["features"]
    if not states:
        return ""
    return (
        " A head that is trained alone reads states that the encoder computed once. The training time includes this "
        f"computation, {seconds(states['seconds'])}."
    )
