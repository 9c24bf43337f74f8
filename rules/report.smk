# From results to a report. Nothing here imports torch; a change of a template or a figure costs seconds.

REPORT = SCRIPTS / "textstudy" / "report"


def report_parts(wildcards):
    """Input function: every file whose numbers stand in the report, by name."""
    study = study_of(wildcards)
    preparation = study.preparation
    folder = PREPARED.format(preparation=preparation.name)
    summaries = {encoded(preparation.name, name, "encoding.json") for name in study.encodings}
    for model in study.models.values():
        data = model_data(preparation.name, model)
        summaries |= {str(Path(data[kind]).with_suffix(".json")) for kind in ("glove", "features") if kind in data}
    roles = {CATALOG.encoder(e.encoder) for e in study.encodings.values() if e.tokenizer == "wordpieces"}
    resources = roles | {getattr(preparation.corpus, "resource", None)}
    resources |= {"glove.6B" for model in study.models.values() if getattr(model, "embeddings", None) == "glove"}
    files = ("metrics.json", "efficiency.json", "training.json", "history.json", "settings.json")
    return {
        "ledger": [f"results/corpora/{preparation.corpus.name}/parse.json"]
        + [f"{folder}/{step}.json" for step in ("clean", "unique", "split")],
        "corpus": f"{folder}/corpus.json",
        "audit": f"{folder}/audit.json",
        "leakage": f"{folder}/leakage.json",
        "encodings": sorted(summaries),
        "manifests": sorted(folder_of(name) + "/manifest.json" for name in resources - {None}),
        "runs": [f"{run}/{file}" for run in run_folders(wildcards.study) for file in files],
    }


def report_settings(wildcards):
    """Params function: the study as it ran, with what an overlay scaled and which encoder fills each role."""
    loaded = CATALOG.studies[wildcards.study]
    roles = {e.encoder for e in loaded.study.encodings.values() if e.tokenizer == "wordpieces"}
    return {
        "encoders": {role: CATALOG.encoder(role) for role in sorted(roles)},
        "name": wildcards.study,
        "scaled": canonical(loaded.scaled),
        "settings": canonical(loaded.study),
    }


# Every number of the report, and its findings, in one documented file.
rule collect:
    input:
        unpack(report_parts),
        comparison=STUDY + "/comparison.parquet",
        pairs=STUDY + "/pairs.parquet",
    output:
        report=STUDY + "/report.json",
    params:
        study=report_settings,
        steps={
            step: code(f"{step}.py")
            for step in ("clean", "deduplicate", "split", "audit", "encode_words", "encode_wordpieces", "compare")
        },
        code=code("collect.py"),
    log:
        "results/logs/collect/{study}.log",
    benchmark:
        "results/benchmarks/collect/{study}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    conda:
        "../envs/report.yaml"
    script:
        "../workflow_scripts/collect.py"


# The figures, as vector drawings.
rule figures:
    input:
        report=STUDY + "/report.json",
    output:
        figures=directory(STUDY + "/figures"),
    params:
        code=code("figures.py"),
    log:
        "results/logs/figures/{study}.log",
    benchmark:
        "results/benchmarks/figures/{study}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    conda:
        "../envs/report.yaml"
    script:
        "../workflow_scripts/figures.py"


# One self-contained HTML file and one PDF from the same template.
rule render:
    input:
        report=STUDY + "/report.json",
        figures=STUDY + "/figures",
    output:
        html=STUDY + "/report.html",
        pdf=STUDY + "/report.pdf",
    params:
        code=code("render.py", files=sorted((REPORT / "templates").iterdir())),
    log:
        "results/logs/render/{study}.log",
    benchmark:
        "results/benchmarks/render/{study}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    conda:
        "../envs/report.yaml"
    script:
        "../workflow_scripts/render.py"
