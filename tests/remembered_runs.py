"""Runs of models that remember the states of training documents, with documents in place of an encoding."""

from textstudy.runs import Facts, Run, RunFiles
from textstudy.storage.files import read_json, read_tensors, write_json
from textstudy.train import remembered


def stand_in(folder, splits, monkeypatch):
    """Let trainings read `splits`, name → Documents of three classes; return the files that a run reads beside them."""
    write_json(folder / "encoding.json", {"labels": ["a", "b", "c"]})
    write_json(folder / "features.json", {"parameters": 1000, "pooler_parameters": 100})
    monkeypatch.setattr(remembered, "load_documents", lambda *_: splits)
    return {"encoding_folder": folder, "features_path": folder / "features.safetensors"}


def trained(train, settings, folder, files, base=None):
    """Train a run into a folder; return its weights and its training.json."""
    facts = Facts(learner=settings["architecture"], uses_torch=True, holds_encoder=False, reads_states=True)
    train(Run(RunFiles(folder, **files), settings, facts, seed=1, code="x", base=base))
    return read_tensors(folder / "weights.safetensors"), read_json(folder / "training.json")
