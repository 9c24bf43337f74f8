# From trained runs to metrics, and from metrics to comparisons.


def evaluation_data(wildcards):
    """Input function: the prepared files that the model reads, the texts, and the encoder behind its states."""
    model = model_of(wildcards)
    files = model_data(wildcards.preparation, model)
    files["split"] = PREPARED.format(preparation=wildcards.preparation) + "/split.parquet"
    if model.architecture == "pretrained":
        encoder = encoder_folders()[wildcards.preparation, model.encoding]
        files["encoder"] = folder_of(encoder) + "/manifest.json"
    return files


def study_runs(file):
    """Input function: one file of every run of a study."""
    return lambda wildcards: [f"{folder}/{file}" for folder in run_folders(wildcards.study)]


# Probabilities per class and document, metrics, and what a prediction costs. The only rule that reads the test labels.
rule evaluate:
    input:
        unpack(evaluation_data),
        weights=RUN + "/weights.safetensors",
        training=RUN + "/training.json",
    output:
        predictions=RUN + "/predictions.parquet",
        metrics=RUN + "/metrics.json",
        efficiency=RUN + "/efficiency.json",
    params:
        settings=training_settings,
        code=lambda wildcards: code("evaluate.py", model_modules(wildcards)),
    log:
        "results/logs/evaluate/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate/{preparation}-{model}-{seed}.tsv"
    # Latencies are measured here, so an evaluation has the machine's cores to itself.
    threads: 2
    resources:
        mem_mb=6000,
        runtime=60,
        gpu=lambda wildcards: 0 if model_of(wildcards).architecture == "linear" else 1,
    conda:
        "../envs/torch.yaml"
    script:
        "../workflow_scripts/evaluate.py"


# Means over seeds, bootstrap intervals, paired tests between models.
rule compare:
    input:
        predictions=study_runs("predictions.parquet"),
    output:
        comparison=STUDY + "/comparison.parquet",
        pairs=STUDY + "/pairs.parquet",
    params:
        runs=lambda wildcards: [[model, seed] for model, seed in CATALOG.runs(wildcards.study)],
        code=code("compare.py"),
    log:
        "results/logs/compare/{study}.log",
    benchmark:
        "results/benchmarks/compare/{study}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/compare.py"
