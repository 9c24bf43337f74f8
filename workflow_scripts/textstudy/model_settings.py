"""Settings of the models of a study and of their training."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator

from textstudy.settings import RuleName, Settings, Share, problem


class Training(Settings):
    """How a network learns."""

    epochs: int = Field(20, ge=1, description="most epochs")
    batch_tokens: int | None = Field(
        None, gt=0, description="tokens in a padded batch; documents of like length share one"
    )
    batch_size: int | None = Field(None, gt=0, description="documents in a batch, instead of batch_tokens")
    learning_rate: float = Field(1e-3, gt=0)
    optimizer: Literal["adam", "adamw"] = "adam"
    weight_decay: float = Field(
        0.0,
        ge=0,
        description="adamw leaves biases and normalisation weights out; adam applies it to all, as an L2 penalty",
    )
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = Field(1e-8, gt=0)
    schedule: Literal["constant", "linear", "cosine", "plateau"] = Field(
        "constant", description="course of the learning rate"
    )
    warmup_share: float = Field(
        0.0, ge=0, lt=1, description="share of the steps in which the learning rate rises from 0"
    )
    plateau_patience: int = Field(3, ge=0, description="epochs without a better validation loss before the rate falls")
    plateau_factor: Share = Field(0.5, description="factor by which the rate falls on a plateau")
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    class_weights: bool = Field(
        False, description="weight the loss by 1 / class count, normalised to sum to the number of classes"
    )
    gradient_clip: float | None = Field(1.0, gt=0, description="largest norm of the gradient; null: no clipping")
    accumulation: int = Field(1, ge=1, description="batches whose gradients make one step")
    patience: int | None = Field(
        None, ge=1, description="stop after so many epochs without a better validation score; null: never"
    )
    select_by: Literal["accuracy", "macro_f1", "loss"] = Field(
        "accuracy", description="validation score that chooses the epoch"
    )

    @model_validator(mode="after")
    def _one_batch_rule(self) -> "Training":
        if (self.batch_tokens is None) == (self.batch_size is None):
            raise problem("exactly one of batch_tokens and batch_size must be given")
        return self


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
    embeddings: Literal["random", "glove"] = "glove"
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


class PretrainedModel(Settings):
    """A head on the states of a pretrained encoder; with `freeze`, the states are computed once per document."""

    architecture: Literal["pretrained"]
    title: str = Field("", description="name shown in the report")
    encoding: RuleName = "wordpieces"
    strategy: Literal["freeze"] = "freeze"
    pooling: Literal["cls", "mean", "pooler"] = "cls"
    head: Literal["linear", "two_layer"] = "two_layer"
    head_size: int | None = Field(None, ge=1, description="width of the two-layer head; default: the encoder's width")
    activation: Literal["relu", "gelu", "tanh"] = Field("relu", description="between the two layers of the head")
    standardize: bool = Field(False, description="scale each document's states to mean 0 and variance 1 first")
    dropout: float = Field(0.3, ge=0, lt=1)
    training: Training


DefinedModel = Annotated[
    LinearModel | RecurrentModel | TransformerModel | EncoderDecoderModel | PretrainedModel,
    Field(discriminator="architecture"),
]
AS_MODEL = TypeAdapter(DefinedModel)  # once: building it takes longer than a hundred validations
Model = Annotated[DefinedModel | WinnerModel, Field(discriminator="architecture")]
