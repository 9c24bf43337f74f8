# From raw documents to audited splits.


# Raw documents with labels, official split and header fields.
rule parse:
    input:
        unpack(declared(corpus_source)),
    output:
        documents="results/corpora/{corpus}/documents.parquet",
        ledger="results/corpora/{corpus}/parse.json",
        manifest="results/corpora/{corpus}/manifest.json",
    log:
        "results/logs/parse/{corpus}.log",
    benchmark:
        "results/benchmarks/parse/{corpus}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        settings=lambda wildcards: canonical(LAYOUT.corpus(wildcards.corpus)),
        origin=lambda wildcards: LAYOUT.corpus(wildcards.corpus).origin,
        state=lambda wildcards: LAYOUT.corpus_state(wildcards.corpus),
        code=lambda wildcards: code("parse.py", [f"textstudy.corpora.{LAYOUT.corpus(wildcards.corpus).kind}"]),
    script:
        "../workflow_scripts/parse.py"


# Removes headers, quotes, signatures and encoded blocks; drops short documents and cuts long ones.
rule clean:
    input:
        unpack(declared(lambda wildcards: LAYOUT.cleaning_data(wildcards.preparation))),
    output:
        clean=f"{PREPARED}/clean.parquet",
        ledger=f"{PREPARED}/clean.json",
    log:
        "results/logs/clean/{preparation}.log",
    benchmark:
        "results/benchmarks/clean/{preparation}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        settings=preparation_settings("clean"),
        code=code("clean.py"),
    script:
        "../workflow_scripts/clean.py"


# Keeps one document of each cluster of exact and near duplicates.
rule deduplicate:
    input:
        clean=f"{PREPARED}/clean.parquet",
    output:
        unique=f"{PREPARED}/unique.parquet",
        duplicates=f"{PREPARED}/duplicates.parquet",
        ledger=f"{PREPARED}/unique.json",
    log:
        "results/logs/deduplicate/{preparation}.log",
    benchmark:
        "results/benchmarks/deduplicate/{preparation}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=memory(3000, 40),
        runtime=minutes(20, 1),
    params:
        settings=preparation_settings("deduplicate"),
        code=code("deduplicate.py"),
    script:
        "../workflow_scripts/deduplicate.py"


# Stratified splits. A cluster of duplicates never stands in two of them.
rule split:
    input:
        # The labels that a person corrected, where the study names a file with some.
        unpack(lambda wildcards: LAYOUT.corrections(wildcards.preparation)),
        unique=f"{PREPARED}/unique.parquet",
        # For the message if there is too little left to divide.
        ledgers=ancient([f"{PREPARED}/clean.json", f"{PREPARED}/unique.json"]),
    output:
        split=f"{PREPARED}/split.parquet",
        ledger=f"{PREPARED}/split.json",
    log:
        "results/logs/split/{preparation}.log",
    benchmark:
        "results/benchmarks/split/{preparation}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.2),
    params:
        settings=preparation_settings("split"),
        code=code("split.py"),
    script:
        "../workflow_scripts/split.py"


# Overlaps between splits at every stage, and suspicious features. A leak fails the run.
rule audit:
    input:
        documents=lambda wildcards: LAYOUT.documents(wildcards.preparation),
        clean=f"{PREPARED}/clean.parquet",
        unique=f"{PREPARED}/unique.parquet",
        duplicates=f"{PREPARED}/duplicates.parquet",
        split=f"{PREPARED}/split.parquet",
        ledger=lambda wildcards: ledger_files(LAYOUT, wildcards.preparation),
    output:
        audit=f"{PREPARED}/audit.json",
    log:
        "results/logs/audit/{preparation}.log",
    benchmark:
        "results/benchmarks/audit/{preparation}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=memory(3000, 20),
        runtime=minutes(20, 1),
    params:
        settings=preparation_settings("deduplicate"),
        code=code("audit.py"),
    script:
        "../workflow_scripts/audit.py"


# The price of leakage: what a linear model scores when headers, quotes or signatures are left in.
rule leakage:
    input:
        unpack(declared(lambda wildcards: LAYOUT.cleaning_data(wildcards.preparation))),
        split=f"{PREPARED}/split.parquet",
        duplicates=f"{PREPARED}/duplicates.parquet",
    output:
        leakage=f"{PREPARED}/leakage.json",
    log:
        "results/logs/leakage/{preparation}.log",
    benchmark:
        "results/benchmarks/leakage/{preparation}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(3000, 20),
        runtime=minutes(20, 1),
    params:
        settings=preparation_settings("clean"),
        code=code("leakage.py"),
    script:
        "../workflow_scripts/leakage.py"


# What the prepared corpus looks like: sizes, lengths, frequent words, and words that mark a class.
rule explore:
    input:
        split=f"{PREPARED}/split.parquet",
    output:
        corpus=f"{PREPARED}/corpus.json",
    log:
        "results/logs/explore/{preparation}.log",
    benchmark:
        "results/benchmarks/explore/{preparation}.tsv"
    group:
        shared_job("prepare")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.2),
    params:
        code=code("explore.py"),
    script:
        "../workflow_scripts/explore.py"
