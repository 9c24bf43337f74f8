# What all rules share: the catalogue of what the configured studies compute, and digests of code. Nothing heavy is imported.
import os
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from snakemake_interface_executor_plugins.settings import SharedFSUsage

SCRIPTS, STUDIES = Path(workflow.basedir) / "workflow_scripts", Path(workflow.basedir) / "config" / "studies"

# Rules and scripts take the library of their own checkout, also where a job has nothing but the sources that it was sent.
sys.path.insert(0, str(SCRIPTS))

import textstudy

# The command `textstudy` has imported it before.
if Path(textstudy.__file__).parent != SCRIPTS / "textstudy":
    raise WorkflowError(
        f"the command textstudy is that of {Path(textstudy.__file__).parents[2]}, not of the checkout "
        f"{workflow.basedir}: run `make setup` in the checkout and use its .venv, or set PYTHONPATH={SCRIPTS}."
    )

from textstudy.errors import StudyError
from textstudy.workflow.card import card_files, card_modules, card_parts, describe_run
from textstudy.workflow.catalog import canonical, load_catalog, training_settings
from textstudy.workflow.costs import (
    cost_data,
    cost_modules,
    costs_file,
    joined_models,
    measured_runs,
    predicts_with_torch,
)
from textstudy.workflow.declared import LEARNED, declare
from textstudy.workflow.digests import code_digest
from textstudy.workflow.analyses import (
    analysed_folders,
    analysed_runs,
    analysis_data,
    deletion_data,
    encodings_of_models,
    encodings_read,
    explanation_modules,
    rival_orders,
)
from textstudy.workflow.comparisons import comparison_plan
from textstudy.workflow.exports import (
    export_data,
    export_modules,
    measured_export_data,
    measured_export_modules,
    measured_exports,
)
from textstudy.workflow.exposure import exposure
from textstudy.workflow.folder_lock import hold_folder
from textstudy.workflow.lost_records import mend_records
from textstudy.workflow.needs import memory, minutes
from textstudy.workflow.paths import Layout, encoded_file, perturbed_samples, prepared_file, resource_files, run_folder
from textstudy.workflow.place import check_place, lead_scripts
from textstudy.workflow.report import (
    collect_modules,
    command_line,
    figure_folders,
    kept_predictions,
    ledger_files,
    report_parts,
    report_settings,
    report_steps,
)
from textstudy.workflow.trials import (
    all_trials,
    curve_trials,
    drawn_settings,
    subset,
    trial_data,
    trial_files,
    trial_modules,
    tuning_trials,
)

lead_scripts(SCRIPTS)

try:
    check_place(workflow.basedir, sys.executable)
    CATALOG = load_catalog(config, STUDIES)
    TRIALS = all_trials(CATALOG)
except StudyError as error:
    raise WorkflowError(str(error)) from None

# Where they are not shared, Snakemake sends the sources that git lists, and these: new studies may not be among the former.
if SharedFSUsage.SOURCES not in workflow.storage_settings.shared_fs_usage:
    workflow.configfiles.extend(map(str, sorted(STUDIES.glob("*.yaml"))))

LAYOUT = Layout(CATALOG)

# Where a resource came from does not change it, nor does where checkpoints are kept: neither is a param, so that another
# place reruns nothing.
os.environ["TEXTSTUDY_MIRROR"] = str(CATALOG.config.mirror or os.environ.get("TEXTSTUDY_MIRROR", ""))
os.environ["TEXTSTUDY_CHECKPOINTS"] = CATALOG.config.checkpoints


envvars:
    "TEXTSTUDY_MIRROR",
    "TEXTSTUDY_CHECKPOINTS",


PREPARED = "results/prepared/{preparation}"
ENCODED = "results/encoded/{preparation}/{encoding}"
RUN = "results/models/{preparation}/{model}/{seed}"
TRIAL = "results/trials/{preparation}/{model}/{trial}/{seed}"
PHASE = "results/phases/{preparation}/{phase}"
STUDY = "results/studies/{study}"


wildcard_constraints:
    preparation="[a-z0-9][a-z0-9_-]*",
    corpus="[a-z0-9][a-z0-9_-]*",
    study="[a-z0-9][a-z0-9_-]*",
    encoding="[a-z][a-z0-9_]*",
    model="[a-z][a-z0-9_]*",
    trial="[a-z][a-z0-9_]*",
    phase="[a-z][a-z0-9_]*",
    chapter="[a-z_]+",
    seed=r"\d+",
    dimension=r"\d+",


def code(script, modules=(), files=()):
    """Digest of a rule's script and of all it imports in the project, comments and formatting left out."""
    return code_digest(SCRIPTS / script, modules, files)


def one_of(names):
    """Wildcard constraint: exactly these names (none of them matches nothing)."""
    return "|".join(sorted(names)) or "(?!)"


def encodings_by(tokenizer):
    """Names of the encodings that a tokenizer makes."""
    return {name for (_, name), encoding in CATALOG.encodings.items() if encoding.tokenizer == tokenizer}


def preparation_settings(part):
    """Params function: the slice of the preparation that a rule uses."""
    return lambda wildcards: canonical(getattr(CATALOG.preparations[wildcards.preparation], part))


def corpus_name(wildcards):
    """Params function: the corpus of a preparation, from which the seeds of perturbations derive."""
    return CATALOG.preparations[wildcards.preparation].corpus.name


def declared(function):
    """Input function: what `function` names, and as `beside` what lies beside these files and is read with them."""
    return lambda wildcards: declare(LAYOUT, function(wildcards))


def corpus_source(wildcards):
    """Input function: what a corpus is read from. Of a folder of many files a digest says when it changed."""
    source = LAYOUT.corpus_source(wildcards.corpus)
    return {"source": ancient(source) if LAYOUT.corpus(wildcards.corpus).many_files else source}


