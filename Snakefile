# From a corpus of texts to a report that can be trusted. The targets:
#   report   the reports of the configured studies, a page of them all, and a card for each run (the default)
#   prepared audited corpora, ready to be encoded
#   data     everything before the first training: encoded corpora as well
#   phase_1  the winners of the phases that build on no other, phase_2 of those that build on them, and so on


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/resources.smk"
include: "rules/prepare.smk"
include: "rules/encode.smk"
include: "rules/train.smk"
include: "rules/evaluate.smk"
include: "rules/robustness.smk"
include: "rules/report.smk"


# On a cluster resources are fetched where Snakemake runs: compute nodes often have no network.
localrules:
    report,
    prepared,
    data,
    fetch,


# The report of every configured study, as HTML, PDF and JSON; the page that opens them; the card of every run.
rule report:
    default_target: True
    input:
        expand("results/studies/{study}/report.{kind}", study=CATALOG.studies, kind=["html", "pdf", "json"]),
        "results/report.html",
        cards(LAYOUT),


# What is encoded; called before `data`, unchanged texts then cost no pass of an encoder.
rule prepared:
    input:
        LAYOUT.audited(),


# Everything that is read by a training; called before `report`, unchanged data then retrains nothing.
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
