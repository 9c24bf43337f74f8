# One training rule per model, named train_MODEL; a run is one seed.


def training_data(wildcards):
    """Input function: the prepared files that the rule's model reads."""
    return model_data(wildcards.preparation, CATALOG.models[wildcards.preparation, wildcards.model])


def training_settings(wildcards):
    """Params function: the model's settings, without what is only shown."""
    return canonical_without_title(model_of(wildcards))


for MODEL, ARCHITECTURE in sorted({(name, model.architecture) for (_, name), model in CATALOG.models.items()}):
    TRAIN_SCRIPT = "train_linear.py" if ARCHITECTURE == "linear" else "train_network.py"

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
            code=lambda wildcards, script=TRAIN_SCRIPT: code(script, model_modules(wildcards)),
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
            f"../workflow_scripts/{TRAIN_SCRIPT}"
