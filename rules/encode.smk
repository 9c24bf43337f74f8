# From texts to token ids, word vectors and the states of frozen encoders. The audit must pass first.


# Words as tokens. The vocabulary and the TF-IDF weights come from the training set alone.
rule encode_words:
    input:
        split=f"{PREPARED}/split.parquet",
        audit=ancient(f"{PREPARED}/audit.json"),
    output:
        encoding=f"{ENCODED}/encoding.arrow",
        summary=f"{ENCODED}/encoding.json",
        vocabulary=f"{ENCODED}/vocabulary.json",
        idf=f"{ENCODED}/idf.safetensors",
    log:
        "results/logs/encode_words/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/encode_words/{preparation}-{encoding}.tsv"
    wildcard_constraints:
        encoding=one_of(encodings_by("words")),
    group:
        shared_job("encode")
    conda:
        "../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=memory(2000, 20),
        runtime=minutes(20, 0.5),
    params:
        settings=encoding_settings,
        corpus=corpus_name,
        code=encoding_code("encode_words.py"),
    script:
        "../workflow_scripts/encode_words.py"


# Subword tokens of a pretrained encoder.
rule encode_wordpieces:
    input:
        unpack(declared(encoder)),
        split=f"{PREPARED}/split.parquet",
        audit=ancient(f"{PREPARED}/audit.json"),
    output:
        encoding=f"{ENCODED}/encoding.arrow",
        summary=f"{ENCODED}/encoding.json",
    log:
        "results/logs/encode_wordpieces/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/encode_wordpieces/{preparation}-{encoding}.tsv"
    wildcard_constraints:
        encoding=one_of(encodings_by("wordpieces")),
    group:
        shared_job("encode")
    conda:
        "../envs/torch.yaml"
    threads: 2
    resources:
        mem_mb=memory(3000, 20),
        runtime=minutes(20, 0.5),
    params:
        settings=encoding_settings,
        corpus=corpus_name,
        code=encoding_code("encode_wordpieces.py"),
    script:
        "../workflow_scripts/encode_wordpieces.py"


# Hashed words, n-grams of words and n-grams of characters.
rule encode_ngrams:
    input:
        split=f"{PREPARED}/split.parquet",
        audit=ancient(f"{PREPARED}/audit.json"),
    output:
        encoding=f"{ENCODED}/encoding.arrow",
        summary=f"{ENCODED}/encoding.json",
    log:
        "results/logs/encode_ngrams/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/encode_ngrams/{preparation}-{encoding}.tsv"
    wildcard_constraints:
        encoding=one_of(encodings_by("ngrams")),
    group:
        shared_job("encode")
    conda:
        "../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=memory(2000, 60),
        runtime=minutes(20, 1),
    params:
        settings=encoding_settings,
        corpus=corpus_name,
        code=encoding_code("encode_ngrams.py"),
    script:
        "../workflow_scripts/encode_ngrams.py"


# The GloVe vectors of a vocabulary, as one matrix.
rule glove:
    input:
        unpack(declared(lambda wildcards: {"glove": resource_files("glove.6B")})),
        vocabulary=f"{ENCODED}/vocabulary.json",
        idf=f"{ENCODED}/idf.safetensors",
    output:
        vectors=f"{ENCODED}/glove-{{dimension}}.safetensors",
        coverage=f"{ENCODED}/glove-{{dimension}}.json",
    log:
        "results/logs/glove/{preparation}-{encoding}-{dimension}.log",
    benchmark:
        "results/benchmarks/glove/{preparation}-{encoding}-{dimension}.tsv"
    group:
        shared_job("encode")
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 4),
        runtime=minutes(20, 0.1),
    params:
        code=code("glove.py"),
    script:
        "../workflow_scripts/glove.py"


# The pooled states of a frozen encoder, computed once per document for all models that read them.
rule features:
    input:
        unpack(declared(encoded)),
    output:
        features=f"{ENCODED}/features.safetensors",
        summary=f"{ENCODED}/features.json",
    log:
        "results/logs/features/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/features/{preparation}-{encoding}.tsv"
    wildcard_constraints:
        encoding=one_of(encodings_by("wordpieces")),
    conda:
        "../envs/torch.yaml"
    threads: 2
    resources:
        mem_mb=memory(4000, 10),
        runtime=minutes(60, 20, of="encoding"),
        gpu=1,
    params:
        code=code("features.py"),
    script:
        "../workflow_scripts/features.py"


# Static vectors of an encoder's tokens, from what it makes of each token alone.
rule distill:
    input:
        unpack(declared(encoded)),
    output:
        vectors=f"{ENCODED}/distilled-{{dimension}}.safetensors",
        summary=f"{ENCODED}/distilled-{{dimension}}.json",
    log:
        "results/logs/distill/{preparation}-{encoding}-{dimension}.log",
    benchmark:
        "results/benchmarks/distill/{preparation}-{encoding}-{dimension}.tsv"
    wildcard_constraints:
        encoding=one_of(encodings_by("wordpieces")),
    conda:
        "../envs/torch.yaml"
    threads: 2
    resources:
        mem_mb=memory(4000, 4),
        runtime=minutes(30, 0.1),
        gpu=1,
    params:
        code=code("distill.py"),
    script:
        "../workflow_scripts/distill.py"


# The training document that is nearest in meaning to each held-out one, by these states. Nothing fails on it.
rule semantic_audit:
    input:
        split=f"{PREPARED}/split.parquet",
        encoding=f"{ENCODED}/encoding.arrow",
        features=f"{ENCODED}/features.safetensors",
        summary=f"{ENCODED}/features.json",
    output:
        audit=f"{ENCODED}/semantic.json",
    log:
        "results/logs/semantic_audit/{preparation}-{encoding}.log",
    benchmark:
        "results/benchmarks/semantic_audit/{preparation}-{encoding}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000, 10),
        runtime=minutes(20, 0.5),
    params:
        code=code("semantic_audit.py"),
    script:
        "../workflow_scripts/semantic_audit.py"
