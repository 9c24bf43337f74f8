# From trained runs to metrics, and from metrics to comparisons.


ENSEMBLES = {name for where, name in CATALOG.models if LAYOUT.kind(where, name).learner == "ensemble"}


# The probability of each class for each document, metrics, the fitted temperature, and the cost of a prediction.
rule evaluate:
    input:
        unpack(evaluation_data),
        weights=f"{RUN}/weights.safetensors",
        training=f"{RUN}/training.json",
        settings=f"{RUN}/settings.json",
    output:
        predictions=f"{RUN}/predictions.parquet",
        metrics=f"{RUN}/metrics.json",
        calibration=f"{RUN}/calibration.json",
        efficiency=f"{RUN}/efficiency.json",
    log:
        "results/logs/evaluate/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate/{preparation}-{model}-{seed}.tsv"
    wildcard_constraints:
        model=one_of({name for _, name in CATALOG.models} - ENSEMBLES),
    conda:
        "../envs/torch.yaml"
    # Latency is measured here, so on a local machine nothing else runs beside an evaluation.
    threads: lambda wildcards: os.cpu_count() if workflow.local_exec else 2
    resources:
        mem_mb=6000,
        runtime=60,
        gpu=gpus,
    params:
        parts=lambda wildcards: LAYOUT.evaluated_parts(wildcards.preparation, wildcards.model),
        temperature_scaling=scales_temperature,
        ordinal=preparation_settings("ordinal"),
        code=model_code("evaluate.py", LAYOUT.evaluation_modules),
    script:
        "../workflow_scripts/evaluate.py"


# The same of an ensemble, which predicted while it was fitted.
rule evaluate_ensemble:
    input:
        unpack(ensemble_evaluation),
        combined=f"{RUN}/combined.parquet",
        settings=f"{RUN}/settings.json",
    output:
        predictions=f"{RUN}/predictions.parquet",
        metrics=f"{RUN}/metrics.json",
        calibration=f"{RUN}/calibration.json",
        efficiency=f"{RUN}/efficiency.json",
    log:
        "results/logs/evaluate_ensemble/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate_ensemble/{preparation}-{model}-{seed}.tsv"
    wildcard_constraints:
        model=one_of(ENSEMBLES),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        temperature_scaling=scales_temperature,
        ordinal=preparation_settings("ordinal"),
        code=code("evaluate_ensemble.py"),
    script:
        "../workflow_scripts/evaluate_ensemble.py"


# The modules of a model, from one of its runs, for the diagram of its architecture.
rule describe:
    input:
        unpack(evaluation_data),
        weights=f"{RUN}/weights.safetensors",
        settings=f"{RUN}/settings.json",
    output:
        architecture=f"{RUN}/architecture.json",
    log:
        "results/logs/describe/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/describe/{preparation}-{model}-{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        code=model_code("describe.py", LAYOUT.description_modules),
    script:
        "../workflow_scripts/describe.py"


# Means over seeds, their intervals, and paired tests between models: for other documents and other trainings.
rule compare:
    input:
        predictions=study_predictions,
        settings=lambda wildcards: f"{LAYOUT.runs(wildcards.study)[0]}/settings.json",
        split=study_split,
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
        runs=study_runs,
        ordinal=lambda wildcards: canonical(CATALOG.studies[wildcards.study].study.preparation.ordinal),
        plan=lambda wildcards: comparison_plan(CATALOG.studies[wildcards.study].study),
        code=code("compare.py"),
    script:
        "../workflow_scripts/compare.py"


# Errors that models share, labels in doubt, confusions with examples, calibration, and accuracy on unknown groups.
rule examine_errors:
    input:
        predictions=study_predictions,
        split=study_split,
    output:
        errors=f"{STUDY}/errors.json",
    log:
        "results/logs/examine_errors/{study}.log",
    benchmark:
        "results/benchmarks/examine_errors/{study}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=study_runs,
        candidates=lambda wildcards: CATALOG.studies[wildcards.study].study.reading_texts(),
        code=code("examine_errors.py"),
    script:
        "../workflow_scripts/examine_errors.py"


# Every model beside the results that `textstudy baseline` kept. Runs only where there are any.
rule compare_baseline:
    input:
        predictions=study_predictions,
        kept=lambda wildcards: kept_predictions(wildcards.study),
        split=study_split,
    output:
        changes=f"{STUDY}/changes.json",
    log:
        "results/logs/compare_baseline/{study}.log",
    benchmark:
        "results/benchmarks/compare_baseline/{study}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=study_runs,
        deterministic=lambda wildcards: comparison_plan(CATALOG.studies[wildcards.study].study)["deterministic"],
        code=code("compare_baseline.py"),
    script:
        "../workflow_scripts/compare_baseline.py"
