"""Make the report in stages, in one process and with one reading of the workflow: `textstudy report`."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snakemake.common import NOTHING_TO_BE_DONE_MSG
from snakemake.exceptions import WorkflowError
from snakemake.logging import get_event, logger
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from textstudy.commands.snakemake_call import TARGET, PassesApi, call_snakemake, interruption, stale_jobs
from textstudy.commands.stages import earlier_stages, stage_files
from textstudy.workflow.folder_lock import clear_stale_locks, hold_folder

if TYPE_CHECKING:
    from snakemake.dag import DAG
    from snakemake.jobs import Job

INTRODUCTION = {LogEvent.WORKFLOW_STARTED, LogEvent.RESOURCES_INFO}
MAY_BE_LESS = (
    "\nFewer steps may run than are listed: a step that follows on an earlier one is left alone if what it reads comes "
    "out as it was. `textstudy plan` marks these steps."
)


class StagesApi(PassesApi):
    """Executes the workflow stage by stage."""

    def unlock(self) -> None:
        """Remove the locks that a killed run left behind; Snakemake calls this for --unlock.

        Raises:
            StudyError: another run is active in this folder.
        """
        hold_folder(Path.cwd())
        super().unlock()

    def execute_workflow(self, **settings: Any) -> None:
        """Run the stages that have something to do; Snakemake calls this.

        Raises:
            StudyError: another run is active in this folder.
            WorkflowError: a job failed. With --keep-going, all that does not depend on it has run.
        """
        if settings["execution_settings"].lock and settings["pseudo_executor"] != "dryrun":
            hold_folder(Path.cwd())
            clear_stale_locks(Path.cwd())
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
        dag = self.survey(**settings)
        failed: set[str] = set()
        forced = forced_files(dag)
        # From here on files are forced, each in the first stage that needs it; later stages see what came out.
        self.dag_settings = replace(self.dag_settings, forceall=False, forcetargets=False, forcerun=set())
        if not stale_jobs(dag):
            logger.info(NOTHING_TO_BE_DONE_MSG)
        for stage, files in stages.items():
            forced_here = forced & made_by(earlier_stages(dag, {stage: files}))
            targets = files & made_by(stale_jobs(dag)) | forced_here
            if targets:
                failed |= self.run_stage(stage, targets, forced_here, failed, settings)
                forced -= forced_here
                dag = self.look(settings, targets={TARGET}, forcerun=forced, omit_from=failed)
        if stale_jobs(dag):
            failed |= self.run_stage(TARGET, {TARGET}, forced, failed, settings)
        if failed:
            raise WorkflowError("At least one job did not complete successfully.")

    def look(self, settings: dict[str, Any], **dag_settings: set[str]) -> "DAG":
        """Return the DAG of a silent dry run under other settings of the DAG."""
        self.workflow.dag_settings = replace(self.dag_settings, **dag_settings)
        return self.survey(**settings)

    def run_stage(
        self, stage: str, targets: set[str], forced: set[str], failed: set[str], settings: dict[str, Any]
    ) -> set[str]:
        """Make the targets and the forced files, without what depends on files that failed before.

        Returns:
            The files of jobs that failed. Later passes leave them out.

        Raises:
            WorkflowError: a job failed and --keep-going is not given, or the user has ended the run.
        """
        logger.info(f"\nStage: {stage}", extra={"quietness": Quietness.PROGRESS})
        self.workflow.dag_settings = replace(self.dag_settings, targets=targets, forcerun=forced, omit_from=failed)
        try:
            self.run_pass(**settings)
            return set()
        except WorkflowError:
            failing = self.workflow.scheduler.failed
            if interruption.asked or not (failing and settings["execution_settings"].keep_going):
                raise
            logger.info("Going on with what does not depend on the failed jobs (--keep-going).")
            return made_by(failing)
        finally:
            logger.addFilter(is_not_introduction)


def forced_files(dag: "DAG") -> set[str]:
    """Return the files of the jobs that run because the user says so, or because they were interrupted."""
    return made_by(job for job in stale_jobs(dag) if dag.reason(job).forced)


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
