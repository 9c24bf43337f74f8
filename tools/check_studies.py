"""Run the real studies and print expected figures beside measured ones: `make check-studies` (an hour on two cores)."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

STUDY = "newsgroups-strategies"
ARGUMENTS = ["--cores", "all", "--configfile", "config/cpu.yaml", "--config", f"studies=[{STUDY}]"]
LINEAR = ("linear_nb", "linear_logistic", "linear_svm")


@dataclass(frozen=True)
class Check:
    """A figure, the range it is expected in, and how it is shown."""

    what: str
    low: float
    high: float
    value: float
    form: str = "{:,.0f}"

    def passed(self) -> bool:
        return self.low <= self.value <= self.high

    def expected(self) -> str:
        low, high = (self.form.format(bound) for bound in (self.low, self.high))
        if self.high == float("inf"):
            return f"at least {low}"
        if self.low == float("-inf"):
            return f"at most {high}"
        return low if low == high else f"{low} to {high}"


def at_least(what: str, low: float, value: float, form: str = "{:.1%}") -> Check:
    return Check(what, low, float("inf"), value, form)


def at_most(what: str, high: float, value: float, form: str = "{:,.0f} s") -> Check:
    return Check(what, float("-inf"), high, value, form)


def seconds(*names: str) -> float:
    """Return the summed wall time of benchmark files, by rule/file."""
    total = 0.0
    for name in names:
        with Path("results/benchmarks", name + ".tsv").open(encoding="utf-8") as stream:
            total += float(next(csv.DictReader(stream, delimiter="\t"))["s"])
    return total


def checks(report: dict[str, Any]) -> Iterator[Check]:
    """Yield every check of the study."""
    parsed = report["ledger"][0]["by_split"]
    cleaned = next(line for line in report["ledger"] if "shorter than" in line["reason"])["by_split"]
    yield Check("messages parsed, train", 11314, 11314, parsed["train"])
    yield Check("messages parsed, test", 7532, 7532, parsed["test"])
    yield Check("after cleaning and the floor of 50 characters, train", 10981, 10981, cleaned["train"])
    yield Check("after cleaning and the floor of 50 characters, test", 7311, 7311, cleaned["test"])
    final = [row for row in report["audit"]["overlaps"] if row["stage"] == "split"]
    yield Check("exact overlaps across splits", 0, 0, sum(row["exact"] for row in final))
    yield Check("near overlaps across splits", 0, 0, sum(row["near"] for row in final))
    models = report["models"]

    def accuracy(name: str) -> float:
        return models[name]["test"]["accuracy"]["mean"]

    best = max(LINEAR, key=lambda name: models[name]["validation"]["accuracy"]["mean"])
    yield at_least(f"test accuracy, linear model best on validation ({best})", 0.745, accuracy(best))
    yield at_most(f"fitting, {best}", 30, models[best]["seconds"]["train"])
    yield at_least("test accuracy, BiLSTM + attention", 0.67, accuracy("bilstm_attention"))
    yield at_least("test accuracy, head on the frozen encoder", 0.67, accuracy("frozen_encoder"))
    data = ("fetch/20newsgroups", "parse/newsgroups", "clean/newsgroups", "deduplicate/newsgroups", "split/newsgroups")
    yield at_most("fetch to split", 90, seconds(*data))
    yield at_most("report from its numbers (render)", 12, seconds(f"render/{STUDY}"))


def main() -> int:
    """Run the study, print the table; the exit status says whether every figure is as expected."""
    for target in ("data", "report"):
        subprocess.run([sys.executable, "-m", "snakemake", target, *ARGUMENTS], check=True)
    report = json.loads(Path("results/studies", STUDY, "report.json").read_text(encoding="utf-8"))
    table = Table("figure", "expected", "measured", "", title=STUDY)
    found = list(checks(report))
    for check in found:
        table.add_row(check.what, check.expected(), check.form.format(check.value), "" if check.passed() else "MISSED")
    Console(width=120).print(table)
    return 0 if all(check.passed() for check in found) else 1


if __name__ == "__main__":
    sys.exit(main())
