# Trials: runs with fewer documents or other settings, of which the predictions alone are kept, and what a study learns from them.


# One run of a model with fewer documents or other settings, trained and asked in one step.
rule train_trial:
    input:
        unpack(declared(lambda wildcards: trial_data(LAYOUT, wildcards.preparation, wildcards.model, wildcards.seed))),
        audit=ancient(f"{PREPARED}/audit.json"),
    output:
        predictions=f"{TRIAL}/predictions.parquet",
        record=f"{TRIAL}/trial.json",
    log:
        "results/logs/train_trial/{preparation}-{model}-{trial}-{seed}.log",
    benchmark:
        "results/benchmarks/train_trial/{preparation}-{model}-{trial}-{seed}.tsv"
    group:
        shared_job("trials_{preparation}_{model}")
    conda:
        "../envs/torch.yaml"
    threads: training_threads
    resources:
        mem_mb=memory(4000, 10, memory_limit, processes),
        runtime=minutes(15, 20, of="encoding"),
        gpu=training_gpus,
        alone=alone,
    params:
        settings=lambda wildcards: training_settings(trial(wildcards).settings),
        facts=model_facts,
        subset=lambda wildcards: subset(LAYOUT, wildcards.preparation, trial(wildcards)),
        parts=lambda wildcards: trial(wildcards).parts,
        code=model_code("train_trial.py", partial(trial_modules, LAYOUT)),
    script:
        "../workflow_scripts/train_trial.py"


# How accuracy grows with the number of training documents, and what more of them would bring.
rule grow:
    input:
        trials=trial_inputs(curve_trials, "predictions.parquet"),
        records=trial_inputs(curve_trials, "trial.json"),
        predictions=lambda wildcards: [
            f"{run}/predictions.parquet" for run in analysed_folders(LAYOUT, wildcards.study, "learning_curve")
        ],
        split=study_split,
    output:
        growth=f"{STUDY}/growth.json",
    log:
        "results/logs/grow/{study}.log",
    benchmark:
        "results/benchmarks/grow/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        trials=lambda wildcards: [
            [trial.model, trial.share] for trial in curve_trials(study_of(wildcards)) for _ in trial.seeds
        ],
        runs=lambda wildcards: [list(run) for run in analysed_runs(LAYOUT, wildcards.study, "learning_curve")],
        code=code("grow.py"),
    script:
        "../workflow_scripts/grow.py"


# The validation accuracy of a model with each of the settings that were drawn for it.
rule tune:
    input:
        trials=trial_inputs(tuning_trials, "predictions.parquet"),
        records=trial_inputs(tuning_trials, "trial.json"),
    output:
        tuning=f"{STUDY}/tuning.json",
    log:
        "results/logs/tune/{study}.log",
    benchmark:
        "results/benchmarks/tune/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(10, 0.5),
    params:
        trials=lambda wildcards: drawn_settings(study_of(wildcards)),
        code=code("tune.py"),
    script:
        "../workflow_scripts/tune.py"
