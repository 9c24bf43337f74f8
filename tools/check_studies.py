"""Run the real studies and print expected figures beside measured ones: `make check-studies` (hours on two cores).

python tools/check_studies.py [STUDY ...]
"""

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

OVERLAY = ["--cores", "all", "--configfile", "config/cpu.yaml"]
FINE_TUNED = ("distilbert_full", "distilbert_full_one_rate", "distilbert_hybrid")
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


def accuracy(report: dict[str, Any], name: str, split: str = "test", metric: str = "accuracy") -> float:
    """Return a model's mean score."""
    return report["models"][name][split][metric]["mean"]


def overlaps(report: dict[str, Any]) -> Iterator[Check]:
    """Yield what holds for every study: no text in two splits."""
    final = [row for row in report["audit"]["overlaps"] if row["stage"] == "split"]
    yield Check("exact overlaps across splits", 0, 0, sum(row["exact"] for row in final))
    yield Check("near overlaps across splits", 0, 0, sum(row["near"] for row in final))


def newsgroups_strategies(report: dict[str, Any]) -> Iterator[Check]:
    parsed = report["ledger"][0]["by_split"]
    cleaned = next(line for line in report["ledger"] if "shorter than" in line["reason"])["by_split"]
    yield Check("messages parsed, train", 11314, 11314, parsed["train"])
    yield Check("messages parsed, test", 7532, 7532, parsed["test"])
    yield Check("after cleaning and the floor of 50 characters, train", 10981, 10981, cleaned["train"])
    yield Check("after cleaning and the floor of 50 characters, test", 7311, 7311, cleaned["test"])
    best = max(LINEAR, key=lambda name: accuracy(report, name, "validation"))
    yield at_least(f"test accuracy, linear model best on validation ({best})", 0.745, accuracy(report, best))
    yield at_most(f"fitting, {best}", 30, report["models"][best]["seconds"]["train"])
    yield at_least("test accuracy, BiLSTM + attention", 0.67, accuracy(report, "bilstm_attention"))
    yield at_least("test accuracy, head on the frozen encoder", 0.67, accuracy(report, "distilbert_freeze"))
    tuned = max(FINE_TUNED, key=lambda name: accuracy(report, name, "validation"))
    yield at_least(f"test accuracy, fine-tuned encoder best on validation ({tuned})", 0.73, accuracy(report, tuned))
    data = ("fetch/20newsgroups", "parse/newsgroups", "clean/newsgroups", "deduplicate/newsgroups", "split/newsgroups")
    yield at_most("fetch to split", 90, seconds(*data))
    yield at_most("report from its numbers (render)", 12, seconds("render/newsgroups-strategies"))


def newsgroups_backbones(report: dict[str, Any]) -> Iterator[Check]:
    for name in ("ensemble_all", "ensemble_all_refit"):
        yield at_least(f"test accuracy, {name}", 0.785, accuracy(report, name))
    trainings = sum(model["seconds"]["train"] * len(model["seeds"]) for model in report["models"].values())
    passes = sum(each["features"]["seconds"] for each in report["encodings"].values() if "features" in each)
    yield at_most("all trainings, with the pass of the frozen encoder that they read", 3600, trainings + passes)


def newsgroups_binary(report: dict[str, Any]) -> Iterator[Check]:
    for name, least in (("rnn", 0.70), ("lstm", 0.70), ("transformer", 0.72)):
        yield at_least(f"test macro F1, {name}", least, accuracy(report, name, metric="macro_f1"), "{:.3f}")


