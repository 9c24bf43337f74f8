# One training rule per model, named train_MODEL; a run is one seed. Phases: the winner of one is what the next extends.


# What a run leaves beside the files that every run leaves.
LEARNED = {
    "linear": {"vocabulary": f"{RUN}/vocabulary.json", "classifier": f"{RUN}/classifier.json"},
    "network": {},
    "neighbours": {},
    # An ensemble reads predictions and never a model, so its own are made at once.
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
        # One thread: the same bits whatever --cores says, and seeds side by side use the cores better than one run does.
        # Two with an encoder inside, whose epochs are long (its bits are those of two threads, unless --cores is 1).
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


# The model of a phase that goes on, by validation in this run, and the ranking that shows it.
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
