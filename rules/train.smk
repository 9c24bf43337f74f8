# One training rule per model, named train_MODEL. A run is one model with one seed.


# Outputs of a training beside those that every training has.
LEARNED = {
    "linear": {"vocabulary": f"{RUN}/vocabulary.json", "classifier": f"{RUN}/classifier.json"},
    "network": {},
    "neighbours": {},
    # An ensemble reads predictions, not models, so it is evaluated at once.
    "ensemble": {
        "predictions": f"{RUN}/predictions.parquet",
        "metrics": f"{RUN}/metrics.json",
        "efficiency": f"{RUN}/efficiency.json",
    },
}

for MODEL, LEARNER in sorted({(name, LAYOUT.kind(where, name).learner) for where, name in CATALOG.models}):

    rule:
        name:
            f"train_{MODEL}"
        input:
            unpack(training_data),
        output:
            **LEARNED[LEARNER],
            weights=f"{RUN}/weights.safetensors",
            history=f"{RUN}/history.json",
            settings=f"{RUN}/settings.json",
            training=f"{RUN}/training.json",
        log:
            "results/logs/train/{preparation}-{model}-{seed}.log",
        benchmark:
            "results/benchmarks/train/{preparation}-{model}-{seed}.tsv"
        wildcard_constraints:
            model=MODEL,
        conda:
            "../envs/torch.yaml"
        # One thread, so that results do not depend on --cores; several seeds side by side use the cores better anyway.
        # Two threads with an encoder inside, whose epochs are long (with --cores 1 its last bits differ).
        threads: lambda wildcards: 2 if "encoder" in LAYOUT.model_data(wildcards.preparation, wildcards.model) else 1
        resources:
            mem_mb=6000,
            runtime=720,
            gpu=int(LEARNER == "network"),
            # Where a study limits memory, its models are trained one at a time on any machine: the profiles hold one.
            alone=lambda wildcards: int((wildcards.preparation, wildcards.model) in CATALOG.memory_limited),
        params:
            settings=model_settings,
            facts=model_facts,
            learner=LEARNER,
            code=model_code(f"train_{LEARNER}.py"),
        script:
            "../workflow_scripts/train_{params.learner}.py"


# Selects the model of a phase by its validation accuracy, and writes the ranking.
rule select_winner:
    input:
        trainings=lambda wildcards: phase_runs(wildcards, "training.json"),
        histories=lambda wildcards: phase_runs(wildcards, "history.json"),
        settings=lambda wildcards: phase_runs(wildcards, "settings.json"),
    output:
        winner=f"{PHASE}/winner.json",
        ranking=f"{PHASE}/ranking.json",
    log:
        "results/logs/select_winner/{preparation}-{phase}.log",
    benchmark:
        "results/benchmarks/select_winner/{preparation}-{phase}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        models=lambda wildcards: [model for model, _ in CATALOG.phase_runs(wildcards.preparation, wildcards.phase)],
        code=code("select_winner.py"),
    script:
        "../workflow_scripts/select_winner.py"
