# One training rule per model, named train_MODEL; a run is one seed.


# What a run leaves beside the files that every run leaves.
LEARNED = {
    "linear": {"vocabulary": f"{RUN}/vocabulary.json", "classifier": f"{RUN}/classifier.json"},
    "network": {},
}

for MODEL, ARCHITECTURE in sorted({(name, model.architecture) for (_, name), model in CATALOG.models.items()}):
    LEARNER = "linear" if ARCHITECTURE == "linear" else "network"

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
        threads: 1
        resources:
            mem_mb=6000,
            runtime=720,
            gpu=0 if ARCHITECTURE == "linear" else 1,
        params:
            settings=model_settings,
            learner=LEARNER,
            code=model_code(f"train_{LEARNER}.py"),
        script:
            "../workflow_scripts/train_{params.learner}.py"
