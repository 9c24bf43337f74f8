# Resources: what is fetched from outside, verified, with a manifest.

RESOURCES = {folder_of(name): name for name in resource_names()}


# One resource: from the mirror, the network, the hub or an installed distribution.
rule fetch:
    output:
        manifest="resources/{resource}/manifest.json",
    params:
        name=lambda wildcards: RESOURCES[f"resources/{wildcards.resource}"],
    log:
        "results/logs/fetch/{resource}.log",
    benchmark:
        "results/benchmarks/fetch/{resource}.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=120,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/fetch.py"
