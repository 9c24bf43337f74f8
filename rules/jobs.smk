# What jobs take: threads, GPUs, memory that a study limits, and the jobs of a cluster that steps share.


def one_gpu(wanted):
    """The resource `gpu` of a job: 1, or nothing at all, because Kubernetes takes 0 for a wish."""
    return 1 if wanted else None


def gpus(wildcards):
    """Resource function: 1 where the run is that of a network, which may want a GPU."""
    return one_gpu(LAYOUT.kind(wildcards.preparation, wildcards.model).uses_torch)


def processes(wildcards):
    """Of how many processes, each with a GPU, a training is made: it may turn out to be that of any candidate."""
    candidates = CATALOG.candidates[wildcards.preparation, wildcards.model]
    return max(getattr(candidate, "gpu", 1) for candidate in candidates)


def training_gpus(wildcards):
    """Resource function: one for each process where a network is trained."""
    return processes(wildcards) if gpus(wildcards) else None


def training_threads(wildcards):
    """Threads of a run for each process that trains it."""
    return run_threads(wildcards) * processes(wildcards)


def on_cluster():
    """Whether jobs are sent to other machines, or this is such a job. Known when rules are evaluated, not before."""
    return workflow.non_local_exec or workflow.remote_exec


# There is one of it: models of a study with a memory limit train one at a time.
workflow.register_resource("alone", 1)
if workflow.remote_exec:  # steps that share a job of a cluster share its GPU, in turns
    workflow.register_resource("gpu", 1)


def alone(wildcards):
    """Resource function: 1 where a study limits memory that trainings share. On a cluster each job has its own."""
    return int(not on_cluster() and (wildcards.preparation, wildcards.model) in CATALOG.memory_limits)


def memory_limit(wildcards):
    """The memory that a study allows a training, in GB, where it says so."""
    return CATALOG.memory_limits.get((wildcards.preparation, wildcards.model))


def shared_job(pattern):
    """Group function: steps whose group comes out alike are one job, where the profile has this group."""

    def group(wildcards):
        name = pattern.format_map(vars(wildcards))
        workflow.parent_groupids[name] = pattern  # as Snakemake does where a rule states a pattern itself
        wanted = workflow.remote_exec or pattern in workflow.group_settings.group_components
        return name if wanted else None

    return group


def run_threads(wildcards):
    """One for a run's training and evaluation, so that results do not depend on --cores; seeds run side by side.

    Two with an encoder inside, whose epochs are long (with --cores 1 its last bits differ).
    """
    return 2 if "encoder" in LAYOUT.model_data(wildcards.preparation, wildcards.model) else 1
