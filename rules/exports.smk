# Networks in forms that need no torch, and what each gains and loses.


# One folder that predicts wherever it is copied to, written only if it is the same model.
rule export:
    input:
        unpack(declared(lambda wildcards: export_data(LAYOUT, wildcards.preparation, wildcards.model, wildcards.seed))),
    output:
        bundle=directory("results/exports/{preparation}/{model}/{seed}/{form}"),
    log:
        "results/logs/export/{preparation}-{model}-{seed}-{form}.log",
    benchmark:
        "results/benchmarks/export/{preparation}-{model}-{seed}-{form}.tsv"
    wildcard_constraints:
        form="onnx|int8",
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(20, 0.5),
    params:
        code=model_code("export.py", partial(export_modules, LAYOUT)),
    script:
        "../workflow_scripts/export.py"


# Accuracy, latency, throughput and memory beside those in torch, in rounds over all forms.
rule measure_exports:
    input:
        unpack(declared(lambda wildcards: measured_export_data(LAYOUT, wildcards.study))),
    output:
        exports=f"{STUDY}/exports.json",
    log:
        "results/logs/measure_exports/{study}.log",
    benchmark:
        "results/benchmarks/measure_exports/{study}.tsv"
    conda:
        "../envs/torch.yaml"
    # It works on one thread. With all cores taken, nothing else runs beside it on a local machine.
    threads: lambda wildcards: 2 if on_cluster() else os.cpu_count()
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(60, 1),
    params:
        forms=lambda wildcards: measured_exports(LAYOUT, wildcards.study),
        code=lambda wildcards: code("measure_exports.py", measured_export_modules(LAYOUT, wildcards.study)),
    script:
        "../workflow_scripts/measure_exports.py"
