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
