"""A small study with a model of each way of learning and all that is asked of runs, on stand-ins for resources."""

import hashlib
import zipfile
from pathlib import Path

TRAINING = {"epochs": 1, "batch_tokens": 8192, "learning_rate": 3e-3}
RECURRENT = {"architecture": "recurrent", "hidden_size": 4, "layers": 1, "pooling": "final", "training": TRAINING}
BERT = {"architecture": "pretrained", "encoding": "pieces", "training": TRAINING}
STUDY = {
    "title": "Every kind",
    "preparation": {
        "name": "tiny",
        "corpus": {"kind": "demo", "documents": 300},
        "clean": {"content_words": True},
    },
    "encodings": {
        "words": {"tokenizer": "words", "maximum_length": 64},
        "pieces": {"tokenizer": "wordpieces", "encoder": "minilm", "maximum_length": 32},
        "windows": {"tokenizer": "wordpieces", "encoder": "minilm", "maximum_length": 16, "windows": {"overlap": 4}},
        "ngrams": {"tokenizer": "ngrams", "buckets": 500},
    },
    "seeds": [1],
    "phases": [{"name": "choose", "models": ["lstm", "lstm_glove"]}],
    "models": {
        "linear_nb": {"architecture": "linear", "classifier": "complement_nb"},
        "lstm": {**RECURRENT, "embeddings": "random", "embedding_size": 3},
        "lstm_glove": {**RECURRENT, "embeddings": "glove", "embedding_size": 3},
        "wider": {"architecture": "winner", "winner": "choose", "changes": {"hidden_size": 6}},
        "frozen": {**BERT, "strategy": "freeze"},
        "hybrid": {**BERT, "encoding": "windows", "strategy": "hybrid", "head_training": TRAINING},
        "adapters": {**BERT, "strategy": "lora"},
        "static": {"architecture": "static", "encoding": "pieces", "embedding_size": 3, "training": {"epochs": 1}},
        "near": {"architecture": "neighbours", "encoding": "pieces", "neighbours": [5, 9]},
        "kernel": {"architecture": "kernel", "encoding": "pieces", "landmarks": 50},
        "fasttext": {"architecture": "fasttext", "embedding_size": 3, "training": {"epochs": 1}},
        "both": {"architecture": "ensemble", "members": ["linear_nb", "lstm"], "method": "pool"},
        "linear_nb_refit": {"architecture": "refit", "model": "linear_nb"},
        "lstm_refit": {"architecture": "refit", "model": "lstm"},
        "both_refit": {"architecture": "refit", "model": "both"},
    },
    "perturbations": {"documents": 20, "shares": [0.2], "models": ["linear_nb", "lstm", "frozen"]},
    "explanations": {"documents": 2, "models": ["linear_nb", "lstm", "frozen"]},
    "learning_curve": {"models": ["linear_nb"], "shares": [0.3, 0.5, 0.7]},
    "search": {"models": {"lstm": {"space": {"dropout": [0.1, 0.2]}}, "near": {}}, "trials": 2},
}


def make_mirror(folder: Path, encoder: Path) -> Path:
    """Return a mirror of the resources that the study needs: few words, and the encoder as `minilm`."""
    words = "\n".join(f"{word} {number} 1 -1" for number, word in enumerate(("the", "and", "game", "drive", "is"), 1))
    for path, member, content in (
        ("glove.6B/glove.6B.zip", "glove.6B.3d.txt", f"{words}\n"),
        ("nltk_data/corpora/stopwords.zip", "stopwords/english", "the\nof\n"),
    ):
        (folder / path).parent.mkdir(parents=True)
        with zipfile.ZipFile(folder / path, "w") as archive:
            archive.writestr(member, content)
    (folder / "minilm").mkdir()
    for path in encoder.iterdir():
        (folder / "minilm" / path.name).write_bytes(path.read_bytes())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text("".join(lines))
    return folder
