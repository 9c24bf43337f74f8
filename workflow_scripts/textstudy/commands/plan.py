"""What the next report would run, why, and how long each step took last time: `textstudy plan`."""

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from textstudy.commands.snakemake_call import PassesApi, call_snakemake, stale_jobs
from textstudy.commands.spending import spending
from textstudy.commands.stages import earlier_stages, stage_files

if TYPE_CHECKING:
    from snakemake.dag import DAG

# What code_digest makes, as Snakemake keeps it: parameters other than digests of code are settings.
DIGEST = re.compile(r"'[0-9a-f]{16}'")


@dataclass(frozen=True)
class Step:
    """One job that would run."""

    rule: str
    output: list[str]
    why: str
    seconds: float | None


class PlanApi(PassesApi):
    """Prints the plan instead of executing the workflow."""

    def execute_workflow(self, **settings) -> None:
        """Print what would run."""
        stages = stage_files(self.workflow, self.dag_settings, settings)
        dag = self.survey(**settings)
        print_steps(planned_steps(dag, stages), spending(stale_jobs(dag), self.workflow.globals["LAYOUT"]))


def planned_steps(dag: "DAG", stages: dict[str, set[str]]) -> list[Step]:
    """Return the jobs that would run, each after those that it reads from."""
    stage = earlier_stages(dag, stages)
    # Jobs that run whatever comes out of the stages before theirs.
    certain: set = set()
    steps = []
    for level in dag.toposorted(set(stale_jobs(dag))):
        for job in sorted(level, key=lambda job: (job.rule.name, list(job.output))):
            reason = dag.reason(job)
            own = own_reasons(reason)
            makers = (other for other, files in dag.dependencies[job].items() if files & reason.updated_input_run)
            if own or any(maker in certain and stage.get(maker) == stage.get(job) for maker in makers):
                certain.add(job)
            text = why(reason, own, job in certain)
            steps.append(Step(job.rule.name, list(job.output), text, last_seconds(job.benchmark)))
    return steps


def own_reasons(reason) -> list[str]:
    """Return why a job runs, apart from the jobs before it."""
    changed = reason.updated_input - reason.updated_input_run
    texts = {
        "forced, interrupted last time, or not what its log says": reason.forced,
        f"missing: {listed(reason.missing_output)}": reason.missing_output,
        f"changed: {listed(changed)}": changed,
        "it reads other files than last time": reason.input_changed,
        f"changed: its {changed_parameters(reason.params_changed)}": reason.params_changed,
        "changed: its script": reason.code_changed,
        "changed: its software environment": reason.software_stack_changed,
    }
    return [text for text, holds in texts.items() if holds]


def changed_parameters(change) -> str:
    """Return whether settings, code or both differ from the last time."""
    digests = [DIGEST.fullmatch(value) is not None for value in change.only_old | change.only_new]
    return " and ".join(name for name, found in (("settings", not all(digests)), ("code", any(digests))) if found)


def why(reason, own: list[str], certain: bool) -> str:
    """Return why a step runs, for a reader."""
    if own:
        return "; ".join(own)
    files = listed(reason.updated_input_run)
    return f"reads what is made again: {files}" if certain else f"only if these come out different: {files}"


def listed(files) -> str:
    """Return the first file and the number of the others."""
    first, *rest = sorted(files) or [""]
    return f"{first} and {len(rest)} more" if rest else first


def last_seconds(benchmark: str | None) -> float | None:
    """Return how long a step took when it last ran, or None when that is not known."""
    if not benchmark or not Path(benchmark).is_file():
        return None
    with Path(benchmark).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return float(rows[0]["s"]) if rows else None


def duration(seconds: float | None) -> str:
    """Return seconds as a reader says them."""
    if seconds is None:
        return "not known yet"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:.1f} s"


def print_steps(steps: list[Step], spent: Sequence[str] = ()) -> None:
    """Print the steps as a table, how long they take together, and what they would ask of endpoints."""
    console = Console(width=None if sys.stdout.isatty() else 200)
    if not steps:
        console.print("Nothing to be done: every result is up to date.")
        return
    table = Table("step", "makes", "why", "took last time")
    for step in steps:
        table.add_row(step.rule, escape(listed(step.output)), escape(step.why), duration(step.seconds))
    console.print(table)
    console.print(total([step.seconds for step in steps]))
    for sentence in spent:
        console.print(escape(sentence))


def total(seconds: list[float | None]) -> str:
    """Return how many steps would run and how long they took last time; None for a step that has not run yet."""
    known = [each for each in seconds if each is not None]
    number = f"{len(seconds)} steps" if len(seconds) > 1 else "1 step"
    if not known:
        return f"{number}. How long they take is known when they have run once."
    rest = len(seconds) - len(known)
    took = f"{duration(sum(known))} last time" if not rest else f"{duration(sum(known))} last time for {len(known)}"
    return f"{number}, {took}{f'; {rest} have not run yet' if rest else ''}."


def print_plan(options: list[str]) -> bool:
    """Print the plan; returns whether it could be made.

    Raises:
        StudyError: the options name a target.
    """
    return call_snakemake(options, "plan", PlanApi, dryrun=True)
