"""Settings of language models that classify by a prompt."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from textstudy.settings.base import FileName, Settings, problem
from textstudy.settings.models.base import Input, Learner, ModelSettings

INSTRUCTION = "Classify the text. Answer with exactly one of these labels, and nothing else: {labels}."
DOCUMENT = "Text: {text}\nLabel: {label}"


class Price(Settings):
    """What an endpoint asks for a million tokens."""

    input: float = Field(ge=0, description="For a million tokens of prompts.")
    output: float = Field(ge=0, description="For a million tokens of answers.")
    currency: str = Field("USD", description="In which money.")


class Endpoint(Settings):
    """A server with the chat interface of OpenAI. The texts are sent to it."""

    url: str = Field(description="Address up to `/chat/completions`, such as `https://api.openai.com/v1`.")
    model: str = Field(description="Name of the model there.")
    key: str | None = Field(
        None, description="Name of the environment variable that holds the key. null: the endpoint wants none."
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="Parameters of a request, in addition to or instead of `temperature: 0`, `max_tokens: 16`, `seed` "
        "(of the run), `logprobs: true` and `top_logprobs: 20`. null leaves one out. An endpoint that refuses `seed` "
        "or log-probabilities is asked without them.",
    )
    parallel: int = Field(4, ge=1, le=256, description="Requests that wait for their answers at the same time.")
    requests_per_minute: float | None = Field(None, gt=0, description="Most requests in a minute. null: no limit.")
    timeout: float = Field(60, gt=0, description="Seconds after which a request is made again.")
    price: Price | None = Field(None, description="Prices, for the costs in the report. null: they are not known.")

    @model_validator(mode="before")
    @classmethod
    def _no_secret_stands_here(cls, data: Any) -> Any:
        # Before the fields are checked, because the error for a field shows its value.
        if isinstance(data, Mapping):
            address = urlsplit(str(data.get("url", "")))
            if address.scheme not in ("http", "https") or not address.hostname:
                raise problem("url of the endpoint is no address that begins with http:// or https://")
            if address.username or address.password or address.query:
                raise problem("url of the endpoint holds a name, a password or a query: give the key by `key`")
            key = data.get("key")
            if key is not None and not _is_variable(key):
                raise problem("key of the endpoint is no name of an environment variable: put the key itself into one")
        return data

    @property
    def host(self) -> str:
        """The machine that the texts are sent to."""
        return urlsplit(self.url).hostname


def _is_variable(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and name.isascii()


class PromptedModel(ModelSettings):
    """A language model that is asked for the label of a text. Nothing is trained."""

    learner: ClassVar[Learner] = "prompted"

    architecture: Literal["prompted"]
    endpoint: Endpoint | None = Field(
        None, description="A server that is asked. Either this or `language_model` is given."
    )
    language_model: FileName | None = Field(
        None,
        description="A decoder or an encoder-decoder that runs here: of the hub as owner/name, or a local folder. The "
        "label whose text it finds most probable after the prompt is the answer.",
    )
    examples: int = Field(
        0, ge=0, description="Training documents of each class that the prompt shows, drawn with the seed of the run."
    )
    instruction: str = Field(
        INSTRUCTION, min_length=1, description="Beginning of the prompt. {labels} stands for all labels."
    )
    document: str = Field(
        DOCUMENT,
        description="How the prompt shows an example and, without its label, the text that is asked about. It ends "
        "with {label}.",
    )
    label_texts: dict[str, Annotated[str, Field(min_length=1)]] = Field(
        default_factory=dict,
        description="Label → what it is called in the prompt and in answers, where it is not the label itself.",
    )
    example_characters: int = Field(500, ge=1, description="Characters of an example; a longer one is cut.")
    text_characters: int = Field(
        4000, ge=1, description="Characters of a text that is asked about; a longer one is cut."
    )
    smoothing: float = Field(
        0.05,
        gt=0,
        lt=1,
        description="Probability that is spread evenly over all classes where an endpoint gives no log-probabilities; "
        "its answer has the rest.",
    )

    @model_validator(mode="after")
    def _one_language_model(self) -> "PromptedModel":
        if (self.endpoint is None) == (self.language_model is None):
            raise problem("give either an endpoint or a language_model")
        if self.document.count("{text}") != 1 or self.document.count("{label}") != 1:
            raise problem(f"document {self.document!r} must hold {{text}} once and {{label}} once")
        if not self.document.endswith("{label}"):
            raise problem(f"document {self.document!r} must end with {{label}}, which the language model is to give")
        texts = [text.casefold() for text in self.label_texts.values()]
        if len(set(texts)) < len(texts):
            raise problem("label_texts gives two labels the same text")
        return self

    @property
    def uses_torch(self) -> bool:
        """Only a language model that runs here does."""
        return self.endpoint is None

    @property
    def deterministic(self) -> bool:
        """Only the choice of examples is random."""
        return self.examples == 0

    @property
    def host(self) -> str | None:
        """The machine that texts are sent to."""
        return self.endpoint.host if self.endpoint else None

    @property
    def costly(self) -> bool:
        """It is not asked about typos unless a study names it."""
        return True

    @property
    def inputs(self) -> set[Input]:
        """It reads the texts themselves, and the language model where that runs here."""
        return {"split"} if self.endpoint else {"split", "encoder"}

    @property
    def modules(self) -> list[str]:
        """Its training asks nothing."""
        return []

    @property
    def predictor(self) -> str:
        """One for each way of asking."""
        return "endpoint" if self.endpoint else "likelihood"

    @property
    def describer(self) -> str:
        """It is no network of this project."""
        return "prompted"

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        examples = {0: "without examples", 1: "with one example of each class"}
        return f"language model, {examples.get(self.examples, f'with {self.examples} examples of each class')}"
