# From results to a report. Nothing here imports torch; a change of a template or a figure costs seconds.

REPORT = SCRIPTS / "textstudy" / "report"


# Every number of the report, and its findings, in one documented file.
rule collect:
    input:
        unpack(lambda wildcards: report_parts(LAYOUT, wildcards.study)),
        comparison=f"{STUDY}/comparison.parquet",
        pairs=f"{STUDY}/pairs.parquet",
    output:
        report=f"{STUDY}/report.json",
    log:
        "results/logs/collect/{study}.log",
    benchmark:
        "results/benchmarks/collect/{study}.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        study=report_settings,
        steps={
            step: code(f"{step}.py")
            for step in ("clean", "deduplicate", "split", "audit", "encode_words", "encode_wordpieces", "compare")
        },
        code=code("collect.py"),
    script:
        "../workflow_scripts/collect.py"


# The figures of one module, as vector drawings.
rule figures:
    input:
        report=f"{STUDY}/report.json",
    output:
        figures=directory(f"{STUDY}/figures/{{module}}"),
    log:
        "results/logs/figures/{study}-{module}.log",
    benchmark:
        "results/benchmarks/figures/{study}-{module}.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=lambda wildcards: code("figures.py", [f"textstudy.report.{wildcards.module}"]),
    script:
        "../workflow_scripts/figures.py"


# One self-contained HTML file and one PDF from the same template.
rule render:
    input:
        report=f"{STUDY}/report.json",
        figures=lambda wildcards: figures(LAYOUT, wildcards.study),
    output:
        html=f"{STUDY}/report.html",
        pdf=f"{STUDY}/report.pdf",
    log:
        "results/logs/render/{study}.log",
    benchmark:
        "results/benchmarks/render/{study}.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("render.py", files=sorted((REPORT / "templates").iterdir())),
    script:
        "../workflow_scripts/render.py"
