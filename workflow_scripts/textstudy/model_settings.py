"""Settings of the models of a study and of their training."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

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


class RecurrentModel(Settings):
    """Word embeddings, a recurrent network, a pooled state, a linear layer."""

    architecture: Literal["recurrent"]
    title: str = Field("", description="name shown in the report")
    encoding: RuleName = "words"
    cell: Literal["rnn", "lstm", "gru"] = "lstm"
    layers: int = Field(2, ge=1)
    hidden_size: int = Field(128, ge=1, description="units a direction")
    bidirectional: bool = True
    embedding_size: int = Field(300, ge=1)
    embeddings: Literal["random", "glove"] = "glove"
    freeze_embeddings: bool = False
    tfidf_weighting: bool = Field(
        False, description="scale each word vector by the word's TF-IDF weight in its document"
    )
    pooling: Literal["final", "attention"] = "attention"
    dropout: float = Field(0.3, ge=0, lt=1, description="between layers and before the head")
    embedding_dropout: float = Field(0.0, ge=0, lt=1, description="on the word vectors")
    training: Training


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


Model = Annotated[LinearModel | RecurrentModel | PretrainedModel, Field(discriminator="architecture")]
