"""The part of report.json on what encoders may have read before."""

from typing import Literal

from textstudy.report.schema.shapes import Part, key


class PublicCorpus(Part):
    """Whether everybody can read the corpus."""

    public: bool | None = key("null where nobody says")
    published: int | None = key("year from which everybody can read it; null where it is not known")


class Reader(Part):
    """An encoder, a language model or a set of word vectors that models start from."""

    resource: str
    kind: Literal["encoder", "language model", "vectors"]
    models: list[str]
    published: int | None = key("year; null where it is not registered")
    learned_from: str = key("what its publisher says that it learned from; empty where it is not registered")
    card: str = key("page that says so; empty without one")


class Exposure(Part):
    """What encoders may have read before."""

    corpus: PublicCorpus
    readers: list[Reader]
