"""Fine-tuning strategies: their names, and the models of each."""

from textstudy.report.language.ranks import rank_by_validation, replaced_encoder
from textstudy.report.language.types import Report

STRATEGIES = {
    "freeze": "freeze: only the head learns",
    "full": "full: encoder and head learn together",
    "hybrid": "hybrid: first the head, then both",
    "lora": "lora: the head learns, and small adapters in the encoder",
}
ORDER = tuple(STRATEGIES)


def models_by_strategy(report: Report) -> dict[str, dict[str, list[str]]]:
    """Return encoding → strategy → its models, highest validation accuracy first.

    Only encodings with two strategies or more are returned. Two models with the same encoder but different maximum
    lengths have different encodings, and are not compared.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for name in rank_by_validation(report):
        model = report["models"][name]
        if model["encoder_strategy"]:
            found.setdefault(model["settings"]["encoding"], {}).setdefault(model["encoder_strategy"], []).append(name)
    return {
        encoding: {strategy: found[encoding][strategy] for strategy in ORDER if strategy in found[encoding]}
        for encoding in sorted(found) if len(found[encoding]) > 1
    }  # fmt: skip


def encoder_title(report: Report, encoding: str) -> str:
    """Return the encoder that the study names, and the encoder that ran where that is another one."""
    name = next(names[0] for names in models_by_strategy(report)[encoding].values())
    other = replaced_encoder(report, name)
    return report["models"][name]["encoder"]["role"] + (f" ({other['resource']} ran in its place)" if other else "")
