"""Call Snakemake's own command line in this process, with a class of ours in place of its DAGApi."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import snakemake.api
from snakemake.cli import args_to_api, parse_args, parse_cores
from snakemake.exceptions import print_exception
from snakemake.logging import logger
from snakemake.resources import Resource, Resources

from textstudy.commands.executors import bound_status_checks, check_executor
from textstudy.commands.interruption import Interruption
from textstudy.errors import StudyError
from textstudy.machine.gpus import visible_gpus
from textstudy.workflow.lost_records import mend_records

if TYPE_CHECKING:
    from snakemake.dag import DAG
    from snakemake.jobs import Job

TARGET = "report"
INTERRUPTED = "Interrupted. Nothing of this run works any more; the same command goes on where it was."
# Snakemake raises such an error anew, with nothing of the first but its text.
FROM_INPUT_FUNCTION = re.compile(r"^ *StudyError: (.+)$", re.MULTILINE)
interruption = Interruption()


class PassesApi(snakemake.api.DAGApi):
    """Snakemake's DAGApi for several passes over one workflow. The workflow is read once; each pass has its own DAG."""

    @property
    def workflow(self):
        """The workflow that the passes share."""
        return self.workflow_api._workflow

    def run_pass(self, **settings: Any) -> None:
        """Let Snakemake make the targets of `self.workflow.dag_settings`.

        Raises:
            WorkflowError: a job failed, or the user has ended the run.
        """
        super().execute_workflow(**settings)

    def survey(self, **settings: Any) -> "DAG":
        """Return the DAG of a silent dry run: its jobs, and why each would run, after lost records have been mended."""
        settings = {**settings, "pseudo_executor": "dryrun"}
        with only_errors():
            self.run_pass(**settings)
            if mended := mend_records(self.workflow):
                self.run_pass(**settings)
        if mended:
            logger.warning(mended)
        return self.workflow.dag


def stale_jobs(dag: "DAG") -> "list[Job]":
    """Return the jobs of a surveyed DAG that would run, without the rules that only collect targets."""
    return [job for job in dag.needrun_jobs(exclude_finished=False) if not job.is_norun]


@contextmanager
def only_errors() -> Iterator[None]:
    """Let Snakemake print errors only."""
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)


def call_snakemake(options: list[str], command: str, api: type[PassesApi], **fixed: Any) -> bool:
    """Run Snakemake with the report as its target.

    Args:
        options: what `snakemake` itself would be given, without targets.
        command: the command of `textstudy` that is running, for messages.
        api: what executes the workflow, or looks at it.
        fixed: options that are set whatever the user says.

    Returns:
        Whether it succeeded. Snakemake has printed what went wrong.

    Raises:
        StudyError: the options name a target, or an executor that is not installed.
    """
    check_executor(options)
    try:
        parser, arguments = parse_args(options)
    except Exception as error:  # as Snakemake's own command does
        print_exception(error)
        return False
    if arguments.targets:
        targets = " ".join(sorted(arguments.targets))
        raise StudyError(
            f"`textstudy {command}` is about the whole report and takes no target ({targets}): "
            f"to make that alone, call `snakemake {targets}` with the same options."
        )
    arguments.targets = {TARGET}
    vars(arguments).update(fixed)
    if arguments.executor in (None, "local"):
        if arguments.cores is None and arguments.jobs is None:
            arguments.cores = parse_cores("all")
        # A job that finds no free GPU would wait in its own process, which holds cores and books the time as its own.
        if gpus := len(visible_gpus()):
            arguments.resources = Resources({"gpu": Resource("gpu", gpus), **arguments.resources})
    bound_status_checks()
    # Snakemake has no option for this class; its WorkflowApi looks the name up when it makes a DAG.
    snakemake.api.DAGApi = api
    snakemake.api.print_exception = print_error
    try:
        with interruption.watched():
            return args_to_api(arguments, parser)
    except KeyboardInterrupt:
        return False
    finally:
        if interruption.asked:
            print(INTERRUPTED, file=sys.stderr)


def print_error(error: BaseException, linemaps: Mapping[str, Mapping[int, int]] | None = None) -> None:
    """Print the sentence of a StudyError that is the error or behind it; any other error as Snakemake prints it."""
    if told := FROM_INPUT_FUNCTION.search(str(error)):
        logger.error(f"Error: {told[1]}")
    elif isinstance(error, StudyError) or isinstance(error.__context__, StudyError):
        logger.error(f"Error: {error}")
    else:
        print_exception(error, linemaps)
