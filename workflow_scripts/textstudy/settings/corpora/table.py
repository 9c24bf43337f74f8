"""Settings of texts in a table: a file, a folder of files, or a data set of the hub."""

from typing import Literal

from pydantic import Field, model_validator

from textstudy.settings.base import FileName, problem
from textstudy.settings.corpora.base import CorpusSettings
from textstudy.settings.corpora.sample import Sample
from textstudy.settings.label_names import LabelNames


class TableCorpus(CorpusSettings):
    """Your own texts: a CSV, TSV, JSONL or Parquet file, or a data set of the Hugging Face hub."""

    kind: Literal["table"]
    path: FileName | None = Field(
        None,
        description="A file with one document a row (.csv, .tsv, .jsonl or .parquet, also gzipped), or a "
        "folder of such files, whose names or folders (train, dev, test) say the split: all of them or "
        "none. Relative to the checkout.",
    )
    resource: str | None = Field(None, description="A registered resource that holds the file, instead of `path`.")
    hub: str | None = Field(None, description="A data set of the Hugging Face hub (owner/name), instead of `path`.")
    configuration: str | None = Field(None, description="Configuration of the hub data set, where it has several.")
    revision: str | None = Field(
        None, description="Commit, tag or branch of the hub data set. null: its newest state, which the report names."
    )
    splits: dict[str, Literal["train", "validation", "test"]] | None = Field(
        None,
        description="Split of the hub data set → split here, such as {train: train, validation: test}; others are left "
        "out, for instance those without labels. null: those that are called train, validation or test.",
    )
    quoting: bool | None = Field(
        None,
        description="Whether cells of CSV and TSV files may stand in quotation marks and then hold separators and line "
        "breaks. null: in CSV files, not in TSV files.",
    )
    text: str | list[str] = Field(
        "text", description="Column of the text. Of several names, the first that the table has."
    )
    label: str = Field("label", description="Column of the label.")
    split: str | None = Field(
        None,
        description="Column of the official split, with the values train, training, validation, valid, val, "
        "dev, test, testing or empty. null: no official split.",
    )
    identifier: str | None = Field(None, description="Column of a unique id. null: the row number.")
    title: str | None = Field(None, description="Column that is put before the text. null: none.")
    group: str | list[str] | None = Field(
        None,
        description="Column of what texts share and a split may have to keep together: an author, a customer, a "
        "thread. Or a list of such columns. null: none.",
    )
    time: str | None = Field(
        None,
        description="Column of the time of a text: 2024-05-31, 2024-05-31T12:00:00Z, 2024, seconds or milliseconds "
        "since 1970, or a date as in e-mail. null: none.",
    )
    labels: LabelNames | None = Field(
        None,
        description="Value in the label column → name of the class; values with one name are one class. null: the "
        "values themselves.",
    )
    sample: Sample | None = Field(None, description="Use a stratified sample of the documents. null: all.")

    @model_validator(mode="after")
    def _one_source(self) -> "TableCorpus":
        if sum(source is not None for source in (self.path, self.resource, self.hub)) != 1:
            raise problem("exactly one of path, resource and hub must be given")
        for key in ("configuration", "revision", "splits"):
            if getattr(self, key) is not None and self.hub is None:
                raise problem(f"{key} is for data sets of the hub, and hub is not given")
        return self

    @property
    def files(self) -> str | None:
        """The file or folder that `path` names."""
        return self.path

    @property
    def streamed(self) -> bool:
        """A data set of the hub is."""
        return self.hub is not None

    @property
    def classes(self) -> int | None:
        """Known where the labels are named."""
        return len(set(self.labels.values())) if self.labels else None

    @property
    def origin(self) -> dict[str, str] | None:
        """Stated by the owner of the texts, or by the hub's page of the data set."""
        if self.hub:
            page = f"https://huggingface.co/datasets/{self.hub}"
            return {"licence": f"stated at {page}", "source": page}
        return {"licence": "as the owner of the texts states", "source": "texts of your own"} if self.path else None
