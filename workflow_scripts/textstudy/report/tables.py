"""The tables of a report: pure functions from report.json to rows, and one way to write rows as Markdown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from textstudy.report.escape import Markdown, identifier, link, markdown
from textstudy.report.formats import (
    MISSING,
    bounds,
    count,
    decimal,
    interval,
    p_value,
    percent,
    points,
    seconds,
    setting,
)
from textstudy.report.prices import encoder_passes, parameters, training_seconds
from textstudy.report.reading import ENSEMBLE, paired, ranked, reported_rows, title
from textstudy.report.refits import MARK, marked, refits

Report = Mapping[str, Any]
Address = Callable[[str], str]
ALIGNMENTS = {"l": ":---", "r": "---:", "c": ":---:"}


@dataclass(frozen=True)
class Table:
    """A table with a caption; `alignment` holds one of l, r, c per column; cells are escaped unless `Markdown`."""

    identifier: str
    caption: str
    headers: Sequence[str]
    alignment: str
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    kind: str = ""  # a class for report.lua

    def __bool__(self) -> bool:
        return bool(self.rows)

    def markdown(self) -> Markdown:
        """Return the table as a pandoc pipe table."""
        lines = [self._line(map(markdown, self.headers)), self._line(ALIGNMENTS[each] for each in self.alignment)]
        lines += [self._line(markdown(cell) for cell in row) for row in self.rows]
        attributes = f"#{identifier(self.identifier)}" + (f" .{self.kind}" if self.kind else "")
        return Markdown("\n".join([*lines, "", f": {markdown(self.caption)} {{{attributes}}}"]))

    @staticmethod
    def _line(cells: Any) -> str:
        return f"| {' | '.join(cells)} |"


def summary(report: Report, address: Address) -> Table:
    """The table that opens the report: each model's scores, cost and runs."""
    return Table(
        "table-summary",
        "Models, highest test accuracy first. Scores in per cent with 95 % bootstrap intervals over documents; "
        f"time of one training run; parameters with frozen ones.{built_on(report)}"
        + (f" {MARK} A refit's validation accuracy is that of the model it refits." if refits(report) else ""),
        ["Model", "Test accuracy", "Test macro F1", "Validation accuracy", "Training", "Parameters", "Runs"],
        "lrrrrrl",
        [
            [
                title(report, name), interval(_score(report, name, "test", "accuracy")),
                interval(_score(report, name, "test", "macro_f1")),
                marked(report, name, percent((_score(report, name, "validation", "accuracy") or {}).get("mean"))),
                seconds(training_seconds(report, name)), count(parameters(report, name)), runs(report, name, address),
            ]
            for name in ranked(report)
        ],
    )  # fmt: skip


def built_on(report: Report) -> str:
    """Return the sentence on the costs of models that build on others or on cached states, after a space, if any."""
    parts = []
    if any(model["architecture"] == ENSEMBLE for model in report["models"].values()):
        parts.append("of an ensemble, time and parameters include those of its members")
    if refits(report):
        parts.append("of a refit, time includes that of the model it refits")
    if encoder_passes(report, report["models"]):
        parts.append("of a model that reads the states of a frozen encoder, time includes the encoder's pass")
    sentence = "; ".join(parts)
    return f" {sentence[0].upper()}{sentence[1:]}." if parts else ""


def _score(report: Report, name: str, split: str, metric: str) -> Mapping[str, Any] | None:
    return (report["models"][name].get(split) or {}).get(metric)


def runs(report: Report, name: str, address: Address) -> Markdown:
    """Return links to the folders of a model's runs, named by seed."""
    links = [link(run["seed"], address(run["folder"])) for run in report["models"][name].get("runs", [])]
    return Markdown("seed " + ", ".join(links)) if links else Markdown(MISSING)


