"""Settings of texts in class folders."""

import codecs
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from textstudy.settings.base import FileName, problem
from textstudy.settings.corpora.base import CorpusSettings
from textstudy.settings.corpora.sample import Sample
from textstudy.settings.label_names import LabelNames


class FoldersCorpus(CorpusSettings):
    """Your own texts: one text a file, in a folder for each class, such as pos/1.txt or train/pos/1.txt."""

    many_files: ClassVar[bool] = True

    kind: Literal["folders"]
    path: FileName = Field(
        description="The folder that holds the class folders, or folders train, dev and test with class folders in "
        "them. Relative to the checkout."
    )
    resource: None = Field(None, description="Texts in class folders are your own: there is none.")
    encoding: str = Field("utf-8", description="Encoding of the files, such as utf-8, latin-1, cp1252 or gb18030.")
    labels: LabelNames | None = Field(
        None,
        description="Name of a class folder → name of the class; folders with one name are one class. null: the names "
        "of the folders.",
    )
    sample: Sample | None = Field(None, description="Use a stratified sample of the documents. null: all.")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise problem(f"there is no encoding {encoding!r}: use a name that Python knows, such as latin-1") from None
        return encoding

    @property
    def files(self) -> str:
        """The folder that `path` names."""
        return self.path

    @property
    def classes(self) -> int | None:
        """Known where the labels are named."""
        return len(set(self.labels.values())) if self.labels else None

    @property
    def origin(self) -> dict[str, str]:
        """Stated by the owner of the texts."""
        return {"licence": "as the owner of the texts states", "source": "texts of your own"}
