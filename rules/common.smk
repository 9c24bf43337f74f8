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
    window_pairs,
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
    search_trials,
    searches,
    subset,
    trial_data,
    trial_files,
    trial_modules,
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
SEARCH = "results/searches/{preparation}/{model}"
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