def scores(report: Report) -> Table:
    """Every score of every model, with the spread over seeds."""
    test = ["accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall"]
    rows = []
    for name in ranked(report):
        model = report["models"][name]
        spread = (_score(report, name, "test", "accuracy") or {}).get("spread")
        rows.append([
            title(report, name), len(model["seeds"]), *(interval(_score(report, name, "test", each)) for each in test),
            points(spread).lstrip("+"),
            *(marked(report, name, interval(_score(report, name, "validation", each))) for each in test[:2]),
            percent(model.get("expected_calibration_error")),
        ])  # fmt: skip
    return Table(
        "table-scores",
        "All scores in per cent, means over seeds, with 95 % bootstrap intervals over documents. Spread is the "
        "standard deviation of the test accuracy over seeds; calibration is the expected calibration error on test.",
        ["Model", "Seeds", "Accuracy", "Macro F1", "Weighted F1", "Macro precision", "Macro recall", "Spread",
         "Validation accuracy", "Validation macro F1", "Calibration"],
        "lrrrrrrrrrr", rows,
    )  # fmt: skip


def reported(report: Report) -> Table:
    """What the published report states beside what was measured here."""
    rows = []
    for row in reported_rows(report):
        share = row["kind"] == "share"
        show = (lambda value: percent(value, 2)) if share else decimal if abs(row["reported"]) < 1000 else count
        measured = row["measured"]
        difference = MISSING
        if measured is not None:
            ratio = measured / row["reported"] if row["reported"] else None
            difference = points(measured - row["reported"], 2) if share else f"× {decimal(ratio)}" if ratio else MISSING
        rows.append([
            title(report, row["model"]), row["metric"].replace("_", " "), show(row["reported"]),
            interval({**row, "mean": measured}, 2) if share else show(measured), difference, row["position"] or MISSING,
        ])  # fmt: skip
    return Table(
        "table-reported",
        "Reported beside measured. Scores in per cent, measured ones with 95 % intervals, differences (measured − "
        "reported) in points; other figures as stated, with the ratio measured / reported. The last column says where "
        "the reported score lies with respect to the measured interval.",
        ["Model", "Figure", "Reported", "Measured", "Difference", "Reported lies"], "llrrrl", rows,
    )  # fmt: skip


def pairs(report: Report) -> Table:
    """The paired tests, the first model of each row being the one with the higher score."""
    rows = []
    for pair in report.get("pairs") or []:
        first, second = pair["first"], pair["second"]
        seen = paired(report, *((first, second) if pair["difference"] >= 0 else (second, first)), metric=pair["metric"])
        between = MISSING if seen.get("low") is None else bounds(seen["low"], seen["high"])
        rows.append([
            title(report, seen["first"]), title(report, seen["second"]), pair["metric"].replace("_", " "),
            points(seen["difference"]), between, p_value(pair["p_value"]), p_value(pair.get("adjusted_p_value")),
            "yes" if pair["significant"] else "no", pair["test"],
        ])  # fmt: skip
    documents = sorted({pair["documents"] for pair in report.get("pairs") or [] if pair.get("documents")})
    over = f" over {' or '.join(map(count, documents))} test documents" if documents else ""
    return Table(
        "table-pairs",
        f"Paired tests{over}: difference first − second in points with its 95 % interval. Only where the last but one "
        "column says yes is a difference shown.",
        ["First", "Second", "Score", "Difference", "95 % interval", "p", "Corrected p", "Shown", "Test"],
        "lllrrrrll", rows,
    )  # fmt: skip


def classes(report: Report, name: str) -> Table:
    """Precision, recall and F1 of each class of a model."""
    return Table(
        f"table-classes-{name}",
        f"Scores of {title(report, name)} by class: means over seeds on test, in per cent.",
        ["Class", "Precision", "Recall", "F1", "Documents"], "lrrrr",
        [
            [row["label"], percent(row["precision"]), percent(row["recall"]), percent(row["f1"]), count(row["support"])]
            for row in report["models"][name].get("per_class") or []
        ],
    )  # fmt: skip


def devices(model: Mapping[str, Any]) -> str:
    """Return on what and in which precision the runs of a model were trained: "cuda, bfloat16"."""
    return "; ".join(f"{used['device']}, {used['precision']}" for used in model.get("devices") or []) or MISSING


def flattened(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested settings as dotted names with values as words: {"training.epochs": "20"}."""
    flat = {}
    for key in sorted(settings):
        value = settings[key]
        if isinstance(value, Mapping) and value:
            flat.update(flattened(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = setting(value) if not isinstance(value, Mapping) else "none"
    return flat
