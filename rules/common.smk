# What all rules share: the catalogue of what the configured studies compute, and the digests of code. Nothing heavy.
import os
import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
sys.path.insert(0, str(SCRIPTS))

from textstudy.catalog import canonical, canonical_without_title, load_catalog
from textstudy.errors import StudyError
from textstudy.staleness import code_digest

try:
    CATALOG = load_catalog(config, Path(workflow.basedir) / "config" / "studies")
except StudyError as error:
    raise WorkflowError(str(error)) from None

# Where a resource came from does not change what it is, so the mirror travels beside the params, not in them.
if CATALOG.config.mirror:
    os.environ["TEXTSTUDY_MIRROR"] = str(Path(CATALOG.config.mirror).resolve())

PREPARED = "results/prepared/{preparation}"
ENCODED = "results/encoded/{preparation}/{encoding}"
RUN = "results/models/{preparation}/{model}/{seed}"
STUDY = "results/studies/{study}"


wildcard_constraints:
    preparation="[a-z0-9][a-z0-9_-]*",
    corpus="[a-z0-9][a-z0-9_-]*",
    study="[a-z0-9][a-z0-9_-]*",
    encoding="[a-z][a-z0-9_]*",
    model="[a-z][a-z0-9_]*",
    seed=r"\d+",
    dimension=r"\d+",


def code(script, modules=(), files=()):
    """Digest of a rule's script and of all it imports in the project, comments and formatting left out."""
    return code_digest(SCRIPTS / script, modules, files)


def one_of(names):
    """Wildcard constraint: exactly these names (none of them matches nothing)."""
    return "|".join(sorted(names)) or "(?!)"


def folder_of(resource):
    """Folder of a resource; hub names hold a slash."""
    return "resources/" + resource.strip("./").replace("/", "--")


def preparation_settings(part):
    """Params function: the slice of the preparation that a rule uses."""
    return lambda wildcards: canonical(getattr(CATALOG.preparations[wildcards.preparation], part))


def prepared(file):
    """Input function: a file of the preparation's folder."""
    return PREPARED + "/" + file


def encoding_of(wildcards):
    return CATALOG.encodings[wildcards.preparation, wildcards.encoding]


def model_of(wildcards):
    return CATALOG.models[wildcards.preparation, wildcards.model]


def study_of(wildcards):
    return CATALOG.studies[wildcards.study].study


def encoded(preparation, encoding, file):
    return ENCODED.format(preparation=preparation, encoding=encoding) + "/" + file


def model_data(preparation, model):
    """The prepared files that a model reads, by name: texts, or token ids with vectors or cached states."""
    if model.architecture == "linear":
        return {"split": PREPARED.format(preparation=preparation) + "/split.parquet"}
    files = {"encoding": encoded(preparation, model.encoding, "encoding.arrow")}
    if model.architecture == "recurrent" and model.embeddings == "glove":
        files["glove"] = encoded(preparation, model.encoding, f"glove-{model.embedding_size}.safetensors")
    if model.architecture == "pretrained":
        files["features"] = encoded(preparation, model.encoding, "features.safetensors")
    return files


def model_modules(wildcards):
    """Modules that a model resolves by name at run time: its own, and the attention if it attends."""
    model = model_of(wildcards)
    attention = ["attention"] if getattr(model, "pooling", None) == "attention" else []
    return [f"textstudy.models.{name}" for name in (model.architecture, *attention)]


def run_folders(study):
    """Folder of every run of a study."""
    preparation = CATALOG.studies[study].study.preparation.name
    return [RUN.format(preparation=preparation, model=model, seed=seed) for model, seed in CATALOG.runs(study)]


def data_files():
    """Everything that a training or a report reads."""
    files = [f"results/prepared/{name}/{file}.json" for name in CATALOG.preparations for file in ("audit", "leakage")]
    for (preparation, _), model in CATALOG.models.items():
        files += model_data(preparation, model).values()
    return sorted(set(files))


def corpus_of(name):
    """Settings of a corpus by its name."""
    return next(p.corpus for p in CATALOG.preparations.values() if p.corpus.name == name)


def encoder_folders():
    """Encoder resource of each wordpiece encoding."""
    return {
        key: CATALOG.encoder(encoding.encoder)
        for key, encoding in CATALOG.encodings.items()
        if encoding.tokenizer == "wordpieces"
    }


def resource_names():
    """Every resource that the configured studies may fetch."""
    corpora = {getattr(preparation.corpus, "resource", None) for preparation in CATALOG.preparations.values()}
    return sorted({*corpora, *encoder_folders().values(), "glove.6B"} - {None})


def encoder_manifest(wildcards):
    """Input function: the manifest of the encoder behind an encoding."""
    return folder_of(encoder_folders()[wildcards.preparation, wildcards.encoding]) + "/manifest.json"
