# Trials: runs with fewer documents or other settings, of which the predictions alone are kept, and what a study learns from them.


# One run of a model with fewer documents or other settings, trained and asked in one step.
rule train_trial:
    input:
        unpack(declared(lambda wildcards: trial_data(LAYOUT, wildcards.preparation, trial(wildcards), wildcards.seed))),
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
        settings=trial_settings,
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


# Selects the trial of a search by its validation accuracy. The model is trained with its settings.
rule select_trial:
    input:
        trials=lambda wildcards: trial_files(wildcards.preparation, searched(wildcards), "predictions.parquet"),
    output:
        best=f"{SEARCH}/best.json",
    log:
        "results/logs/select_trial/{preparation}-{model}.log",
    benchmark:
        "results/benchmarks/select_trial/{preparation}-{model}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 4),
        runtime=minutes(5, 0.1),
    params:
        settings=lambda wildcards: [training_settings(each.settings) for each in searched(wildcards)],
        code=code("select_trial.py"),
    script:
        "../workflow_scripts/select_trial.py"


# What each trial of a study's searches reached, and how much too high the score of the best one is.
rule summarize_search:
    input:
        trials=trial_inputs(search_trials, "predictions.parquet"),
        records=trial_inputs(search_trials, "trial.json"),
        split=study_split,
    output:
        search=f"{STUDY}/search.json",
    log:
        "results/logs/summarize_search/{study}.log",
    benchmark:
        "results/benchmarks/summarize_search/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(10, 0.5),
    params:
        searches=lambda wildcards: searches(study_of(wildcards)),
        code=code("summarize_search.py"),
    script:
        "../workflow_scripts/summarize_search.py"
