"""The stages of a report, and which job belongs to which.

Within one pass, Snakemake reruns whatever an updated file feeds, before it can know that the update changes nothing. So
each stage is a pass of its own: in the next pass, checksums decide whether a file has changed.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snakemake.dag import DAG
    from snakemake.settings.types import DAGSettings
    from snakemake.workflow import Workflow


def stage_files(workflow: "Workflow", dag: "DAGSettings", settings: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return stage → the files that it makes, in order, without the last stage, `report`, which makes all the rest.

    The result is empty, which means a single pass, in four cases: the user selects jobs, which concerns all jobs at
    once; files lie in a storage, or may not be looked at again; a pass ends before its jobs do.
    """
    if workflow.storage_settings.default_storage_provider:  # Snakemake compares no checksums of files in a storage
        return {}
    selected = dag.until or dag.omit_from or dag.batch or settings["scheduling_settings"].prioritytargets
    if selected or dag.trust_io_cache or settings["remote_execution_settings"].immediate_submit:
        return {}
    phases = (rule.name for rule in workflow.rules if re.fullmatch(r"phase_\d+", rule.name))
    names = ["prepared", "data", *sorted(phases, key=lambda name: int(name.removeprefix("phase_")))]
    return {name: set(workflow.get_rule(name).input) for name in names}


def earlier_stages(dag: "DAG", stages: Mapping[str, set[str]]) -> dict:
    """Return job → the first stage that needs it. Jobs that only the last stage needs are left out."""
    makers = {file: job for job in dag.jobs for file in job.output}
    found: dict = {}
    for name, files in stages.items():
        for job in dag.bfs(dag.dependencies, *(makers[file] for file in sorted(files) if file in makers)):
            found.setdefault(job, name)
    return found
