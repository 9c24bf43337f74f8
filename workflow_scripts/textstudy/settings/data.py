"""Settings of the data of a study: a corpus, its preparation, its encodings."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import FileName, Name, Settings, Share, problem
from textstudy.settings.perturbations import Augmentation

AUGMENTED = "perturbed copies among the training documents; the vocabulary stays that of the documents themselves"


class Parts(Settings):
    """How many documents each split of a sample has."""

    train: int = Field(gt=0)
    validation: int = Field(gt=0)
    test: int = Field(gt=0)


class Sample(Settings):
    """A stratified sample of a corpus."""

    size: int | None = Field(None, gt=0, description="documents in the sample, in the shares of the official splits")
    parts: Parts | None = Field(
        None,
        description="documents of each split, instead of `size`: train and validation from the official training part, "
        "test from the official test part",
    )
    seed: int = Field(13, description="seed of the draw")

    @model_validator(mode="after")
    def _one_size(self) -> "Sample":
        if (self.size is None) == (self.parts is None):
            raise problem("exactly one of size and parts must be given")
        return self


class NewsgroupsCorpus(Settings):
    """20 Newsgroups, the bydate version with headers, as published (archive or extracted tree)."""

    kind: Literal["newsgroups"]
    name: Name = Field("newsgroups", description="folder of the corpus under results/corpora")
    resource: str = Field("20newsgroups", description="resource that holds the messages")
    groups: dict[str, list[str]] | None = Field(
        None, description="label → groups, to recast the task; default: each group a label"
    )
    sample: Sample | None = Field(None, description="stratified sample of the messages; default: all")


class SstCorpus(Settings):
    """Stanford Sentiment Treebank: sentences of film reviews, or all their phrases, with five labels."""

    kind: Literal["sst"]
    name: Name = Field("sst", description="folder of the corpus under results/corpora")
    resource: str = Field("sst", description="resource that holds the trees")
    phrases: bool = Field(
        False, description="train on every phrase of the training trees; validation and test are always sentences"
    )


class TableCorpus(Settings):
    """Your own texts: a CSV, TSV, JSONL or Parquet file, or a data set of the Hugging Face hub."""

    kind: Literal["table"]
    name: Name = Field(description="folder of the corpus under results/corpora")
    path: FileName | None = Field(
        None,
        description="file with one document a row (.csv, .tsv, .jsonl, .parquet, also gzipped), or a folder of such "
        "files, whose names (train…, dev…, test…) tell the official split; counted from the checkout",
    )
    resource: str | None = Field(None, description="registered resource that holds the file, instead of `path`")
    hub: str | None = Field(None, description="data set of the Hugging Face hub (owner/name), instead of `path`")
    text: str | list[str] = Field("text", description="column of the text; of several names the first that is there")
    label: str = Field("label", description="column of the label")
    split: str | None = Field(
        None,
        description="column of the official split, if there is one: train, training, validation, valid, val, dev, "
        "test, testing or empty",
    )
    identifier: str | None = Field(None, description="column of a unique id; default: the row number")
    title: str | None = Field(None, description="column put before the text, if there is one")
    labels: dict[str, str] | None = Field(None, description="value of the label column → name shown; default: itself")
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


Corpus = Annotated[NewsgroupsCorpus | SstCorpus | TableCorpus | DemoCorpus, Field(discriminator="kind")]


class Clean(Settings):
    """What cleaning removes from a message, each step on its own switch."""

    headers: bool = Field(
        True,
        description="remove a leading block of header fields (two known ones at least), header lines "
        "pasted into the body and every `Newsgroups:` line",
    )
    quotes: bool = Field(True, description="remove quoted lines and the attribution lines before them")
    signatures: bool = Field(True, description="remove signatures, with and without their `-- ` line")
    blocks: bool = Field(True, description="remove PGP armour and uuencoded, BinHex and base64 data")
    content_words: bool = Field(
        False,
        description="reduce a text to its content words: lower case; markup, addresses, special characters, English "
        "stop words and words of fewer than 3 characters out",
    )
    minimum_characters: int = Field(50, ge=0, description="drop documents that are shorter after cleaning")
    maximum_words: int | None = Field(400, gt=0, description="keep this many words of each document; null keeps all")


class Deduplicate(Settings):
    """Which documents count as the same text."""

    near_threshold: Annotated[float, Field(gt=0, le=1)] | None = Field(
        0.7,
        description="Jaccard similarity of word 5-grams (of characters, in scripts without spaces) from which two "
        "documents are near-duplicates; null: exact only",
    )
    within_splits: bool = Field(
        True, description="drop duplicates inside one split too; false: only what stands in two official splits"
    )
    keep: Literal["train", "held_out"] = Field(
        "train", description="where a text that stands in train and in a held-out split stays"
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
    augmentation: Augmentation | None = Field(None, description=AUGMENTED)


class WordpiecesEncoding(Settings):
    """WordPiece (or other subword) tokens of a pretrained encoder."""

    tokenizer: Literal["wordpieces"]
    encoder: FileName = Field(
        "distilbert-base-uncased",
        description="role or resource of the encoder (config `encoders` says what fills it), a model of the "
        "hub as owner/name, or a folder that begins with ./ or /",
    )
    maximum_length: int = Field(512, gt=2, description="tokens kept of each document, special tokens included")
    augmentation: Augmentation | None = Field(None, description=AUGMENTED)


Encoding = Annotated[WordsEncoding | WordpiecesEncoding, Field(discriminator="tokenizer")]
