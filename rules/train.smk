# One training rule per model, named train_MODEL; a run is one seed.


def training_data(wildcards):
    """Input function: the prepared files that the rule's model reads."""
    return model_data(wildcards.preparation, CATALOG.models[wildcards.preparation, wildcards.model])


def training_settings(wildcards):
    """Params function: the model's settings, without what is only shown."""
    return canonical_without_title(model_of(wildcards))


for MODEL, ARCHITECTURE in sorted({(name, model.architecture) for (_, name), model in CATALOG.models.items()}):
    LEARNER = "linear" if ARCHITECTURE == "linear" else "network"

    rule:
        name:
            f"train_{MODEL}"
        input:
            unpack(training_data),
        output:
            weights=RUN + "/weights.safetensors",
            history=RUN + "/history.json",
            settings=RUN + "/settings.json",
            training=RUN + "/training.json",
        wildcard_constraints:
            model=MODEL,
        params:
            settings=training_settings,
            learner=LEARNER,
            code=lambda wildcards, learner=LEARNER: code(f"train_{learner}.py", model_modules(wildcards)),
        log:
            "results/logs/train/{preparation}-{model}-{seed}.log",
        benchmark:
            "results/benchmarks/train/{preparation}-{model}-{seed}.tsv"
        threads: 2
        resources:
            mem_mb=6000,
            runtime=720,
            gpu=0 if ARCHITECTURE == "linear" else 1,
        conda:
            "../envs/torch.yaml"
        script:
            "../workflow_scripts/train_{params.learner}.py"
