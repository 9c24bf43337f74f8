"""What every kind of corpus states about itself, once."""

from typing import ClassVar

from pydantic import Field

from textstudy.settings.base import Name, Settings


class CorpusSettings(Settings):
    """Base of the settings of every kind of corpus.

    A kind is a subclass with a literal field `kind`, in a file of this folder that is named like it. Its reader is
    `textstudy/corpora/KIND.py` with `read(source, settings)`.

    Attributes:
        synthetic: whether its texts were generated, so that scores say nothing of real texts.
        many_files: a folder of it may hold too many files to be inputs of a rule one by one.
    """

    synthetic: ClassVar[bool] = False
    many_files: ClassVar[bool] = False

    name: Name = Field(description="Folder of the corpus under results/corpora.")
    resource: str | None = Field(None, description="A registered resource that holds the corpus.")

    @property
    def files(self) -> str | None:
        """The file or folder of the user's own that it is read from."""
        return None

    @property
    def streamed(self) -> bool:
        """Whether it comes from outside while it is read, so that only its own manifest says what was read."""
        return False

    @property
    def classes(self) -> int | None:
        """How many labels it has, where that is known before it is read."""
        return None

    @property
    def origin(self) -> dict[str, str] | None:
        """Its licence and source as {"licence", "source"}, where no resource states them."""
        return None

    @property
    def language(self) -> str | None:
        """The language of its texts as a code; None where only the texts can tell."""
        return "en" if self.resource else None

    def facts(self) -> dict[str, object]:
        """Return what a model card says of where the texts come from."""
        return {"origin": self.origin, "language": self.language, "synthetic": self.synthetic}
