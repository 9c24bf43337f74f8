# From texts to token ids, word vectors and the states of frozen encoders. The audit comes first: no leak is encoded.

WORDS = {name for (_, name), encoding in CATALOG.encodings.items() if encoding.tokenizer == "words"}
WORDPIECES = {name for (_, name), encoding in CATALOG.encodings.items() if encoding.tokenizer == "wordpieces"}


# Word tokens; vocabulary and TF-IDF weights from the training split alone.
rule encode_words:
    input:
        split=prepared("split.parquet"),
        audit=ancient(prepared("audit.json")),
    output:
        encoding=ENCODED + "/encoding.arrow",
        summary=ENCODED + "/encoding.json",
        vocabulary=ENCODED + "/vocabulary.json",
        idf=ENCODED + "/idf.safetensors",
    wildcard_constraints:
        encoding=one_of(WORDS),
    params:
        settings=lambda wildcards: canonical(encoding_of(wildcards)),
        code=code("encode_words.py"),
    log:
        "results/logs/encode_words/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/encode_words/{preparation}-{encoding}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/encode_words.py"


# Subword tokens of a pretrained encoder.
rule encode_wordpieces:
    input:
        split=prepared("split.parquet"),
        audit=ancient(prepared("audit.json")),
        encoder=encoder_manifest,
    output:
        encoding=ENCODED + "/encoding.arrow",
        summary=ENCODED + "/encoding.json",
    wildcard_constraints:
        encoding=one_of(WORDPIECES),
    params:
        settings=lambda wildcards: canonical(encoding_of(wildcards)),
        code=code("encode_wordpieces.py"),
    log:
        "results/logs/encode_wordpieces/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/encode_wordpieces/{preparation}-{encoding}.tsv"
    threads: 2
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../envs/torch.yaml"
    script:
        "../workflow_scripts/encode_wordpieces.py"


# The GloVe vectors of a vocabulary, as one matrix.
rule glove:
    input:
        manifest="resources/glove.6B/manifest.json",
        vocabulary=ENCODED + "/vocabulary.json",
        idf=ENCODED + "/idf.safetensors",
    output:
        vectors=ENCODED + "/glove-{dimension}.safetensors",
        coverage=ENCODED + "/glove-{dimension}.json",
    params:
        code=code("glove.py"),
    log:
        "results/logs/glove/{preparation}-{encoding}-{dimension}.log",
    benchmark:
        "results/benchmarks/glove/{preparation}-{encoding}-{dimension}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../envs/data.yaml"
    script:
        "../workflow_scripts/glove.py"


# A frozen encoder's pooled states, once per document; every head reads them.
rule features:
    input:
        encoding=ENCODED + "/encoding.arrow",
        encoder=encoder_manifest,
    output:
        features=ENCODED + "/features.safetensors",
        summary=ENCODED + "/features.json",
    wildcard_constraints:
        encoding=one_of(WORDPIECES),
    params:
        code=code("features.py"),
    log:
        "results/logs/features/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/features/{preparation}-{encoding}.tsv"
    threads: 2
    resources:
        mem_mb=6000,
        runtime=240,
        gpu=1,
    conda:
        "../envs/torch.yaml"
    script:
        "../workflow_scripts/features.py"
