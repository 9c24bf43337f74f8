"""Settings of the data of a study: a corpus, its preparation, its encodings."""

from typing import Annotated, Literal

from pydantic import Field

from textstudy.settings.base import FileName, Name, Settings, Share
from textstudy.settings.corpora import Corpus
from textstudy.settings.perturbations import Augmentation

AUGMENTED = "perturbed copies among the training documents; the vocabulary stays that of the documents themselves"


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
