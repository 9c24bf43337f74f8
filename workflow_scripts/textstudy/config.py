"""Settings of the pipeline and of a study: the single source of defaults, of the JSON schema and of the reference page.

Light on purpose: Snakemake imports this module each time it parses the workflow.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from textstudy.model_settings import Model
from textstudy.settings import Name, RuleName, Settings, Share, problem


class Sample(Settings):
    """A stratified sample of a corpus."""

    size: int = Field(gt=0, description="documents in the sample")
    seed: int = Field(13, description="seed of the draw")


class NewsgroupsCorpus(Settings):
    """20 Newsgroups, the bydate version with headers, as published (archive or extracted tree)."""

    kind: Literal["newsgroups"]
    name: Name = Field("newsgroups", description="folder of the corpus under results/corpora")
    resource: str = Field("20newsgroups", description="resource that holds the messages")
    groups: dict[str, list[str]] | None = Field(
        None, description="label → groups, to recast the task; default: each group a label"
    )
    sample: Sample | None = Field(None, description="stratified sample of the messages; default: all")


class TableCorpus(Settings):
    """Your own texts: a CSV, TSV, JSONL or Parquet file, or a data set of the Hugging Face hub."""

    kind: Literal["table"]
    name: Name = Field(description="folder of the corpus under results/corpora")
    path: str | None = Field(
        None, description="file with one document a row (.csv, .tsv, .jsonl, .parquet, also gzipped)"
    )
    resource: str | None = Field(None, description="registered resource that holds the file, instead of `path`")
    hub: str | None = Field(None, description="data set of the Hugging Face hub (owner/name), instead of `path`")
    text: str = Field("text", description="column of the text")
    label: str = Field("label", description="column of the label")
    split: str | None = Field(None, description="column of the official split, if there is one")
    identifier: str | None = Field(None, description="column of a unique id; default: the row number")
    title: str | None = Field(None, description="column put before the text, if there is one")
    sample: Sample | None = Field(None, description="stratified sample of the documents; default: all")

    @model_validator(mode="after")
    def _one_source(self) -> "TableCorpus":
        if sum(source is not None for source in (self.path, self.resource, self.hub)) != 1:
            raise problem("exactly one of path, resource and hub must be given")
        return self


class DemoCorpus(Settings):
    """The embedded corpus: synthetic newsgroup messages from a seeded generator."""

    kind: Literal["demo"]
    name: Name = Field("demo", description="folder of the corpus under results/corpora")
    documents: int = Field(2400, ge=200, description="messages to generate")
    seed: int = Field(1993, description="seed of the generator")


Corpus = Annotated[NewsgroupsCorpus | TableCorpus | DemoCorpus, Field(discriminator="kind")]


class Clean(Settings):
    """What cleaning removes from a message, each step on its own switch."""

    headers: bool = Field(True, description="remove the block of header fields before the first blank line")
    quotes: bool = Field(True, description="remove quoted lines and the attribution lines before them")
    signatures: bool = Field(True, description="remove signatures, with and without their `-- ` line")
    blocks: bool = Field(True, description="remove PGP and uuencoded blocks")
    minimum_characters: int = Field(50, ge=0, description="drop documents that are shorter after cleaning")
    maximum_words: int | None = Field(400, gt=0, description="keep this many words of each document; null keeps all")


class Deduplicate(Settings):
    """Which documents count as the same text."""

    near_threshold: Annotated[float, Field(gt=0, le=1)] | None = Field(
        0.7,
        description="Jaccard similarity of word 5-grams from which two documents are near-duplicates; null: exact only",
    )


class Split(Settings):
    """How documents are divided; a cluster of duplicates never straddles two splits."""

    validation: Share = Field(0.2, description="share of the training documents set aside for validation, stratified")
    test: Literal["official"] | Share = Field(
        "official", description="`official`, or the share to draw where a corpus has no test part"
    )
    seed: int = Field(13, description="seed of the draw")


class Preparation(Settings):
    """A corpus cleaned, deduplicated and split."""

    name: Name = Field(description="folder of the preparation under results/prepared")
    corpus: Corpus
    clean: Clean = Clean()
    deduplicate: Deduplicate = Deduplicate()
    split: Split = Split()


class WordsEncoding(Settings):
    """Word tokens with a vocabulary counted on the training split."""

    tokenizer: Literal["words"]
    vocabulary_size: int | None = Field(
        None, gt=2, description="most frequent words kept, padding and unknown included; null keeps all"
    )
    lowercase: bool = Field(True, description="fold words to lower case")
    minimum_count: int = Field(2, ge=1, description="training occurrences a word needs")
    maximum_length: int = Field(256, gt=0, description="tokens kept of each document")


class WordpiecesEncoding(Settings):
    """WordPiece (or other subword) tokens of a pretrained encoder."""

    tokenizer: Literal["wordpieces"]
    encoder: str = Field(
        "distilbert-base-uncased", description="role or resource of the encoder; config `encoders` says what fills it"
    )
    maximum_length: int = Field(512, gt=2, description="tokens kept of each document, special tokens included")


Encoding = Annotated[WordsEncoding | WordpiecesEncoding, Field(discriminator="tokenizer")]


class Reported(Settings):
    """Figures that a published report states, to be printed beside the measured ones."""

    source: str = Field(description="where the figures stand")
    models: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="model → metric → value, shares in 0..1"
    )
    notes: list[str] = Field(default_factory=list)


class Study(Settings):
    """One study file: what is prepared, which models run with which seeds, and what the report states."""

    title: str
    description: str = ""
    preparation: Preparation
    encodings: dict[RuleName, Encoding] = Field(default_factory=dict)
    seeds: tuple[int, ...] = Field((1, 2, 3), min_length=1, description="one run of each random model per seed")
    models: dict[RuleName, Model] = Field(min_length=1)
    reported: Reported | None = None

    @model_validator(mode="after")
    def _encodings_exist(self) -> "Study":
        for name, model in self.models.items():
            wanted = getattr(model, "encoding", None)
            if wanted is None:
                continue
            tokenizer = "words" if model.architecture == "recurrent" else "wordpieces"
            fitting = sorted(key for key, value in self.encodings.items() if value.tokenizer == tokenizer)
            if wanted not in fitting:
                raise problem(
                    f"model {name!r} wants the encoding {wanted!r}; those with tokenizer {tokenizer} here: "
                    f"{', '.join(fitting) or 'none'}"
                )
        return self


class Config(Settings):
    """config.yaml and its overlays: which studies run, from where, and how big."""

    studies: list[Name] = Field(["demo"], min_length=1, description="names of files in config/studies")
    mirror: str | None = Field(
        None, description="folder with resources as NAME/FILE and SHA256SUMS, tried before the network"
    )
    encoders: dict[str, str] = Field(default_factory=dict, description="encoder role → resource that fills it")
    overrides: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, description="study → settings that replace those of its file (said so in its report)"
    )
