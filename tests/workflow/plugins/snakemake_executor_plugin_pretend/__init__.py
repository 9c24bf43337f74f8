"""A cluster that computes nothing: it notes what each job asks for in jobs.jsonl, and makes empty outputs."""

import json
from pathlib import Path

from snakemake_executor_plugin_submit import common_settings as common_settings  # Snakemake looks for it here
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor


class Executor(RemoteExecutor):
    """Notes what is submitted and says that it has succeeded."""

    def run_job(self, job):
        steps = list(job.jobs) if job.is_group() else [job]
        note = {"rules": [step.rule.name for step in steps], "threads": job.threads, **dict(job.resources.items())}
        with Path("jobs.jsonl").open("a") as notes:
            print(json.dumps({key: value for key, value in note.items() if isinstance(value, int | list)}), file=notes)
        for step in steps:
            for file in map(Path, step.products()):
                file.parent.mkdir(parents=True, exist_ok=True)
                if file.suffix:
                    file.touch()
                else:
                    file.mkdir(exist_ok=True)
        self.report_job_submission(SubmittedJobInfo(job))

    async def check_active_jobs(self, active_jobs):
        for info in active_jobs:
            self.report_job_success(info)
            if False:  # an asynchronous generator that has nothing to yield: no job stays active
                yield info

    def cancel_jobs(self, active_jobs):
        pass
