"""Settings of the data of a study: a corpus, its preparation, its encodings."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import FileName, Name, Settings, Share, problem
from textstudy.settings.corpora import Corpus
from textstudy.settings.perturbations import Augmentation

AUGMENTED = "Copies with typos among the training documents. The vocabulary is that of the documents without typos."


class Clean(Settings):
    """What cleaning removes from a text. Each step has its own switch."""

    headers: bool = Field(
        True,
        description="Remove a leading block of header fields that a mail or news program wrote, such headers inside "
        "the body, and every line that names newsgroups.",
    )
    quotes: bool = Field(
        True,
        description="Remove quoted lines, the lines before them that say who wrote what is quoted, and an original "
        "message below the text.",
    )
    signatures: bool = Field(
        True,
        description="Remove signatures, with and without a `-- ` line before them, and last lines that recur in "
        "messages of one author.",
    )
    blocks: bool = Field(True, description="Remove PGP armour and data in uuencode, BinHex or base64.")
    content_words: bool = Field(
        False,
        description="Keep only content words: text in lower case without markup, addresses, special "
        "characters, English stop words and words of one or two characters.",
    )
    minimum_characters: int = Field(50, ge=0, description="Drop documents that have fewer characters after cleaning.")
    maximum_words: int | None = Field(
        400, gt=0, description="Keep this many words from the start of each document. null: all."
    )


class Deduplicate(Settings):
    """Which documents count as the same text."""

    near_threshold: Annotated[float, Field(gt=0, le=1)] | None = Field(
        0.7,
        description="Two documents are near-duplicates from this Jaccard similarity of their word 5-grams on "
        "(character 5-grams in scripts without spaces). null: only exact duplicates count, which differ in case and "
        "white space only.",
    )
    within_splits: bool = Field(
        True, description="Also drop duplicates inside one split. false: only those that stand in two official splits."
    )
    keep: Literal["train", "held_out"] = Field(
        "train", description="Where a text stays that stands in the training set and in a held-out set."
    )
    conflicts: Literal["drop", "majority", "keep"] = Field(
        "drop",
        description="What becomes of duplicates with different labels. drop: none is kept. majority: one with the most "
        "frequent label is, if there is one. keep: the first by id is. None is ever kept for validation or test. "
        "Without effect where `within_splits` is false.",
    )


class Split(Settings):
    """How documents are divided. Duplicates never stand in two splits."""

    validation: Share = Field(0.2, description="Share of the training documents that is set aside for validation.")
    test: Literal["official"] | Share = Field(
        "official", description="`official`, or the share of documents to draw where a corpus has no test set."
    )
    by: Literal["label", "group", "time"] = Field(
        "label",
        description="How a part is drawn that the corpus does not have. `label`: at random, the same share of each "
        "label. `group`: no author, thread, customer … in two of the parts drawn. `time`: the latest documents.",
    )
    group: str | None = Field(
        None,
        description="With `by: group`, the kind of group: `author` or `thread` of newsgroups, or the name of a column. "
        "null: all that the corpus has; documents that are connected through several kinds stay together.",
    )
    seed: int = Field(13, description="Seed of the draw.")

    @model_validator(mode="after")
    def _group_is_read(self) -> "Split":
        if self.group is not None and self.by != "group":
            raise problem("group needs by: group")
        return self


class Preparation(Settings):
    """A corpus cleaned, deduplicated and split."""

    name: Name = Field(description="Folder of the preparation under results/prepared.")
    corpus: Corpus = Field(description="Where the texts come from. `kind` says what kind of corpus it is.")
    clean: Clean = Field(Clean(), description="What is removed from each text.")
    deduplicate: Deduplicate = Field(Deduplicate(), description="Which documents count as the same text.")
    split: Split = Field(Split(), description="How the documents are divided.")
    ordinal: bool | tuple[str, ...] = Field(
        False,
        description="Whether the classes have an order, so that it counts how far off a wrong answer is. true: the "
        "order of their sorted names. Or all names from low to high.",
    )
    relabel: FileName | None = Field(
        None,
        description="A CSV file with the columns `id` and `new_label`: labels that a person corrected, put in place of "
        "those of the corpus after the split. An empty cell keeps the label, DROP leaves the document out. Relative to "
        "the checkout. null: none.",
    )

    @model_validator(mode="after")
    def _corrections_are_kept(self) -> "Preparation":
        if self.relabel is not None and self.relabel.removeprefix("./").startswith("results/"):
            raise problem(
                f"relabel is {self.relabel!r}, and files under results/ are written anew: copy the file to another "
                f"folder and name the copy"
            )
        return self


class WordsEncoding(Settings):
    """Words and punctuation marks as tokens, split as in GloVe. The vocabulary is counted on the training set."""

    tokenizer: Literal["words"]
    vocabulary_size: int | None = Field(
        None,
        gt=2,
        description="Keep this many of the most frequent words, with padding and the unknown word among "
        "them. null: all.",
    )
    lowercase: bool = Field(True, description="Fold words to lower case.")
    minimum_count: int = Field(
        2, ge=1, description="A word must occur this often in the training set to enter the vocabulary."
    )
    maximum_length: int = Field(256, gt=0, description="Tokens kept from the start of each document.")
    augmentation: Augmentation | None = Field(None, description=AUGMENTED)


class Windows(Settings):
    """Windows of `maximum_length` tokens, in which a document is read to its end instead of only its beginning."""

    overlap: int = Field(32, ge=0, description="Tokens that a window shares with the one before it.")
    maximum: int = Field(
        8, ge=2, description="Windows of a document. What comes after them is not read; the report counts it."
    )


class WordpiecesEncoding(Settings):
    """Subword tokens of a pretrained encoder (WordPiece or another kind)."""

    tokenizer: Literal["wordpieces"]
    encoder: FileName = Field(
        "distilbert-base-uncased",
        description="The pretrained encoder: a registered resource, a model of the hub as owner/name, or a "
        "folder that begins with ./ or /. The configuration may put another resource in its "
        "place.",
    )
    revision: str | None = Field(
        None,
        description="Commit, tag or branch of an encoder of the hub. null: its newest state, which the report names.",
    )
    maximum_length: int = Field(
        512,
        gt=2,
        description="Tokens kept from the start of each document, special tokens included; or of each window.",
    )
    windows: Windows | None = Field(
        None,
        description="Read a longer document in several windows. For models of architecture `pretrained`, which pool "
        "what they read in each, and `static`, which average it. null: cut it.",
    )
    augmentation: Augmentation | None = Field(None, description=AUGMENTED)

    @model_validator(mode="after")
    def _revision_of_the_hub(self) -> "WordpiecesEncoding":
        if self.revision is not None and self.encoder.startswith((".", "/")):
            raise problem("revision is for encoders of the hub, and this one is a folder: remove it")
        return self

    @model_validator(mode="after")
    def _windows_advance(self) -> "WordpiecesEncoding":
        half = (self.maximum_length - 2) // 2  # without the special tokens at its ends
        if self.windows is not None and self.windows.overlap > half:
            raise problem(
                f"windows share {self.windows.overlap} tokens, more than half of their {self.maximum_length}: lower "
                f"overlap, or raise maximum_length"
            )
        return self


class NgramsEncoding(Settings):
    """Words, n-grams of words and n-grams of characters, hashed to numbers. Texts are read to their end."""

    tokenizer: Literal["ngrams"]
    buckets: int = Field(
        2**18,
        ge=2,
        lt=2**31,
        description="Numbers that n-grams are hashed to. Those that share a number are one to a model.",
    )
    word_ngrams: int = Field(2, ge=1, le=5, description="Words in the longest n-gram of words.")
    character_ngrams: tuple[int, int] | None = Field(
        (3, 5),
        description="Shortest and longest n-gram of characters inside a word, whose edges count as characters. null: "
        "none, which is several times as fast.",
    )
    lowercase: bool = Field(True, description="Fold words to lower case.")
    augmentation: Augmentation | None = Field(None, description="Copies with typos among the training documents.")

    @model_validator(mode="after")
    def _shortest_comes_first(self) -> "NgramsEncoding":
        if self.character_ngrams and not 1 <= self.character_ngrams[0] <= self.character_ngrams[1]:
            raise problem(f"character_ngrams is {self.character_ngrams}: give the shortest and the longest, as [3, 5]")
        return self

    @property
    def vocabulary_size(self) -> int:
        """Rows of a table with a vector for each number, and for padding."""
        return self.buckets + 1

    @property
    def maximum_length(self) -> None:
        """No text is cut."""
        return None


Encoding = Annotated[WordsEncoding | WordpiecesEncoding | NgramsEncoding, Field(discriminator="tokenizer")]
