# Robustness and explanations: test documents are perturbed once for all models; then each model is scored and explained.


# A sample of the test documents with each kind of typo at each share of words.
rule perturb:
    input:
        split=f"{PREPARED}/split.parquet",
        audit=ancient(f"{PREPARED}/audit.json"),
    output:
        samples=perturbed_samples("{preparation}"),
    log:
        "results/logs/perturb/{preparation}.log",
    benchmark:
        "results/benchmarks/perturb/{preparation}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.2),
    params:
        settings=lambda wildcards: canonical(CATALOG.perturbations[wildcards.preparation]),
        corpus=corpus_name,
        code=code("perturb.py"),
    script:
        "../workflow_scripts/perturb.py"


# The predictions of a trained run for all perturbed documents.
rule score_robustness:
    input:
        unpack(trained(analysed("perturbations"))),
    output:
        scores=f"{RUN}/robustness.parquet",
    log:
        "results/logs/score_robustness/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/score_robustness/{preparation}-{model}-{seed}.tsv"
    # One thread, so that results do not depend on --cores. Several models run side by side.
    group:
        shared_job("run_{preparation}_{model}")
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(60, 5),
        gpu=gpus,
    params:
        code=model_code("score_robustness.py", LAYOUT.evaluation_modules),
    script:
        "../workflow_scripts/score_robustness.py"


# Accuracy, drops, flips and calibration of every model of a study, with paired intervals, and the ranking.
rule summarize_robustness:
    input:
        scores=lambda wildcards: [
            f"{run}/robustness.parquet" for run in analysed_folders(LAYOUT, wildcards.study, "perturbations")
        ],
        samples=lambda wildcards: perturbed_samples(preparation_of(wildcards)),
        split=study_split,
    output:
        summary=f"{STUDY}/robustness.json",
    log:
        "results/logs/summarize_robustness/{study}.log",
    benchmark:
        "results/benchmarks/summarize_robustness/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        runs=lambda wildcards: [list(run) for run in analysed_runs(LAYOUT, wildcards.study, "perturbations")],
        settings=lambda wildcards: canonical(study_of(wildcards).perturbations),
        code=code("summarize_robustness.py"),
    script:
        "../workflow_scripts/summarize_robustness.py"


# Which words decided the predictions of one run, and example documents.
rule explain:
    input:
        unpack(trained(analysed("explanations"))),
    output:
        explanations=f"{RUN}/explanations.json",
        attributions=f"{RUN}/attributions.parquet",
    log:
        "results/logs/explain/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/explain/{preparation}-{model}-{seed}.tsv"
    group:
        shared_job("run_{preparation}_{model}")
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(60, 1),
        gpu=gpus,
    params:
        settings=lambda wildcards: canonical(CATALOG.explanations[wildcards.preparation]),
        code=model_code("explain.py", partial(explanation_modules, LAYOUT)),
    script:
        "../workflow_scripts/explain.py"


# Whether a study's explanation of a run is faithful: words are deleted in its order, and in orders of rivals.
rule check_explanations:
    input:
        unpack(declared(lambda wildcards: deletion_data(LAYOUT, wildcards.study, wildcards.model))),
    output:
        faithfulness=f"{STUDY}/faithfulness/{{model}}.json",
    log:
        "results/logs/check_explanations/{study}-{model}.log",
    benchmark:
        "results/benchmarks/check_explanations/{study}-{model}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(60, 1),
        gpu=lambda wildcards: one_gpu(LAYOUT.kind(preparation_of(wildcards), wildcards.model).uses_torch),
    params:
        others=lambda wildcards: [model for model, _ in rival_orders(LAYOUT, wildcards.study, wildcards.model)],
        models=lambda wildcards: len(analysed_runs(LAYOUT, wildcards.study, "explanations")),
        code=lambda wildcards: code(
            "check_explanations.py", LAYOUT.evaluation_modules(preparation_of(wildcards), wildcards.model)
        ),
    script:
        "../workflow_scripts/check_explanations.py"
