"""What the next `make report` would run, why, and how long each step took last time: `make plan`."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

# Steps of the first call of `make report`; what they leave unchanged, a later call does not rerun. So with `select`.
DATA_STEPS = {"fetch", "parse", "clean", "deduplicate", "split", "audit", "leakage"}
DATA_STEPS |= {"encode_words", "encode_wordpieces", "glove", "features"}
EARLIER_CALLS = ("results/prepared", "results/encoded", "results/phases")
REMADE = "Input files updated by another job:"


@dataclass(frozen=True)
class Step:
    """One job that would run."""

    rule: str
    output: str
    reason: str
    benchmark: Path | None

    def seconds(self) -> float | None:
        """Return how long the step took when it last ran, or None when it never did."""
        if self.benchmark is None or not self.benchmark.is_file():
            return None
        with self.benchmark.open(encoding="utf-8") as stream:
            return float(next(csv.DictReader(stream, delimiter="\t"))["s"])

    def explained(self) -> str:
        """Return why the step runs, in a reader's words."""
        if self.reason.startswith(REMADE):
            remade = self.reason.removeprefix(REMADE).strip()
            if self.rule not in DATA_STEPS and any(folder in remade for folder in EARLIER_CALLS):
                return f"only if these come out different: {remade}"
            return f"made anew before it: {remade}"
        return self.reason


def steps(dry_run: str) -> Iterator[Step]:
    """Yield the jobs that a dry run printed."""
    for block in re.split(r"\n(?=\[|(?:local)?rule |Job stats)", dry_run):
        head = re.search(r"^(?:local)?rule (\w+):$", block, flags=re.MULTILINE)
        if not head or "\n    reason:" not in block:
            continue

        def field(name: str, block: str = block) -> str:
            found = re.search(rf"^    {name}: (.*)$", block, flags=re.MULTILINE)
            return found.group(1).strip() if found else ""

        benchmark = field("benchmark")
        yield Step(head.group(1), field("output"), field("reason"), Path(benchmark) if benchmark else None)


def duration(seconds: float | None) -> str:
    """Return seconds as a reader says them."""
    if seconds is None:
        return "not yet known"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:.1f} s"


def main(arguments: list[str]) -> int:
    """Print the plan; returns the exit status of the dry run."""
    command = [sys.executable, "-m", "snakemake", "report", "--dry-run", "--cores", "1", *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.stderr.write(result.stdout + result.stderr)
        return result.returncode
    found = [step for step in steps(result.stdout + result.stderr) if step.rule not in ("report", "data", "prepared")]
    console = Console(width=None if sys.stdout.isatty() else 200)
    if not found:
        console.print("Nothing to be done: every result is up to date.")
        return 0
    table = Table("step", "makes", "why", "took last time", show_lines=False)
    for step in found:
        first, _, rest = step.output.partition(",")
        makes = f"{first} and {rest.count(',') + 1} more" if rest else first
        table.add_row(step.rule, escape(makes), escape(step.explained()), duration(step.seconds()))
    console.print(table)
    known = [seconds for seconds in (step.seconds() for step in found) if seconds is not None]
    unknown = f", {len(found) - len(known)} of unknown length" if len(known) < len(found) else ""
    console.print(f"{len(found)} steps, {duration(sum(known))} by what they took last time{unknown}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