def newsgroups_long(report: dict[str, Any]) -> Iterator[Check]:
    cut, whole = (report["encodings"][name] for name in ("wordpieces", "windows"))
    yield Check("documents that 256 tokens cut", 0.15, 0.30, cut["truncated_share"], "{:.1%}")
    yield Check("tokens that they cut away", 0.40, 0.60, cut["cut_tokens_share"], "{:.1%}")
    yield at_most("documents that eight windows cut", 0.03, whole["truncated_share"], "{:.1%}")
    for pair in report["scrutiny"]["truncation"]["pairs"]:
        change, gains = pair["reads_in_part"]["difference"], pair["cut"] == "frozen_64"
        what = f"gain on texts that {pair['cut']} cuts, {pair['whole']}"
        # 64 tokens lose much. Messages show their topic in 256: there, only a loss would be a surprise.
        yield at_least(what, 0.02 if gains else -0.03, change["mean"], "{:+.3f}")
        yield at_least(f"… by the upper end of its interval, {pair['whole']}", 0.0, change["high"], "{:+.3f}")
    rates = [each["features"]["tokens_per_second"] for each in (cut, whole)]
    yield at_least("tokens a second in windows, as a share of those without", 0.8, rates[1] / rates[0], "{:.2f}")


def sst5_recurrent(report: dict[str, Any]) -> Iterator[Check]:
    for cell in ("rnn", "lstm", "gru", "bilstm", "bigru"):
        names = {f"{cell}_random", f"{cell}_pretrained"}
        pair = next(
            row for row in report["pairs"] if {row["first"], row["second"]} == names and row["metric"] == "accuracy"
        )
        sign = 1 if pair["first"].endswith("pretrained") else -1
        gain = sign * pair["difference"] if pair["significant"] else 0.0
        yield at_least(f"gain of GloVe over random, {cell}, 0 where the paired test shows none", 0.001, gain)
    networks = [name for name, model in report["models"].items() if model["architecture"] != "linear"]
    best = max(networks, key=lambda name: accuracy(report, name, "validation"))
    yield at_least(f"test accuracy, network best on validation ({best})", 0.42, accuracy(report, best))
    trainings = sum(model["seconds"]["train"] * len(model["seeds"]) for model in report["models"].values())
    yield at_most("all trainings, on two cores", 2400, trainings / 2)


def sst5_phrases(report: dict[str, Any]) -> Iterator[Check]:
    best = max(("bilstm", "bilstm_attention"), key=lambda name: accuracy(report, name, "validation"))
    yield at_least(f"test accuracy, network best on validation ({best})", 0.45, accuracy(report, best))


def reviews_robustness(report: dict[str, Any]) -> Iterator[Check]:
    best = max((f"setting_{number}" for number in range(1, 8)), key=lambda name: accuracy(report, name, "validation"))
    yield at_least(f"test accuracy, setting best on validation ({best})", 0.86, accuracy(report, best))
    gain = accuracy(report, "setting_4") - accuracy(report, "setting_3")
    yield at_least("gain of the decoder's attention", 0.0, gain, "{:+.3f}")
    yield at_least("test accuracy, fine-tuned encoder", 0.92, accuracy(report, "setting_8"))
    yield at_least("test accuracy, linear SVM", 0.89, accuracy(report, "linear_svm"))


STUDIES = {
    "newsgroups-strategies": newsgroups_strategies,
    "newsgroups-backbones": newsgroups_backbones,
    "newsgroups-binary": newsgroups_binary,
    "newsgroups-long": newsgroups_long,
    "sst5-recurrent": sst5_recurrent,
    "sst5-phrases": sst5_phrases,
    "reviews-robustness": reviews_robustness,
}


def check_study(study: str) -> bool:
    """Run one study and print its table; returns whether every figure is as expected."""
    command = [sys.executable, "-m", "textstudy", "report", *OVERLAY, "--config", f"studies=[{study}]"]
    subprocess.run(command, check=True)
    report = json.loads(Path("results/studies", study, "report.json").read_text(encoding="utf-8"))
    table = Table("figure", "expected", "measured", "", title=study)
    found = [*overlaps(report), *STUDIES[study](report)]
    for check in found:
        table.add_row(check.what, check.expected(), check.form.format(check.value), "" if check.passed() else "MISSED")
    Console(width=120).print(table)
    return all(check.passed() for check in found)


def main(studies: list[str]) -> int:
    """Check the studies, all unless some are named; the exit status says whether every figure is as expected."""
    unknown = sorted(set(studies) - set(STUDIES))
    if unknown:
        sys.exit(f"There are no checks for {', '.join(unknown)}: choose from {', '.join(STUDIES)}.")
    return 0 if all([check_study(study) for study in studies or STUDIES]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
