# From trained runs to metrics, and from metrics to comparisons.


# Probabilities per class and document, metrics, and what a prediction costs. No rule before it reads the test labels.
rule evaluate:
    input:
        unpack(evaluation_data),
        weights=f"{RUN}/weights.safetensors",
        training=f"{RUN}/training.json",
        settings=f"{RUN}/settings.json",
    output:
        predictions=f"{RUN}/predictions.parquet",
        metrics=f"{RUN}/metrics.json",
        efficiency=f"{RUN}/efficiency.json",
    log:
        "results/logs/evaluate/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate/{preparation}-{model}-{seed}.tsv"
    wildcard_constraints:
        model=one_of({name for where, name in CATALOG.models if LAYOUT.learner(where, name) != "ensemble"}),
    conda:
        "../envs/torch.yaml"
    # Latencies are measured here, so an evaluation has the machine's cores to itself.
    threads: 2
    resources:
        mem_mb=6000,
        runtime=60,
        gpu=gpus,
    params:
        parts=lambda wildcards: LAYOUT.evaluated_parts(wildcards.preparation, wildcards.model),
        code=model_code("evaluate.py", LAYOUT.evaluation_modules),
    script:
        "../workflow_scripts/evaluate.py"


# Means over seeds, bootstrap intervals, paired tests between models.
rule compare:
    input:
        predictions=lambda wildcards: [f"{run}/predictions.parquet" for run in LAYOUT.runs(wildcards.study)],
    output:
        comparison=f"{STUDY}/comparison.parquet",
        pairs=f"{STUDY}/pairs.parquet",
    log:
        "results/logs/compare/{study}.log",
    benchmark:
        "results/benchmarks/compare/{study}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=lambda wildcards: [[model, seed] for model, seed in CATALOG.runs(wildcards.study)],
        code=code("compare.py"),
    script:
        "../workflow_scripts/compare.py"
