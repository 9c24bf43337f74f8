# From results to a report. Nothing here imports torch; a change of a template or a figure costs seconds.

from textstudy.report.chapters import CHAPTERS, templates

PAGES = SCRIPTS / "textstudy" / "report" / "page"
# What every page shares: those of the reports, and the page of all studies.
PAGE = [PAGES / name for name in ("page.html", "page.css", "page.js", "report.lua", "references.bib", "references.csl")]
REPORT = [*templates(), *PAGE, *PAGES.glob("*.j2"), PAGES / "page.typ"]
INDEX, CARD = PAGES.parent / "index" / "index.md.j2", PAGES.parent / "card" / "card.md.j2"


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
    group:
        shared_job("report_{study}")
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(10, 0.2),
    params:
        study=lambda wildcards: {
            **report_settings(LAYOUT, wildcards.study),
            "exposure": exposure(LAYOUT, wildcards.study),
        },
        steps=lambda wildcards: {step: code(f"{step}.py") for step in report_steps(LAYOUT, wildcards.study)},
        command=report_command,
        code=lambda wildcards: code("collect.py", collect_modules(LAYOUT, wildcards.study)),
    script:
        "../workflow_scripts/collect.py"


# The figures of one chapter, as vector drawings.
rule figures:
    input:
        report=f"{STUDY}/report.json",
    output:
        figures=report(
            directory(f"{STUDY}/figures/{{chapter}}"),
            patterns=["{figure}.svg"],
            category="{study}",
            subcategory="Figures",
            labels={"figure": "{figure}", "chapter": "{chapter}"},
            caption="captions/figures.rst",
        ),
    log:
        "results/logs/figures/{study}-{chapter}.log",
    benchmark:
        "results/benchmarks/figures/{study}-{chapter}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 20),
        runtime=minutes(10, 0.2),
    params:
        code=lambda wildcards: code("figures.py", [f"textstudy.report.sections.{wildcards.chapter}.figures"]),
    script:
        "../workflow_scripts/figures.py"


# One self-contained HTML file and one PDF from the same template, and tables of all classes and confusions.
rule render:
    input:
        report=f"{STUDY}/report.json",
        figures=lambda wildcards: figure_folders(LAYOUT, wildcards.study),
    output:
        html=report(
            f"{STUDY}/report.html", category="{study}", labels={"report": "page"}, caption="captions/report.rst"
        ),
        pdf=report(f"{STUDY}/report.pdf", category="{study}", labels={"report": "PDF"}, caption="captions/report.rst"),
        classes=f"{STUDY}/classes.csv",
        confusions=f"{STUDY}/confusions.csv",
    log:
        "results/logs/render/{study}.log",
    benchmark:
        "results/benchmarks/render/{study}.tsv"
    group:
        shared_job("report_{study}")
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(10, 0.5),
    params:
        code=code("render.py", [chapter.module("chapter") for chapter in CHAPTERS], REPORT),
    script:
        "../workflow_scripts/render.py"


# The model card of a run, beside its weights, in the format of the Hugging Face hub; and the same for programs.
rule card:
    input:
        unpack(lambda wildcards: card_parts(LAYOUT, wildcards.preparation, wildcards.model)),
        metrics=f"{RUN}/metrics.json",
        calibration=f"{RUN}/calibration.json",
        training=f"{RUN}/training.json",
        settings=f"{RUN}/settings.json",
    output:
        card=f"{RUN}/README.md",
        usage=f"{RUN}/usage.json",
    log:
        "results/logs/card/{preparation}-{model}-{seed}.log",
    benchmark:
        "results/benchmarks/card/{preparation}-{model}-{seed}.tsv"
    group:
        shared_job("run_{preparation}_{model}")
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 4),
        runtime=minutes(5, 0.1),
    params:
        described=lambda wildcards: describe_run(LAYOUT, wildcards.preparation, wildcards.model, wildcards.seed),
        code=model_code("card.py", partial(card_modules, LAYOUT), [CARD]),
    script:
        "../workflow_scripts/card.py"


# One page that opens the reports of all configured studies.
rule index:
    input:
        reports=expand(f"{STUDY}/report.json", study=CATALOG.studies),
    output:
        html=report("results/report.html", category="All studies", caption="captions/index.rst"),
    log:
        "results/logs/index.log",
    benchmark:
        "results/benchmarks/index.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000, 20),
        runtime=minutes(10, 0.2),
    params:
        code=code("index.py", files=[INDEX, *PAGE]),
    script:
        "../workflow_scripts/index.py"
