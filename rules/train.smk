# One training rule per model, named train_MODEL. A run is one model with one seed.


for MODEL, PLACES in sorted(CATALOG.places().items()):
    LEARNER = LAYOUT.kind(PLACES[0], MODEL).learner
    # Snakemake tries every rule whose paths begin like a file, so these begin with names where they can, not with
    # wildcards: with hundreds of models it would else try hundreds of rules for each file.
    PLACE = PLACES[0] if len(PLACES) == 1 else "{preparation}"
    MODEL_RUN = f"results/models/{PLACE}/{MODEL}/{{seed}}"
    of_model = partial(named, preparation=PLACE, model=MODEL)

    rule:
        name:
            f"train_{MODEL}"
        input:
            unpack(of_model(declared(training_data))),
        output:
            **{key: f"{MODEL_RUN}/{file}" for key, file in LEARNED[LEARNER].items()},
            weights=f"{MODEL_RUN}/weights.safetensors",
            history=f"{MODEL_RUN}/history.json",
            settings=f"{MODEL_RUN}/settings.json",
            training=f"{MODEL_RUN}/training.json",
        log:
            f"results/logs/train/{PLACE}-{MODEL}-{{seed}}.log",
        benchmark:
            f"results/benchmarks/train/{PLACE}-{MODEL}-{{seed}}.tsv"
        group:
            # A network trains in a job of its own: if what follows fails, no training is lost.
            of_model(shared_job("run_{preparation}_{model}")) if LEARNER != "network" else None
        conda:
            "../envs/torch.yaml"
        threads: of_model(training_threads)
        resources:
            mem_mb=memory(4000, 10, of_model(memory_limit), of_model(processes)),
            runtime=minutes(60, 60, of="encoding"),
            gpu=of_model(training_gpus) if LEARNER == "network" else None,
            alone=of_model(alone),
        params:
            settings=of_model(model_settings),
            facts=of_model(model_facts),
            code=of_model(model_code("train_run.py", LAYOUT.training_modules)),
        script:
            "../workflow_scripts/train_run.py"


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
        mem_mb=memory(1000, 4),
        runtime=minutes(5, 0.1),
    params:
        models=lambda wildcards: [model for model, _ in CATALOG.phase_runs(wildcards.preparation, wildcards.phase)],
        code=code("select_winner.py"),
    script:
        "../workflow_scripts/select_winner.py"
