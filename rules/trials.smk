# Trials: runs with fewer documents, of which the predictions alone are kept, and what a study learns from them.


# One run of a model with fewer documents, trained and asked in one step.
rule train_trial:
    input:
        unpack(lambda wildcards: trial_data(LAYOUT, wildcards.preparation, wildcards.model, wildcards.seed)),
        audit=ancient(f"{PREPARED}/audit.json"),
    output:
        predictions=f"{TRIAL}/predictions.parquet",
        record=f"{TRIAL}/trial.json",
    log:
        "results/logs/train_trial/{preparation}-{model}-{trial}-{seed}.log",
    benchmark:
        "results/benchmarks/train_trial/{preparation}-{model}-{trial}-{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: training_threads
    resources:
        mem_mb=6000,
        runtime=720,
        gpu=gpus,
        alone=alone,
    params:
        settings=lambda wildcards: canonical_without_title(trial(wildcards).settings),
        facts=model_facts,
        subset=lambda wildcards: subset(LAYOUT, wildcards.preparation, trial(wildcards)),
        parts=lambda wildcards: trial(wildcards).parts,
        code=model_code("train_trial.py", partial(trial_modules, LAYOUT)),
    script:
        "../workflow_scripts/train_trial.py"


# How accuracy grows with the number of training documents, and what more of them would bring.
rule grow:
    input:
        trials=lambda wildcards: curve_files(LAYOUT, wildcards.study, "predictions.parquet"),
        records=lambda wildcards: curve_files(LAYOUT, wildcards.study, "trial.json"),
        predictions=lambda wildcards: [
            f"{run}/predictions.parquet" for run in analysed_folders(LAYOUT, wildcards.study, "learning_curve")
        ],
    output:
        growth=f"{STUDY}/growth.json",
    log:
        "results/logs/grow/{study}.log",
    benchmark:
        "results/benchmarks/grow/{study}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        trials=lambda wildcards: curve_runs(LAYOUT, wildcards.study),
        runs=lambda wildcards: [list(run) for run in analysed_runs(LAYOUT, wildcards.study, "learning_curve")],
        code=code("grow.py"),
    script:
        "../workflow_scripts/grow.py"
