"""What only the author of a study can say of its texts; the report prints it in the data statement."""

from pydantic import Field

from textstudy.settings.base import Settings

PARTS = {  # after Bender and Friedman (2018), Data Statements for Natural Language Processing
    "curation": "Which texts were chosen, and why.",
    "language_variety": "Language and variety, such as en-US of news groups in 1993.",
    "speakers": "Who wrote the texts: age, gender, region, first language, number.",
    "annotators": "Who gave the labels, and how they were told to.",
    "situation": "When and where the texts were written, for whom, and whether they were edited.",
    "characteristics": "Genre and subject of the texts.",
    "quality": "What is known to be wrong with the texts or labels.",
    "risks": "What may go wrong when a model trained on these texts is used.",
    "consent": "Whether the writers agreed to this use, and what was done about personal data.",
}


class DataStatement(Settings):
    """What a reader should know of the texts and only their owner can say. The report states what is left out."""

    curation: str | None = Field(None, description=PARTS["curation"])
    language_variety: str | None = Field(None, description=PARTS["language_variety"])
    speakers: str | None = Field(None, description=PARTS["speakers"])
    annotators: str | None = Field(None, description=PARTS["annotators"])
    situation: str | None = Field(None, description=PARTS["situation"])
    characteristics: str | None = Field(None, description=PARTS["characteristics"])
    quality: str | None = Field(None, description=PARTS["quality"])
    consent: str | None = Field(None, description=PARTS["consent"])
    risks: str | None = Field(None, description=PARTS["risks"])
    published: int | None = Field(
        None,
        ge=1400,
        le=2100,
        description="Year from which everybody can read the texts, so that an encoder may have learned from them. "
        "null: as the registered corpus says; texts of your own are not known to be public.",
    )
