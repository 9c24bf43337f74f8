"""Tables of the models and of their settings."""

from textstudy.report.language.numbers import MISSING, setting_in_words
from textstudy.report.language.ranks import rank_models, title
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def models(report: Report) -> Table:
    """Each model in a line: architecture, the encoder that really ran, seeds."""
    rows = []
    for name in rank_models(report):
        model = report["models"][name]
        encoder = model.get("encoder")
        ran = MISSING if not encoder else encoder["resource"]
        stated = MISSING if not encoder else encoder["role"]
        seeds = setting_in_words(model["seeds"]) + (" (deterministic)" if model.get("deterministic") else "")
        base = model.get("refits")
        architecture = model["architecture"] + (f", refit of {title(report, base)}" if base else "")
        rows.append([title(report, name), name, architecture, stated, ran, seeds])
    return Table(
        "table-models", "The models, the encoder that the study names and the one that ran.",
        ["Model", "Name in the study", "Architecture", "Encoder named", "Encoder that ran", "Seeds"], "llllll", rows,
    )  # fmt: skip


def shared_settings(report: Report) -> Table:
    """The settings on which all models that have them agree."""
    common, _ = _divided(report)
    return Table(
        "table-shared-settings", "Settings that are the same in every model that has them (in at least two).",
        ["Setting", "Value"], "ll", [list(item) for item in sorted(common.items())],
    )  # fmt: skip


def own_settings(report: Report) -> Table:
    """The settings in which models differ."""
    _, own = _divided(report)
    others = " A refit has those of the model it refits." if refitted_models(report) else ""
    return Table(
        "table-own-settings", f"Settings in which the models differ.{others}", ["Model", "Settings"], "ll",
        [[title(report, name), ", ".join(f"{key} = {value}" for key, value in sorted(own[name].items())) or MISSING]
         for name in rank_models(report) if name in own],
    )  # fmt: skip


def _divided(report: Report) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return settings shared by two or more models and equal in all that have them, and the rest by model.

    A refit has the settings of the model it refits, which count once, and an ensemble those that its method reads.
    """
    flat = {
        name: flatten_settings(model["settings"])
        for name, model in report["models"].items() if not model.get("refits")
    }  # fmt: skip
    for settings in flat.values():
        settings.pop("title", None)
    values: dict[str, list[str]] = {}
    for settings in flat.values():
        for key, value in settings.items():
            values.setdefault(key, []).append(value)
    common = {key: found[0] for key, found in values.items() if len(found) > 1 and len(set(found)) == 1}
    own = {name: {k: v for k, v in settings.items() if k not in common} for name, settings in flat.items()}
    return common, own
