"""Small encoders with random weights, each with a tokenizer made from a few sentences, saved as a checkpoint folder."""

import json
from pathlib import Path

import pandas as pd
import pytest

# Settings of a classifier that is fine-tuned as a whole, with nothing special about any layer.
FINE_TUNING = {
    "strategy": "full",
    "pooling": "auto",
    "head": "linear",
    "head_size": None,
    "activation": "relu",
    "standardize": False,
    "dropout": 0.1,
    "layer_rates": None,
    "layer_decay": None,
    "gradient_checkpointing": False,
}

_TEXTS = [
    "The pitcher threw the ball, and the crowd went wild.",
    "A disk drive that won't spin; is it the cable or the controller?",
    "He said: it is 3.5 miles from here.",
]
_BERT_SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


def _wordpiece(model_class, configuration_class, sizes, folder: Path, **extra) -> Path:
    import torch
    from transformers import BertTokenizer

    words = sorted({word for text in _TEXTS for word in text.lower().replace(",", " ").replace(".", " ").split()})
    pieces = [
        *"abcdefghijklmnopqrstuvwxyz0123456789.,;:?'",
        *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    ]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(words + pieces)]
    BertTokenizer(vocab={word: number for number, word in enumerate(vocabulary)}).save_pretrained(folder)
    torch.manual_seed(0)
    configuration = configuration_class(vocab_size=len(vocabulary), max_position_embeddings=64, **sizes, **extra)
    model_class(configuration).save_pretrained(folder)
    return folder


def _byte_pairs():
    """A tokenizer of RoBERTa's kind; its padding id is 0."""
    from transformers import RobertaTokenizer

    return RobertaTokenizer().train_new_from_iterator(_TEXTS, vocab_size=300)


def _published_byte_pairs():
    """The same with the special tokens at the ids that published checkpoints have: the padding id is 1."""
    from transformers import RobertaTokenizer

    trained = json.loads(_byte_pairs().backend_tokenizer.to_str())["model"]
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    words = special + [word for word in sorted(trained["vocab"], key=trained["vocab"].get) if word not in special]
    vocabulary = {word: number for number, word in enumerate(words)}
    return RobertaTokenizer(vocab=vocabulary, merges=[tuple(pair) for pair in trained["merges"]])


def _make(kind: str, folder: Path) -> Path:
    import torch
    import transformers as t

    if kind == "bert":
        return _wordpiece(t.BertModel, t.BertConfig, _BERT_SIZES, folder)
    if kind == "electra":
        return _wordpiece(t.ElectraModel, t.ElectraConfig, {**_BERT_SIZES, "embedding_size": 16}, folder)
    if kind == "distilbert":
        return _wordpiece(
            t.DistilBertModel, t.DistilBertConfig, {"dim": 32, "n_layers": 2, "n_heads": 4}, folder, hidden_dim=64
        )
    tokenizer = _published_byte_pairs() if kind == "roberta_published" else _byte_pairs()
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    configuration = t.RobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=66, pad_token_id=tokenizer.pad_token_id, **_BERT_SIZES
    )
    t.RobertaModel(configuration).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def encoder_of(tmp_path_factory):
    """A function from a kind to its folder: bert, distilbert, electra, roberta, roberta_published (padding id 1)."""
    made: dict[str, Path] = {}

    def folder_of(kind: str) -> Path:
        if kind not in made:
            made[kind] = _make(kind, tmp_path_factory.mktemp(kind))
        return made[kind]

    return folder_of


@pytest.fixture
def frame() -> pd.DataFrame:
    return nine_documents()


def nine_documents() -> pd.DataFrame:
    """Nine short documents in three splits, of which one is empty and one holds words no training document has."""
    texts = [
        "The ball went over the fence.",
        "The cable, the disk and the drive!",
        "It is the ball. The ball?",
        "A pitcher threw the disk.",
        "The crowd went wild, wild, wild.",
        "",
        "zebra quagga the",
        "Is the drive here?",
        "the the the the the the the the the the the the",
    ]
    splits = ["train"] * 5 + ["validation"] * 2 + ["test"] * 2
    labels = ["sport", "computer", "sport", "sport", "sport", "computer", "sport", "computer", "sport"]
    ids = [f"document-{number}" for number in range(9)]
    return pd.DataFrame({"id": ids, "text": texts, "label": labels, "split": splits, "cluster": ids})
