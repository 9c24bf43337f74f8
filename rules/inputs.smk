# What rules read and what they are told: their input and params functions.


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
    """Params function: the settings that decide a training; a search leaves those of its best trial in a file."""
    run = wildcards.preparation, wildcards.model
    return {"changes": {}} if CATALOG.searches[run] else training_settings(CATALOG.models[run])


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


def trial(wildcards):
    """The trial that a run is of."""
    return TRIALS[wildcards.preparation, wildcards.model, wildcards.trial]


def trial_settings(wildcards):
    """Params function: the settings with which a trial trains."""
    tried = trial(wildcards).settings
    return training_settings(tried) if tried else model_settings(wildcards)


def searched(wildcards):
    """The trials of a model's search."""
    run = wildcards.preparation, wildcards.model
    return [each for (*key, _), each in TRIALS.items() if tuple(key) == run and each.settings]


def study_of(wildcards):
    """The settings of a rule's study."""
    return CATALOG.studies[wildcards.study].study


def preparation_of(wildcards):
    """The preparation of a rule's study."""
    return LAYOUT.preparation(wildcards.study)


def trial_inputs(trials, file):
    """Input function: a file of every run of some trials of a study."""
    return lambda wildcards: trial_files(preparation_of(wildcards), trials(study_of(wildcards)), file)


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
