# From a corpus of texts to a report that can be trusted. The targets:
#   report   the reports of the configured studies (the default)
#   data     everything before the first training: prepared, audited and encoded corpora


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/resources.smk"
include: "rules/prepare.smk"
include: "rules/encode.smk"
include: "rules/train.smk"
include: "rules/evaluate.smk"
include: "rules/report.smk"


localrules:
    report,
    data,


# The report of every configured study, as HTML, PDF and JSON.
rule report:
    default_target: True
    input:
        expand("results/studies/{study}/report.{kind}", study=CATALOG.studies, kind=["html", "pdf", "json"]),


# Everything that is read by a training; called before `report`, unchanged data then retrains nothing.
rule data:
    input:
        LAYOUT.data(),
