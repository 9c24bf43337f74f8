# From raw documents to audited splits.


def corpus_source(wildcards):
    """What a corpus is read from: a resource, a file of the user's, or nothing (generated, or streamed from the hub)."""
    corpus = corpus_of(wildcards.corpus)
    if getattr(corpus, "resource", None):
        return folder_of(corpus.resource) + "/manifest.json"
    return getattr(corpus, "path", None) or []


def raw_documents(wildcards):
    """Input function: the documents of a preparation's corpus."""
    corpus = CATALOG.preparations[wildcards.preparation].corpus
    return f"results/corpora/{corpus.name}/documents.parquet"


# Raw documents with labels, official split and header fields.
rule parse:
    input:
        source=corpus_source,
    output:
        documents="results/corpora/{corpus}/documents.parquet",
        ledger="results/corpora/{corpus}/parse.json",
    params:
        settings=lambda wildcards: canonical(corpus_of(wildcards.corpus)),
        code=lambda wildcards: code("parse.py", [f"textstudy.corpora.{corpus_of(wildcards.corpus).kind}"]),
    log:
        "results/logs/parse/{corpus}.log",
    benchmark:
        "results/benchmarks/parse/{corpus}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/parse.py"


# Headers, quotes, signatures and blocks removed; short documents dropped, long ones cut.
rule clean:
    input:
        documents=raw_documents,
    output:
        clean=prepared("clean.parquet"),
        ledger=prepared("clean.json"),
    params:
        settings=preparation_settings("clean"),
        code=code("clean.py"),
    log:
        "results/logs/clean/{preparation}.log",
    benchmark:
        "results/benchmarks/clean/{preparation}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/clean.py"


# One document kept of each cluster of exact and near duplicates.
rule deduplicate:
    input:
        clean=prepared("clean.parquet"),
    output:
        unique=prepared("unique.parquet"),
        duplicates=prepared("duplicates.parquet"),
        ledger=prepared("unique.json"),
    params:
        settings=preparation_settings("deduplicate"),
        code=code("deduplicate.py"),
    log:
        "results/logs/deduplicate/{preparation}.log",
    benchmark:
        "results/benchmarks/deduplicate/{preparation}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=120,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/deduplicate.py"


# Stratified splits; a cluster of duplicates never straddles two.
rule split:
    input:
        unique=prepared("unique.parquet"),
    output:
        split=prepared("split.parquet"),
        ledger=prepared("split.json"),
    params:
        settings=preparation_settings("split"),
        code=code("split.py"),
    log:
        "results/logs/split/{preparation}.log",
    benchmark:
        "results/benchmarks/split/{preparation}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/split.py"


# Overlaps between splits at every stage, suspicious features; a leak fails the run.
rule audit:
    input:
        documents=raw_documents,
        clean=prepared("clean.parquet"),
        unique=prepared("unique.parquet"),
        duplicates=prepared("duplicates.parquet"),
        split=prepared("split.parquet"),
    output:
        audit=prepared("audit.json"),
    params:
        settings=preparation_settings("deduplicate"),
        code=code("audit.py"),
    log:
        "results/logs/audit/{preparation}.log",
    benchmark:
        "results/benchmarks/audit/{preparation}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=120,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/audit.py"


# The price of leakage: what a linear model scores when headers, quotes or signatures are left in.
rule leakage:
    input:
        documents=raw_documents,
        split=prepared("split.parquet"),
        duplicates=prepared("duplicates.parquet"),
    output:
        leakage=prepared("leakage.json"),
    params:
        settings=preparation_settings("clean"),
        code=code("leakage.py"),
    log:
        "results/logs/leakage/{preparation}.log",
    benchmark:
        "results/benchmarks/leakage/{preparation}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/leakage.py"


# What the prepared corpus looks like: sizes, lengths, frequent and telling words.
rule explore:
    input:
        split=prepared("split.parquet"),
    output:
        corpus=prepared("corpus.json"),
    params:
        code=code("explore.py"),
    log:
        "results/logs/explore/{preparation}.log",
    benchmark:
        "results/benchmarks/explore/{preparation}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/explore.py"
