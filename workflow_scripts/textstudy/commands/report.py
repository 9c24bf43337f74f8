"""Make the report in stages, in one process and with one reading of the workflow: `textstudy report`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from snakemake.common import NOTHING_TO_BE_DONE_MSG
from snakemake.exceptions import WorkflowError
from snakemake.logging import get_event, logger
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from textstudy.commands.snakemake_call import TARGET, PassesApi, call_snakemake, stale_jobs
from textstudy.commands.stages import stage_files

if TYPE_CHECKING:
    from snakemake.jobs import Job

INTRODUCTION = {LogEvent.WORKFLOW_STARTED, LogEvent.RESOURCES_INFO}
MAY_BE_LESS = (
    "\nFewer steps may run than are listed: a step that follows on an earlier one is left alone if what it reads comes "
    "out as it was. `textstudy plan` marks these steps."
)


class StagesApi(PassesApi):
    """Executes the workflow stage by stage."""

    def execute_workflow(self, **settings: Any) -> None:
        """Run the stages that have something to do; Snakemake calls this.

        Raises:
            WorkflowError: a job failed. With --keep-going, all that does not depend on it has run.
        """
        stages = stage_files(self.workflow, self.dag_settings, settings)
        if settings["pseudo_executor"] or not stages:
            self.survey(**settings)
            self.run_pass(**settings)
            if self.workflow.dryrun and made_by(stale_jobs(self.workflow.dag)).intersection(*stages.values()):
                logger.info(MAY_BE_LESS)
        else:
            self.run_stages(stages, settings)

    def run_stages(self, stages: dict[str, set[str]], settings: dict[str, Any]) -> None:
        """Run each stage as a pass, and look again at what is stale after it.

        Raises:
            WorkflowError: a job failed.
        """
        failed: set[str] = set()
        jobs = stale_jobs(self.survey(**settings))
        if not jobs:
            logger.info(NOTHING_TO_BE_DONE_MSG)
        for stage, files in stages.items():
            targets = files & made_by(jobs)
            if targets:
                failed |= self.run_stage(stage, targets, failed, settings)
                jobs = stale_jobs(self.survey(**settings))
        if jobs:
            failed |= self.run_stage(TARGET, {TARGET}, failed, settings)
        if failed:
            raise WorkflowError("At least one job did not complete successfully.")

    def run_stage(self, stage: str, targets: set[str], failed: set[str], settings: dict[str, Any]) -> set[str]:
        """Make the targets, without what depends on files that failed before.

        Returns:
            The files of jobs that failed. Later passes leave them out.

        Raises:
            WorkflowError: a job failed and --keep-going is not given, or the user has ended the run.
        """
        logger.info(f"\nStage: {stage}", extra={"quietness": Quietness.PROGRESS})
        self.workflow.dag_settings = replace(self.dag_settings, targets=targets, omit_from=failed)
        try:
            self.run_pass(**settings)
            failing = set()
        except WorkflowError:
            scheduler = self.workflow.scheduler
            ended_by_user = scheduler.running or scheduler._user_kill
            if ended_by_user or not (scheduler.failed and settings["execution_settings"].keep_going):
                raise
            failing = made_by(scheduler.failed)
            logger.info("Going on with what does not depend on the failed jobs (--keep-going).")
        logger.addFilter(is_not_introduction)
        self.workflow.dag_settings = replace(self.dag_settings, omit_from=failed | failing)
        return failing


def made_by(jobs: "Iterable[Job]") -> set[str]:
    """Return the files that the jobs make."""
    return {str(file) for job in jobs for file in job.output}


def is_not_introduction(record: Any) -> bool:
    """Return False for messages about Snakemake itself and the machine, with which each pass begins."""
    return get_event(record) not in INTRODUCTION


def make_report(options: list[str]) -> bool:
    """Make the report; returns whether it succeeded.

    Raises:
        StudyError: the options name a target.
    """
    return call_snakemake(options, "report", StagesApi)
