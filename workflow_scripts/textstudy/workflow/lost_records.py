"""Results of which Snakemake has no record, or that were replaced since it wrote one: their logs decide about them.

Where its own record of a result is lost, Snakemake takes the result as made with the present settings and code.
"""

from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from snakemake.io import is_flagged
from snakemake.settings.enums import RerunTrigger

from textstudy.errors import StudyError
from textstudy.workflow.records import Record, content_digest, params_digest, read_record

if TYPE_CHECKING:
    from snakemake.dag import DAG
    from snakemake.jobs import Job
    from snakemake.workflow import Workflow


def mend_records(workflow: "Workflow") -> str:
    """Let Snakemake know results again that are as their logs say, and mark the others as incomplete.

    Snakemake makes incomplete results again, once. The present DAG, built before, does not know of this.

    Returns:
        A sentence about the results that Snakemake had lost, or that will be made again; empty where there are none.
    """
    if RerunTrigger.PARAMS not in workflow.rerun_triggers:  # the user wants time stamps alone to count
        return ""
    return workflow.async_run(_mend(workflow.dag))


async def _mend(dag: "DAG") -> str:
    persistence, digest = dag.workflow.persistence, cache(content_digest)
    found, again = [], 0
    for job in chain.from_iterable(dag.toposorted()):
        known = persistence.has_metadata(job)
        runs_anyway = dag.reason(job).forced or known and dag.needrun(job) or await persistence.incomplete(job)
        if job.is_norun or runs_anyway or not any([await file.exists() for file in job.output]):
            continue
        record = read_record(job.log[0])
        # A study that is edited while it runs: jobs that start later have other parameters than Snakemake noted.
        as_noted = known and (record is None or record.params == _params_digest(job))
        if as_noted and not await _replaced(job):
            continue
        # A version that left no records has results too; of these Snakemake's record is all there is.
        if not (tells_of(record, job, digest) if record else as_noted):
            persistence.started(job)
            again += 1
        elif known:
            await persistence.finished(job)
        else:
            found.append(job)
    await _make_known(found)
    return _sentence(len(found), again) if found or again else ""


async def _make_known(jobs: "list[Job]") -> None:
    """Let Snakemake know the results of jobs, which are in the order of the DAG."""
    for job in jobs:
        for file in job.products(include_logfiles=False):
            if await file.exists():
                file.touch()  # a copy may be older than the copies of what it was made from
        job.dag.workflow.iocache.mtime.clear()
    for job in jobs:
        await job.dag.workflow.persistence.finished(job)


def _params_digest(job: "Job") -> str:
    return params_digest(dict(job.params.items()))


async def _replaced(job: "Job") -> bool:
    """Return whether an output is not the file that Snakemake saw when the job ended."""
    metadata = job.dag.workflow.persistence.metadata
    # A local copy of a stored file has a time of its own.
    files = [file for file in job.output if not file.is_storage and await file.exists()]
    return any([(await file.mtime()).local_or_storage() != metadata(file).endtime for file in files])


def tells_of(record: Record, job: "Job", digest: Callable[[str], str]) -> bool:
    """Return whether a job would leave this record today. What must only be there (`ancient`) may have changed."""
    files, recorded = [*job.input, *job.output], [*record.inputs, *record.outputs]
    if record.params != _params_digest(job) or len(files) != len(recorded):
        return False
    try:
        pairs = zip(files, recorded, strict=True)
        return all(is_flagged(file, "ancient") or digest(file) == then for file, then in pairs)
    except StudyError:
        return False


def _sentence(kept: int, again: int) -> str:
    return (
        f"The results of {kept + again} steps are unknown to Snakemake, or not what it knew: those of {kept} are what "
        f"their logs say and are kept; those of {again} were made with other settings, code or data, or their logs do "
        "not tell, and are made again."
    )
