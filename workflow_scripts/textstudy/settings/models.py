"""Settings of the models of a study."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator

from textstudy.settings.base import RuleName, Settings, Share, problem
from textstudy.settings.training import Training


class LinearModel(Settings):
    """TF-IDF features and a linear classifier; probabilities calibrated on validation."""

    architecture: Literal["linear"]
    title: str = Field("", description="name shown in the report")
    classifier: Literal["complement_nb", "logistic", "svm"] = "complement_nb"
    word_ngrams: tuple[int, int] = Field((1, 2), description="shortest and longest word n-gram")
    character_ngrams: tuple[int, int] | None = Field(
        None, description="shortest and longest character n-gram within words"
    )
    minimum_document_frequency: int = Field(2, ge=1, description="training documents an n-gram must occur in")
    sublinear: bool = Field(True, description="1 + ln(count) in place of the count")
    stop_words: Literal["english"] | None = None
    class_weights: bool = False
    regularization: tuple[float, ...] = Field(
        (0.1, 0.3, 1.0), min_length=1, description="values tried (alpha, or C); validation chooses"
    )


class WordVectors(Settings):
    """What every network that reads token ids has in common: the vectors of its tokens, and how it learns."""

    title: str = Field("", description="name shown in the report")
    encoding: RuleName = "words"
    embedding_size: int = Field(300, ge=1)
    embeddings: Literal["random", "glove"] = Field(
        "glove", description="random, or GloVe's vectors of English words, of 50, 100, 200 or 300 dimensions"
    )
    freeze_embeddings: bool = False
    embedding_dropout: float = Field(0.0, ge=0, lt=1, description="on the elements of the word vectors")
    word_dropout: float = Field(0.0, ge=0, lt=1, description="share of words whose vector is left out in training")
    training: Training


class RecurrentModel(WordVectors):
    """Word embeddings, a recurrent network, a pooled state, a linear layer."""

    architecture: Literal["recurrent"]
    cell: Literal["rnn", "lstm", "gru"] = "lstm"
    layers: int = Field(2, ge=1)
    hidden_size: int = Field(128, ge=1, description="units a direction")
    bidirectional: bool = True
    tfidf_weighting: bool = Field(
        False, description="scale each word vector by the word's TF-IDF weight in its document"
    )
    pooling: Literal["final", "attention", "dot_attention"] = Field(
        "attention",
        description="final states; learned self-attention; or attention by each output's product with the final state",
    )
    dropout: float = Field(0.3, ge=0, lt=1, description="between layers and before the head")


class TransformerModel(WordVectors):
    """Word embeddings with positions, Transformer encoder layers, a pooled state, a linear layer."""

    architecture: Literal["transformer"]
    layers: int = Field(2, ge=1)
    heads: int = Field(4, ge=1)
    hidden_size: int = Field(128, ge=1, description="width of the model, a multiple of `heads`")
    feedforward_size: int = Field(512, ge=1)
    positions: Literal["sinusoidal", "learned"] = "sinusoidal"
    maximum_length: int = Field(512, ge=1, description="positions that are learned, where they are")
    normalisation: Literal["pre", "post"] = Field("post", description="before each block's function, or after its sum")
    activation: Literal["relu", "gelu"] = "relu"
    pooling: Literal["mean", "cls", "attention"] = Field(
        "mean", description="mean of the tokens; a learned class vector before them; or learned self-attention"
    )
    dropout: float = Field(0.1, ge=0, lt=1, description="on the embedded input, in the layers and before the head")
    attention_dropout: float = Field(
        0.0, ge=0, lt=1, description="on the attention weights; without, fused kernels run on a CPU too, twice as fast"
    )

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> "TransformerModel":
        if self.hidden_size % self.heads:
            raise problem(f"hidden_size {self.hidden_size} must be a multiple of heads, {self.heads}")
        return self


class EncoderDecoderModel(WordVectors):
    """A bidirectional LSTM encoder, whose final states start an LSTM decoder; the decoder's output is classified."""

    architecture: Literal["encoder_decoder"]
    layers: int = Field(1, ge=1)
    hidden_size: int = Field(128, ge=1, description="units a direction of the encoder")
    attention: bool = Field(True, description="the decoder attends over the encoder's outputs")
    dropout: float = Field(0.3, ge=0, lt=1, description="between layers and before the head")


class WinnerModel(Settings):
    """The model that won a phase, with changes; which one that is, this run decides."""

    architecture: Literal["winner"]
    title: str = Field("", description="name shown in the report")
    winner: RuleName = Field(description="the phase whose winner is extended")
    changes: dict[str, Any] = Field(
        default_factory=dict, description="settings that replace the winner's, mapping by mapping"
    )


class LayerRates(Settings):
    """Learning rates of an encoder's parts; layers between the first and the last lie on a geometric scale."""

    embeddings: float = Field(gt=0)
    first: float = Field(gt=0, description="first encoder layer")
    last: float = Field(gt=0, description="last encoder layer; the head learns at `training.learning_rate`")


