# Prepares a corpus, trains and compares text classifiers, and writes a report. The targets:
#   report   the reports of the configured studies, a page that opens them, and a model card for each run (the default)
#   prepared cleaned, split and audited corpora
#   data     everything before the first training: the encoded corpora too
#   phase_0  the settings that searches select
#   phase_1  the selected models of phases that build on no other; phase_2 of those that build on these; and so on


import os


# With --directory, that of the other folder, if there is one.
configfile: "config.yaml" if os.path.isfile("config.yaml") else f"{workflow.basedir}/config.yaml"


include: "rules/common.smk"
include: "rules/inputs.smk"
include: "rules/jobs.smk"
include: "rules/resources.smk"
include: "rules/prepare.smk"
include: "rules/encode.smk"
include: "rules/train.smk"
include: "rules/evaluate.smk"
include: "rules/robustness.smk"
include: "rules/exports.smk"
include: "rules/trials.smk"
include: "rules/report.smk"


# Also a plain `snakemake` runs alone in its folder: Snakemake's own locks go when another call ends. And it does not go on
# with results that Snakemake knows nothing of. Where nothing is to be done, Snakemake does not ask.
onstart:
    try:
        if workflow.execution_settings.lock:
            hold_folder(Path.cwd())
        if MENDED := mend_records(workflow):
            raise StudyError(f"{MENDED} Call the same command again.")
    except StudyError as error:
        raise WorkflowError(str(error)) from None


# On a cluster these run where Snakemake runs. Resources are fetched there because compute nodes often have no network;
# the others read a few small files.
localrules:
    report,
    prepared,
    data,
    fetch,
    select_trial,
    select_winner,
    index,


# Reports as HTML, PDF and JSON, the page that opens them, and model cards.
rule report:
    default_target: True
    input:
        expand("results/studies/{study}/report.{kind}", study=CATALOG.studies, kind=["html", "pdf", "json"]),
        "results/report.html",
        card_files(LAYOUT),


# `textstudy report` calls this before `data`: texts that come out unchanged are then not encoded again.
rule prepared:
    input:
        LAYOUT.audited(),


# `textstudy report` calls this before the rest: data that come out unchanged then retrain nothing.
rule data:
    input:
        LAYOUT.data(),


for DEPTH, WINNERS in sorted(LAYOUT.selections().items()):

    rule:
        name:
            f"phase_{DEPTH}"
        input:
            WINNERS,
        localrule: True
