"""Tables of the models and of their settings."""

from textstudy.report.language.numbers import MISSING, setting_in_words
from textstudy.report.language.ranks import rank_models, title
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def models(report: Report) -> Table:
    """Return a line for each model: its architecture, the encoder that really ran, its seeds."""
    rows = []
    for name in rank_models(report):
        model = report["models"][name]
        encoder = model["encoder"]
        named, ran = (encoder["role"], encoder["resource"]) if encoder else (MISSING, MISSING)
        seeds = setting_in_words(model["seeds"]) + (" (deterministic)" if model["deterministic"] else "")
        base = model["refits"]
        architecture = model["architecture"] + (f", refit of {title(report, base)}" if base else "")
        rows.append([title(report, name), name, architecture, named, ran, seeds])
    return Table(
        "table-models", "Models, with the encoder that the study names and the encoder that ran.",
        ["Model", "Name in the study", "Architecture", "Encoder named", "Encoder that ran", "Seeds"], "llllll", rows,
    )  # fmt: skip


def shared_settings(report: Report) -> Table:
    """Return the settings that have one value in all models that have them."""
    common, _ = _shared_and_own(report)
    return Table(
        "table-shared-settings", "Settings with the same value in every model that has them (at least two models).",
        ["Setting", "Value"], "ll", [list(item) for item in sorted(common.items())],
    )  # fmt: skip


def own_settings(report: Report) -> Table:
    """Return the settings in which the models differ, a line for each model."""
    _, own = _shared_and_own(report)
    others = " A refit has the settings of the model that it refits." if refitted_models(report) else ""
    return Table(
        "table-own-settings", f"Settings in which the models differ.{others}", ["Model", "Settings"], "ll",
        [[title(report, name), ", ".join(f"{key} = {value}" for key, value in sorted(own[name].items())) or MISSING]
         for name in rank_models(report) if name in own],
    )  # fmt: skip


def _shared_and_own(report: Report) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the settings shared by two or more models and equal in all that have them, and the rest by model.

    Refits are left out: a refit has the settings of the model that it refits.
    """
    flat = {
        name: {key: value for key, value in flatten_settings(model["settings"]).items() if key != "title"}
        for name, model in report["models"].items() if not model["refits"]
    }  # fmt: skip
    values: dict[str, list[str]] = {}
    for settings in flat.values():
        for key, value in settings.items():
            values.setdefault(key, []).append(value)
    common = {key: found[0] for key, found in values.items() if len(found) > 1 and len(set(found)) == 1}
    own = {name: {k: v for k, v in settings.items() if k not in common} for name, settings in flat.items()}
    return common, own
