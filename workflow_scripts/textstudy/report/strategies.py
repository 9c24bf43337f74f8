"""Strategies: the head alone, everything, or both in turn, side by side for each pretrained encoder."""

from itertools import combinations

from textstudy.report.comparisons import Finding, Report, finding, outcome
from textstudy.report.formats import count, interval, seconds
from textstudy.report.prices import training_seconds
from textstudy.report.reading import by_validation, estimate, named, paired, substituted, title
from textstudy.report.tables import Table

STRATEGIES = {
    "freeze": "freeze: the head alone",
    "full": "full: encoder and head together",
    "hybrid": "hybrid: the head, then both",
}
ORDER = tuple(STRATEGIES)


def groups(report: Report) -> dict[str, dict[str, list[str]]]:
    """Return encoding → strategy → models on its encoder, best on validation first; with two strategies at least.

    Models that read the encoder's tokens cut at another length have another encoding, and stand apart.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for name in by_validation(report):
        model = report["models"][name]
        settings = model.get("settings") or {}
        if model["architecture"] == "pretrained" and settings.get("strategy") in ORDER:
            found.setdefault(settings["encoding"], {}).setdefault(settings["strategy"], []).append(name)
    return {
        encoding: {strategy: found[encoding][strategy] for strategy in ORDER if strategy in found[encoding]}
        for encoding in sorted(found) if len(found[encoding]) > 1
    }  # fmt: skip


def table(report: Report, encoding: str) -> Table:
    """What each strategy reaches with the encoder of an encoding, and what it costs to train."""
    rows = []
    for strategy, names in groups(report)[encoding].items():
        for name in names:
            model = report["models"][name]
            rows.append([
                STRATEGIES[strategy], title(report, name),
                *(interval(estimate(report, name, split=split, metric="accuracy")) for split in ("validation", "test")),
                interval(estimate(report, name, split="test", metric="macro_f1")),
                seconds(training_seconds(report, name)), count(model["parameters"]["trainable"]),
            ])  # fmt: skip
    return Table(
        f"table-strategies-{encoding}",
        f"Strategies for {_encoder(report, encoding)}: scores in per cent with 95 % intervals, time of one training "
        f"run, and parameters trained.{_states(report, encoding)}",
        ["Strategy", "Model", "Validation accuracy", "Test accuracy", "Test macro F1", "Training",
         "Parameters trained"],
        "llrrrrr", rows,
    )  # fmt: skip


def _encoder(report: Report, encoding: str) -> str:
    """The encoder that the study names, and the one that ran where that is another."""
    name = next(names[0] for names in groups(report)[encoding].values())
    other = substituted(report, name)
    return report["models"][name]["encoder"]["role"] + (f" ({other['resource']} ran in its place)" if other else "")


def _states(report: Report, encoding: str) -> str:
    """What the encoder's one pass for the heads that learn alone took, which is part of their training time."""
    states = ((report.get("encodings") or {}).get(encoding) or {}).get("features")
    if not states:
        return ""
    return (
        f" A head that learns alone reads states that the encoder computed once; its training time includes that "
        f"pass, {seconds(states['seconds'])}."
    )


def findings(report: Report) -> list[Finding]:
    """For each encoder, each two strategies by paired test; of models with one strategy, validation chooses."""
    return [sentence(report, encoding) for encoding in groups(report)]


def sentence(report: Report, encoding: str) -> Finding:
    """Return the finding on the strategies for the encoder of an encoding."""
    found = groups(report)[encoding]
    chosen = {strategy: names[0] for strategy, names in found.items()}
    tests = [(chosen[first], chosen[second]) for first, second in combinations(chosen, 2)]
    parts = [outcome(paired(report, *two), *(named(report, name) for name in two)) for two in tests]
    several = ", each by its best model on validation" if any(len(names) > 1 for names in found.values()) else ""
    text = f"Strategies for {_encoder(report, encoding)}{several}: {'; '.join(parts)}."
    pairs = [paired(report, *two) for two in tests]
    return finding("strategies", text, encoding=encoding, chosen=chosen, pairs=pairs)
