"""Settings of texts in a table: a file, a folder of files, or a data set of the hub."""

from typing import Literal

from pydantic import Field, model_validator

from textstudy.settings.base import FileName, problem
from textstudy.settings.corpora.base import CorpusSettings
from textstudy.settings.corpora.sample import Sample


class TableCorpus(CorpusSettings):
    """Your own texts: a CSV, TSV, JSONL or Parquet file, or a data set of the Hugging Face hub."""

    kind: Literal["table"]
    path: FileName | None = Field(
        None,
        description="A file with one document a row (.csv, .tsv, .jsonl or .parquet, also gzipped), or a "
        "folder of such files whose names (train…, dev…, test…) say the split. Relative to the "
        "checkout.",
    )
    resource: str | None = Field(None, description="A registered resource that holds the file, instead of `path`.")
    hub: str | None = Field(None, description="A data set of the Hugging Face hub (owner/name), instead of `path`.")
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
    labels: dict[str, str] | None = Field(
        None, description="Value in the label column → name shown. null: the values themselves."
    )
    sample: Sample | None = Field(None, description="Use a stratified sample of the documents. null: all.")

    @model_validator(mode="after")
    def _one_source(self) -> "TableCorpus":
        if sum(source is not None for source in (self.path, self.resource, self.hub)) != 1:
            raise problem("exactly one of path, resource and hub must be given")
        return self

    @property
    def files(self) -> str | None:
        """The file or folder that `path` names."""
        return self.path

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
