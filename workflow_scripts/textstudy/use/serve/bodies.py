"""What requests and answers hold; the OpenAPI description is made from it."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from textstudy.perturb.kinds import KINDS
from textstudy.use.serve.limits import TEXT_CHARACTERS, TEXTS

Text = Annotated[str, Field(max_length=TEXT_CHARACTERS)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=TEXTS)]
OneOrMany = BeforeValidator(
    lambda given: [given] if isinstance(given, str) else given, json_schema_input_type=Text | Texts
)
ModelName = Annotated[
    str | None, Field(max_length=200, description="Which of the models of `/models` answers; by default the first.")
]


class Request(BaseModel):
    """The body of a request; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PredictRequest(Request):
    """Texts to classify."""

    texts: Annotated[Texts, OneOrMany, Field(description="One raw text, or a list of them.")]
    model: ModelName = None


class ExplainRequest(Request):
    """A text whose answer is to be explained."""

    text: Text
    label: Annotated[
        str | None, Field(max_length=1000, description="The label to explain; by default the most probable one.")
    ] = None
    model: ModelName = None


class PerturbRequest(Request):
    """A text that is to get typos."""

    text: Text
    kind: Annotated[Literal[KINDS], Field(description="What is done to a word.")] = "neighbour_swap"
    share: Annotated[float, Field(gt=0, le=1, description="Share of the words; at least one is changed.")] = 0.1


class Answer(BaseModel):
    """What a model says of one text."""

    label: str
    probability: float
    probabilities: dict[str, float]
    empty: Annotated[bool, Field(description="Whether cleaning left nothing of the text, so that this is a guess.")]


class PredictResponse(BaseModel):
    """The answers of a model, in the order of the texts."""

    model: str
    answers: list[Answer]


class Word(BaseModel):
    """A word or punctuation mark of the clean text, and what it adds to the score of the label."""

    start: Annotated[int, Field(description="Place of its first character, in Unicode code points.")]
    end: Annotated[int, Field(description="Place after its last character.")]
    weight: float


class ExplainResponse(BaseModel):
    """Which words speak for a label, and which against it."""

    model: str
    label: str
    text: Annotated[str, Field(description="The clean text, as far as the model reads it.")]
    words: list[Word]


class Edit(BaseModel):
    """A change of a text, at a place of the original one, in Unicode code points."""

    start: int
    end: int
    before: str
    after: str


class PerturbResponse(BaseModel):
    """A text with typos."""

    text: str
    edits: list[Edit]


class ModelInfo(BaseModel):
    """A model that is served."""

    name: str
    title: str
    classes: list[str]
    explains: Annotated[bool, Field(description="Whether `/explain` can say which words decided.")]


class Mix(BaseModel):
    """How often each model answered each class in the last hour."""

    minutes: int
    models: dict[str, dict[str, int]]


class Health(BaseModel):
    """That the server answers."""

    status: Literal["ok"]


class Error(BaseModel):
    """What is wrong, in a sentence."""

    error: str
