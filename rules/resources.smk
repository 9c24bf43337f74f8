# Resources are fetched from outside, verified, and described by a manifest.
# What reads a resource is stale when its checksums change, not when it was fetched anew: see `declare`.

from textstudy.fetch.resources import local_files


# One resource: from the mirror, the network, the hub or an installed distribution.
rule fetch:
    input:
        lambda wildcards: [local(file) for file in local_files(LAYOUT.resources()[wildcards.resource])],
    output:
        manifest="resources/{resource}/manifest.json",
        checksums="resources/{resource}/SHA256SUMS",
        files=directory("resources/{resource}/files"),
    log:
        "results/logs/fetch/{resource}.log",
    benchmark:
        "results/benchmarks/fetch/{resource}.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=120,
    params:
        name=lambda wildcards: LAYOUT.resources()[wildcards.resource],
    script:
        "../workflow_scripts/fetch.py"
