"""Tables of what surrounds the models: documents and tokens, settings, provenance."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.ensembles import settings_read
from textstudy.report.escape import Markdown, link, markdown
from textstudy.report.formats import MISSING, count, decimal, percent, setting
from textstudy.report.reading import ENSEMBLE, ranked, title
from textstudy.report.refits import refits
from textstudy.report.tables import Table, flattened

Report = Mapping[str, Any]


def lengths(report: Report) -> Table:
    """How long the documents are."""
    words = report["corpus"].get("words") or {}
    names = {
        "mean": "mean", "standard_deviation": "standard deviation", "minimum": "shortest",
        "quartile_1": "first quartile",
        "median": "median", "quartile_3": "third quartile", "maximum": "longest", "total": "all documents",
    }  # fmt: skip
    shown = [(name, words[key]) for key, name in names.items() if words.get(key) is not None]
    row = [f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}" for _, value in shown]
    return Table(
        "table-lengths", "Words per document after cleaning.", [name for name, _ in shown], "r" * len(shown),
        [row] if row else [],
    )  # fmt: skip


def encodings(report: Report) -> Table:
    """What each tokenizer makes of the documents."""
    rows = []
    for name, row in (report.get("encodings") or {}).items():
        size, known = row.get("lengths") or {}, (row.get("coverage") or {}).get("test") or {}
        vectors = row.get("glove") or {}
        rows.append([
            name, row.get("tokenizer"), count(row.get("vocabulary_size")), percent(known.get("tokens")),
            percent(vectors.get("types")), count(row.get("tokens")), decimal(size.get("median")),
            decimal(size.get("p90")), count(row.get("maximum_length")), percent(row.get("truncated_share")),
        ])  # fmt: skip
    return Table(
        "table-encodings",
        "Encodings: vocabulary (from training documents), share of the test tokens that it knows, share of its words "
        "that have a pretrained vector, tokens in all documents, tokens per document before truncation, and the share "
        "of documents cut.",
        ["Encoding", "Tokenizer", "Vocabulary", "Known (%)", "Vectors (%)", "Tokens", "Median", "90 %", "Cut at",
         "Cut (%)"],
        "llrrrrrrrr", rows,
    )  # fmt: skip


def coverage(report: Report) -> Table:
    """What the encodings know of each split, side by side; nothing where there is one encoding only."""
    encodings = {name: row.get("coverage") or {} for name, row in (report.get("encodings") or {}).items()}
    splits = [split for split in ("train", "validation", "test") if any(split in row for row in encodings.values())]
    return Table(
        "table-coverage",
        "Coverage side by side: share of the running tokens of each split that an encoding knows, in per cent; the "
        "others become its token for the unknown.",
        ["Split", *encodings], "l" + "r" * len(encodings),
        [[split, *(percent((row.get(split) or {}).get("tokens"), 2) for row in encodings.values())] for split in splits]
        if len(encodings) > 1 else [],
    )  # fmt: skip


def models(report: Report) -> Table:
    """Each model in a line: architecture, the encoder that really ran, seeds."""
    rows = []
    for name in ranked(report):
        model = report["models"][name]
        encoder = model.get("encoder")
        ran = MISSING if not encoder else encoder["resource"]
        stated = MISSING if not encoder else encoder["role"]
        seeds = setting(model["seeds"]) + (" (deterministic)" if model.get("deterministic") else "")
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
    others = " A refit has those of the model it refits." if refits(report) else ""
    return Table(
        "table-own-settings", f"Settings in which the models differ.{others}", ["Model", "Settings"], "ll",
        [[title(report, name), ", ".join(f"{key} = {value}" for key, value in sorted(own[name].items())) or MISSING]
         for name in ranked(report) if name in own],
    )  # fmt: skip


def _divided(report: Report) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return settings shared by two or more models and equal in all that have them, and the rest by model.

    A refit has the settings of the model it refits, which count once, and an ensemble those that its method reads.
    """
    flat = {
        name: flattened(settings_read(model["settings"]) if model["architecture"] == ENSEMBLE else model["settings"])
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


def study_settings(report: Report) -> Table:
    """The resolved settings of the study but for its models, which have their own table."""
    settings = {k: v for k, v in (report["study"].get("settings") or {}).items() if k not in {"models", "reported"}}
    flat = flattened(settings)
    for key in ("title", "description"):
        flat.pop(key, None)
    return Table(
        "table-study-settings", "Settings of the study.", ["Setting", "Value"], "ll", [*map(list, flat.items())]
    )


def scaled(report: Report) -> Table:
    """What an overlay changed in the study as published."""
    rows = [
        [row["setting"], setting(row["full"]), setting(row["used"])] for row in report["study"].get("scaled") or []
    ]  # fmt: skip
    return Table(
        "table-scaled", "Settings that differ from those of the study file.", ["Setting", "Study file", "Used here"],
        "lll", rows,
    )  # fmt: skip


def resources(report: Report) -> Table:
    """What was fetched, from where, under which licence."""
    rows = []
    for row in report["provenance"].get("resources") or []:
        source = str(row.get("source") or MISSING)
        shown = link(source, source) if source.startswith(("https://", "http://")) else markdown(source)
        rows.append([row.get("name"), shown, _digest(row.get("sha256")), row.get("licence"), row.get("citation")])
    return Table(
        "table-resources", "Resources, with the first 12 digits of the SHA-256 of each.",
        ["Resource", "Source", "SHA-256", "Licence", "Citation"], "lllll", rows,
    )  # fmt: skip


def versions(report: Report) -> Table:
    """Versions of the software and the machine that it ran on."""
    provenance = report["provenance"]
    facts = {**flattened(provenance.get("versions") or {}), **flattened(provenance.get("machine") or {}, "machine.")}
    return Table("table-versions", "Software and machine.", ["What", "Value"], "ll", [*map(list, facts.items())])


def code(report: Report) -> Table:
    """The digest of the code that each rule ran."""
    digests = report["provenance"].get("code") or {}
    return Table(
        "table-code", "Digest of the code behind each rule (first 12 digits).", ["Rule", "Digest"], "ll",
        [[rule, _digest(digests[rule])] for rule in sorted(digests)],
    )  # fmt: skip


def _digest(value: Any) -> Markdown | str:
    """Return the first 12 digits of a hash; a mapping of hashes by file shows how many there are and the first."""
    if isinstance(value, Mapping):
        first = _digest(next(iter(value.values()), None))
        return markdown(f"{first} and {len(value) - 1} more") if len(value) > 1 else first
    return str(value)[:12] if value else MISSING