def encoding_settings(wildcards):
    """Params function: the settings of an encoding."""
    return canonical(CATALOG.encodings[wildcards.preparation, wildcards.encoding])


def encoding_code(script):
    """Params function: the digest of a script and of the modules that it resolves by name for the encoding."""
    return lambda wildcards: code(script, LAYOUT.encoding_modules(wildcards.preparation, wildcards.encoding))


def encoder(wildcards):
    """Input function: the encoder behind an encoding."""
    return {"encoder": resource_files(LAYOUT.encoders()[wildcards.preparation, wildcards.encoding])}


def encoded(wildcards):
    """Input function: the token ids of an encoding, and the encoder behind it."""
    return {"encoding": encoded_file(wildcards.preparation, wildcards.encoding, "encoding.arrow"), **encoder(wildcards)}


def model_settings(wildcards):
    """Params function: the settings that decide a training."""
    return training_settings(CATALOG.models[wildcards.preparation, wildcards.model])


def scales_temperature(wildcards):
    """Params function: whether the probabilities of the model are scaled by a fitted temperature."""
    return LAYOUT.kind(wildcards.preparation, wildcards.model).temperature_scaling


def model_facts(wildcards):
    """Params function: what the jobs after a training ask about its kind of model; the run keeps it."""
    kind = LAYOUT.kind(wildcards.preparation, wildcards.model)
    return {name: getattr(kind, name) for name in ("learner", "uses_torch", "holds_encoder", "reads_states")}


def model_code(script, modules=LAYOUT.model_modules, files=()):
    """Params function: the digest of a script and of the modules that it resolves by name for the run's model."""
    return lambda wildcards: code(script, modules(wildcards.preparation, wildcards.model), files)


def one_gpu(wanted):
    """The resource `gpu` of a job: 1, or nothing at all, because Kubernetes takes 0 for a wish."""
    return 1 if wanted else None


def gpus(wildcards):
    """Resource function: 1 where the run is that of a network, which may want a GPU."""
    return one_gpu(LAYOUT.kind(wildcards.preparation, wildcards.model).uses_torch)


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


def trial(wildcards):
    """The trial that a run is of."""
    return TRIALS[wildcards.preparation, wildcards.model, wildcards.trial]


def study_of(wildcards):
    """The settings of a rule's study."""
    return CATALOG.studies[wildcards.study].study


def preparation_of(wildcards):
    """The preparation of a rule's study."""
    return LAYOUT.preparation(wildcards.study)


def trial_inputs(trials, file):
    """Input function: a file of every run of some trials of a study."""
    return lambda wildcards: trial_files(LAYOUT, wildcards.study, trials(study_of(wildcards)), file)


def phase_runs(wildcards, file):
    """Input function: a file of every run among which a phase selects."""
    runs = CATALOG.phase_runs(wildcards.preparation, wildcards.phase)
    return [f"{run_folder(wildcards.preparation, model, seed)}/{file}" for model, seed in runs]


def training_data(wildcards):
    """Input function: the prepared files that the rule's model reads. No model is trained before the audit passed."""
    audit = ancient(f"results/prepared/{wildcards.preparation}/audit.json")
    return {**LAYOUT.training_data(wildcards.preparation, wildcards.model, wildcards.seed), "audit": audit}


def trained(function):
    """Input function: a trained run, and what `function` names beside it."""

    def files(wildcards):
        run = run_folder(wildcards.preparation, wildcards.model, wildcards.seed)
        return declare(LAYOUT, {"weights": f"{run}/weights.safetensors", **function(wildcards)})

    return files


def evaluation_data(wildcards):
    """Input function: what an evaluation reads beside the run; for a refit, what the run it refits predicts."""
    run = wildcards.preparation, wildcards.model
    return {**LAYOUT.evaluation_data(*run), **LAYOUT.base_evaluation(*run, wildcards.seed)}


def ensemble_evaluation(wildcards):
    """Input function: for the refit of an ensemble, the temperature of the ensemble that it refits."""
    base = LAYOUT.base_evaluation(wildcards.preparation, wildcards.model, wildcards.seed)
    return {name: path for name, path in base.items() if name == "base_calibration"}


def analysed(key):
    """Input function: what an analysis of a run (perturbations, explanations) reads beside the run."""
    return lambda wildcards: analysis_data(LAYOUT, wildcards.preparation, wildcards.model, wildcards.seed, key)


def study_runs(wildcards):
    """Params function: (model, seed) of every run of a study."""
    return [[model, seed] for model, seed in CATALOG.runs(wildcards.study)]


def study_predictions(wildcards):
    """Input function: the predictions of these runs, in the same order."""
    return [f"{run}/predictions.parquet" for run in LAYOUT.runs(wildcards.study)]


def study_split(wildcards):
    """Input function: the split documents of a study."""
    return prepared_file(preparation_of(wildcards), "split.parquet")


def report_command(wildcards):
    """Params function: the command that makes a study's report again, overlays and all."""
    given = workflow.config_settings
    return command_line(wildcards.study, given.configfiles, given.config, Path(workflow.basedir), Path.cwd())


def named(function, preparation, model):
    """`function` of wildcards, for a rule whose paths hold these names themselves."""
    return lambda wildcards: function(SimpleNamespace(**{"preparation": preparation, "model": model, **wildcards}))


def run_threads(wildcards):
    """One for a run's training and evaluation, so that results do not depend on --cores; seeds run side by side.

    Two with an encoder inside, whose epochs are long (with --cores 1 its last bits differ).
    """
    return 2 if "encoder" in LAYOUT.model_data(wildcards.preparation, wildcards.model) else 1
