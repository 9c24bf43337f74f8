# From trained runs to metrics, and from metrics to comparisons.


ENSEMBLES, PROMPTED = (
    {name for where, name in CATALOG.models if LAYOUT.kind(where, name).learner == learner}
    for learner in ("ensemble", "prompted")
)


# The probability of each class for each document, metrics, and the fitted temperature.
rule evaluate:
    input:
        unpack(trained(evaluation_data)),
        training=f"{RUN}/training.json",
    output:
        predictions=f"{RUN}/predictions.parquet",
        metrics=f"{RUN}/metrics.json",
        calibration=f"{RUN}/calibration.json",
    log:
        "results/logs/evaluate/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate/{preparation}-{model}-{seed}.tsv"
    wildcard_constraints:
        model=one_of({name for _, name in CATALOG.models} - ENSEMBLES - PROMPTED),
    group:
        shared_job("run_{preparation}_{model}")
    conda:
        "../envs/torch.yaml"
    threads: run_threads
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(20, 5, of="encoding"),
        gpu=gpus,
    params:
        parts=lambda wildcards: LAYOUT.evaluated_parts(wildcards.preparation, wildcards.model),
        temperature_scaling=scales_temperature,
        ordinal=preparation_settings("ordinal"),
        code=model_code("evaluate.py", LAYOUT.evaluation_modules),
    script:
        "../workflow_scripts/evaluate.py"


# The same of a language model that is asked by a prompt, with its answers and what they cost.
rule evaluate_prompted:
    input:
        unpack(trained(evaluation_data)),
    output:
        predictions=f"{RUN}/predictions.parquet",
        metrics=f"{RUN}/metrics.json",
        calibration=f"{RUN}/calibration.json",
        answers=f"{RUN}/answers.json",
        table=f"{RUN}/answers.parquet",
    log:
        "results/logs/evaluate_prompted/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate_prompted/{preparation}-{model}-{seed}.tsv"
    wildcard_constraints:
        model=one_of(PROMPTED),
    conda:
        "../envs/torch.yaml"
    threads: run_threads
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(120, 60, of="split"),
        gpu=gpus,
    params:
        parts=lambda wildcards: LAYOUT.evaluated_parts(wildcards.preparation, wildcards.model),
        temperature_scaling=scales_temperature,
        ordinal=preparation_settings("ordinal"),
        code=model_code("evaluate_prompted.py", LAYOUT.evaluation_modules),
    script:
        "../workflow_scripts/evaluate_prompted.py"


# What a prediction costs with each model of a study, in rounds over all of them.
rule measure_costs:
    input:
        unpack(declared(lambda wildcards: cost_data(LAYOUT, wildcards.study))),
    output:
        costs=costs_file("{study}"),
    log:
        "results/logs/measure_costs/{study}.log",
    benchmark:
        "results/benchmarks/measure_costs/{study}.tsv"
    conda:
        "../envs/torch.yaml"
    # It works on one thread. With all cores taken, nothing else runs beside it on a local machine.
    threads: lambda wildcards: 2 if on_cluster() else os.cpu_count()
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(60, 1),
        gpu=lambda wildcards: one_gpu(predicts_with_torch(LAYOUT, wildcards.study)),
    params:
        runs=lambda wildcards: measured_runs(LAYOUT, wildcards.study),
        files=lambda wildcards: cost_data(LAYOUT, wildcards.study)["files"],
        code=lambda wildcards: code("measure_costs.py", cost_modules(LAYOUT, wildcards.study)),
    script:
        "../workflow_scripts/measure_costs.py"


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
    log:
        "results/logs/evaluate_ensemble/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/evaluate_ensemble/{preparation}-{model}-{seed}.tsv"
    wildcard_constraints:
        model=one_of(ENSEMBLES),
    group:
        shared_job("run_{preparation}_{model}")
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 10),
        runtime=minutes(10, 0.2),
    params:
        temperature_scaling=scales_temperature,
        ordinal=preparation_settings("ordinal"),
        code=code("evaluate_ensemble.py"),
    script:
        "../workflow_scripts/evaluate_ensemble.py"


# The modules of a model, from one of its runs, for the diagram of its architecture.
rule describe:
    input:
        unpack(trained(evaluation_data)),
    output:
        architecture=f"{RUN}/architecture.json",
    log:
        "results/logs/describe/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/describe/{preparation}-{model}-{seed}.tsv"
    group:
        shared_job("run_{preparation}_{model}")
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 10),
        runtime=minutes(10, 0.2),
    params:
        code=model_code("describe.py", LAYOUT.description_modules),
    script:
        "../workflow_scripts/describe.py"


# Means over seeds, their intervals, and paired tests between models: for other documents and other trainings.
rule compare:
    input:
        predictions=study_predictions,
        split=study_split,
        settings=lambda wildcards: f"{LAYOUT.runs(wildcards.study)[0]}/settings.json",
    output:
        comparison=f"{STUDY}/comparison.parquet",
        pairs=f"{STUDY}/pairs.parquet",
    log:
        "results/logs/compare/{study}.log",
    benchmark:
        "results/benchmarks/compare/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        runs=study_runs,
        plan=lambda wildcards: comparison_plan(study_of(wildcards)),
        ordinal=lambda wildcards: canonical(study_of(wildcards).preparation.ordinal),
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
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        runs=study_runs,
        candidates=lambda wildcards: study_of(wildcards).reading_texts(),
        code=code("examine_errors.py"),
    script:
        "../workflow_scripts/examine_errors.py"


# What the scores hide: subgroups, wrong labels, other shares of the classes. And the labels that a person should read.
rule scrutinize:
    input:
        unpack(lambda wildcards: encodings_read(LAYOUT, wildcards.study)),
        predictions=study_predictions,
        split=study_split,
    output:
        scrutiny=f"{STUDY}/scrutiny.json",
        doubtful=f"{STUDY}/doubtful_labels.csv",
    log:
        "results/logs/scrutinize/{study}.log",
    benchmark:
        "results/benchmarks/scrutinize/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        runs=study_runs,
        candidates=lambda wildcards: study_of(wildcards).reading_texts(),
        choices=lambda wildcards: comparison_plan(study_of(wildcards))["chosen_from"],
        encodings=lambda wildcards: encodings_of_models(LAYOUT, wildcards.study),
        window_pairs=lambda wildcards: window_pairs(LAYOUT, wildcards.study),
        code=code("scrutinize.py"),
    script:
        "../workflow_scripts/scrutinize.py"


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
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        runs=study_runs,
        deterministic=lambda wildcards: comparison_plan(study_of(wildcards))["deterministic"],
        code=code("compare_baseline.py"),
    script:
        "../workflow_scripts/compare_baseline.py"
