"""A model for every way that a text reaches a model, for the tests of scores."""

from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel

TRAINING = {"epochs": 1, "batch_size": 4}
RECURRENT = {"embeddings": "random", "embedding_size": 6, "hidden_size": 5}
PRETRAINED = {"architecture": "pretrained", "training": TRAINING, "pooling": "mean"}
MODELS = {
    "linear": LinearModel(architecture="linear", minimum_document_frequency=1),
    "words": RecurrentModel(architecture="recurrent", training=TRAINING, tfidf_weighting=True, **RECURRENT),
    "wordpieces": RecurrentModel(architecture="recurrent", training=TRAINING, encoding="wordpieces", **RECURRENT),
    "freeze": PretrainedModel(**PRETRAINED),
    "full": PretrainedModel(**PRETRAINED, strategy="full"),
}