class PretrainedModel(Settings):
    """A pretrained encoder with a head; with `freeze`, the head reads states computed once per document."""

    architecture: Literal["pretrained"]
    title: str = Field("", description="name shown in the report")
    encoding: RuleName = "wordpieces"
    strategy: Literal["freeze", "full", "hybrid"] = Field(
        "freeze", description="what learns: the head; everything; the head first, then everything"
    )
    pooling: Literal["auto", "cls", "mean", "pooler"] = Field(
        "auto", description="auto: the pooler where the encoder has one, else the state of [CLS]"
    )
    head: Literal["linear", "two_layer"] = "two_layer"
    head_size: int | None = Field(None, ge=1, description="width of the two-layer head; default: the encoder's width")
    activation: Literal["relu", "gelu", "tanh"] = Field("relu", description="between the two layers of the head")
    standardize: bool = Field(False, description="scale each document's states to mean 0 and variance 1 first")
    dropout: float = Field(0.3, ge=0, lt=1)
    attention_dropout: float | None = Field(
        0.0,
        ge=0,
        lt=1,
        description="of the encoder's attention weights in training; without, fused kernels run on a CPU too; null: as "
        "the encoder was trained",
    )
    layer_rates: LayerRates | None = Field(None, description="learning rates of the encoder's parts")
    layer_decay: Share | None = Field(
        None, description="factor from each layer's learning rate to that of the layer below; instead of layer_rates"
    )
    unfreeze_every: int | None = Field(
        None, ge=1, description="epochs after which one layer more begins to learn, from the top; null: all at once"
    )
    frozen_layers: int = Field(0, ge=0, description="lower layers that never learn, the embeddings with them")
    reinitialize_layers: int = Field(0, ge=0, description="upper layers that start from random weights")
    gradient_checkpointing: bool = Field(False, description="less memory for about a third more arithmetic")
    training: Training
    head_training: Training | None = Field(None, description="how the head learns before the rest; for `hybrid`")

    @model_validator(mode="after")
    def _settings_fit_the_strategy(self) -> "PretrainedModel":
        if (self.head_training is not None) != (self.strategy == "hybrid"):
            raise problem("head_training belongs to strategy hybrid, which needs it")
        if self.layer_rates and self.layer_decay:
            raise problem("layer_rates and layer_decay exclude each other")
        of_the_encoder = {
            "layer_rates", "layer_decay", "unfreeze_every", "frozen_layers", "reinitialize_layers",
            "gradient_checkpointing",
        }  # fmt: skip
        idle = sorted(name for name in of_the_encoder if getattr(self, name))
        if self.strategy == "freeze" and idle:
            raise problem(f"{idle[0]} has no meaning where the encoder is frozen: choose strategy full or hybrid")
        if self.strategy == "hybrid" and self.reinitialize_layers:
            raise problem("reinitialize_layers would draw anew what a hybrid's head has learned to read: choose full")
        return self


class NeighboursModel(Settings):
    """The training documents nearest to a document, by the states of a frozen encoder, vote on its class."""

    architecture: Literal["neighbours"]
    title: str = Field("", description="name shown in the report")
    encoding: RuleName = "wordpieces"
    strategy: Literal["freeze"] = Field("freeze", description="the encoder is used as it is")
    pooling: Literal["auto", "cls", "mean", "pooler"] = Field("mean", description="as for `pretrained`")
    neighbours: tuple[int, ...] = Field(
        (20, 50, 100), min_length=1, description="how many vote; validation chooses among these"
    )
    temperature: tuple[float, ...] = Field(
        (0.03, 0.05, 0.1),
        min_length=1,
        description="of the softmax over the neighbours' cosines; validation chooses among these",
    )


class EmbeddingRecurrentModel(Settings):
    """A BiLSTM over the embeddings of a pretrained encoder, which stay frozen; attention, then a two-layer head."""

    architecture: Literal["embedding_recurrent"]
    title: str = Field("", description="name shown in the report")
    encoding: RuleName = "wordpieces"
    layers: int = Field(2, ge=1)
    hidden_size: int = Field(384, ge=1, description="units a direction")
    head_size: int = Field(384, ge=1)
    dropout: float = Field(0.3, ge=0, lt=1, description="between layers and in the head")
    training: Training


class EnsembleModel(Settings):
    """Members' predictions joined; it reads their prediction files and never loads a model."""

    architecture: Literal["ensemble"]
    title: str = Field("", description="name shown in the report")
    members: list[RuleName] = Field(min_length=2)
    method: Literal["average", "pool", "stacked", "learned"] = Field(
        "pool",
        description="mean of the probabilities; their weighted product; logistic regression on them; a small network",
    )
    fitted_on: Literal["validation", "train"] = Field(
        "validation", description="documents the members were not trained on, or those they were"
    )
    regularization: tuple[float, ...] = Field(
        (0.001, 0.01, 0.1, 1.0), min_length=1, description="values of C tried for `stacked`; cross-validation chooses"
    )
    training: Training = Field(
        default_factory=lambda: Training(epochs=30, batch_size=64, schedule="cosine"),
        description="of `learned`; default: 30 epochs, batch_size 64, schedule cosine",
    )

    @model_validator(mode="after")
    def _nothing_to_watch(self) -> "EnsembleModel":
        if self.training.schedule == "plateau":
            raise problem("schedule plateau watches the validation loss, and an ensemble has no validation left")
        return self


class RefitModel(Settings):
    """Another model of the study, trained as chosen there, on training and validation documents together."""

    architecture: Literal["refit"]
    title: str = Field("", description="name shown in the report")
    model: RuleName


DefinedModel = Annotated[
    LinearModel
    | RecurrentModel
    | TransformerModel
    | EncoderDecoderModel
    | PretrainedModel
    | NeighboursModel
    | EmbeddingRecurrentModel
    | EnsembleModel,
    Field(discriminator="architecture"),
]
AS_MODEL = TypeAdapter(DefinedModel)  # once: building it takes longer than a hundred validations
Model = Annotated[DefinedModel | WinnerModel | RefitModel, Field(discriminator="architecture")]
