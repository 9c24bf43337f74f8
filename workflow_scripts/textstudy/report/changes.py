"""What changed since the run that was kept as baseline: settings, data, code, software, and what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from textstudy.report.comparisons import Finding, Report, finding
from textstudy.report.formats import MISSING, bounds, count, listing, p_value, percent, points
from textstudy.report.reading import named, title
from textstudy.report.tables import Table, flattened

WORDS = ("title", "description")  # of a study and of its models: they change no number
STATUS = {
    "unchanged": "every answer the same",
    "incomparable": "other test documents: not comparable",
    "added": "new",
    "removed": "no longer there",
}


def changes(
    report: Report, baseline: Report | None, models: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, Any] | None:
    """Return what stands under `changes` in report.json; None without a baseline.

    Args:
        report: the new report, as far as it is made.
        baseline: report.json as it was kept.
        models: what `evaluate.baseline.compare_with_baseline` found.
    """
    if baseline is None or models is None:
        return None
    parts = {"settings": _settings, "data": _data, "code": _code, "software": _software}
    return {
        "kept": baseline["kept"],
        "models": models,
        **{name: list(_differences(part(baseline), part(report))) for name, part in parts.items()},
    }


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield {"what": key, "before": before.get(key), "after": after.get(key)}


def _settings(report: Report) -> dict[str, str]:
    flat = flattened(report["study"]["settings"])
    return {key: value for key, value in flat.items() if key.rpartition(".")[2] not in WORDS}


def _data(report: Report) -> dict[str, Any]:
    documents = {f"{split} documents": count(number) for split, number in report["corpus"]["documents"].items()}
    documents["ids, texts, labels and splits"] = report["audit"]["digest"]
    return documents | {row["name"]: row.get("sha256") for row in report["provenance"]["resources"]}


def _code(report: Report) -> dict[str, Any]:
    runs = {name: model["runs"][0]["code"] for name, model in report["models"].items() if model.get("runs")}
    return {**report["provenance"]["code"], **{f"training of {name}": digest for name, digest in runs.items()}}


def _software(report: Report) -> dict[str, Any]:
    return {**report["provenance"]["versions"], **report["provenance"]["machine"]}


def models(report: Report) -> Table:
    """What became of each model's test accuracy."""
    rows = []
    for name, row in ((report.get("changes") or {}).get("models") or {}).items():
        if row["status"] != "compared":
            rows.append([title(report, name), MISSING, MISSING, MISSING, MISSING, STATUS[row["status"]]])
            continue
        verdict = "no change shown"
        if row["significant"]:
            verdict = "better" if row["difference"] > 0 else "worse"
        between = f"{points(row['difference'])} {bounds(row['low'], row['high'])}"
        rows.append([title(report, name), percent(row["before"]), percent(row["after"]), between,
                     p_value(row["adjusted_p_value"]), verdict])  # fmt: skip
    return Table(
        "table-changed-models",
        "Test accuracy of the baseline and of this run in per cent, on the same documents; the difference in points "
        "with its paired 95 % interval, and its p-value after Holm's correction over the models compared.",
        ["Model", "Before", "Now", "Difference", "Corrected p", "Verdict"], "lrrrrl", rows,
    )  # fmt: skip


def causes(report: Report) -> Table:
    """What may be behind it: every setting, count, digest and version that differs."""
    found = report.get("changes") or {}
    rows = [
        [kind, row["what"], _short(row["before"]), _short(row["after"])]
        for kind in ("settings", "data", "code", "software") for row in found.get(kind) or []
    ]  # fmt: skip
    return Table(
        "table-changes", "What differs from the baseline. Digests are cut to ten characters.",
        ["Part", "What", "Before", "Now"], "llll", rows,
    )  # fmt: skip


def _short(value: Any) -> str:
    if value is None:
        return MISSING
    text = str(value)
    return text[:10] if len(text) >= 40 and text.isalnum() else text


def findings(report: Report) -> list[Finding]:
    """Return which models became better or worse since the baseline, and that the others did not or cannot be told."""
    found = report.get("changes")
    if not found:
        return []
    by_status: dict[str, list[str]] = {}
    for name, row in found["models"].items():
        status = row["status"]
        if status == "compared":
            status = ("better" if row["difference"] > 0 else "worse") if row["significant"] else "unclear"
        by_status.setdefault(status, []).append(name)
    said = {
        "better": "better: {}", "worse": "worse: {}", "unclear": "no change could be shown of {}",
        "unchanged": "every answer is the same of {}", "incomparable": "on other test documents, so not compared: {}",
        "added": "new: {}", "removed": "no longer there: {}",
    }  # fmt: skip
    parts = [
        text.format(listing([named(report, name) for name in by_status[status]]))
        for status, text in said.items() if status in by_status
    ]  # fmt: skip
    causes = [kind for kind in ("settings", "data", "code", "software") if found[kind]]
    text = f"Since the baseline of {found['kept'][:10]}: {'; '.join(parts)}."
    text += f" What differs is in {listing(causes)}." if causes else " Settings, data, code and software are the same."
    return [finding("changes", text, models=by_status, causes=causes)]
