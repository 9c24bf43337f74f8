"""Data sets in the format of the hub: splits, names of labels, configurations and commits."""

from pathlib import Path

import pandas as pd
import pytest

from textstudy.corpora import table
from textstudy.errors import StudyError
from textstudy.settings.corpora.table import TableCorpus
from textstudy.storage.tables import DOCUMENTS

DEFAULTS = TableCorpus(kind="table", name="hub", hub="owner/name").model_dump(mode="json")
datasets = pytest.importorskip("datasets")


@pytest.fixture(scope="module")
def hub_data_set(tmp_path_factory) -> str:
    """A local data set in the format of the hub, with class labels and an unknown split."""
    folder = tmp_path_factory.mktemp("hub")
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["neg", "pos"])})
    for split, size in (("train", 40), ("test", 20), ("unsupervised", 10)):
        columns = {"text": [f"{split} {n}" for n in range(size)], "label": [n % 2 for n in range(size)]}
        datasets.Dataset.from_dict(columns, features=features).to_parquet(folder / f"{split}.parquet")
    (folder / "README.md").write_text(
        "---\nconfigs:\n- config_name: default\n  data_files:\n"
        + "".join(f"  - split: {split}\n    path: {split}.parquet\n" for split in ("train", "test", "unsupervised"))
        + "---\n"
    )
    return str(folder)


def test_hub_data_set_streams_with_the_names_of_its_labels(hub_data_set):
    documents = table.read(None, DEFAULTS | {"hub": hub_data_set})
    DOCUMENTS.validate(documents)
    assert documents["official_split"].value_counts().to_dict() == {"train": 40, "test": 20}
    assert documents.iloc[1].to_dict() == {
        "id": "train/1", "text": "train 1", "label": "pos", "official_split": "train",
    }  # fmt: skip
    assert documents.attrs["passed_over"] == {
        "split 'unsupervised'": "its name is not train, validation or test"
    }  # fmt: skip


def test_hub_data_set_is_sampled(hub_data_set):
    settings = DEFAULTS | {"hub": hub_data_set, "sample": {"size": 12, "parts": None, "seed": 1}}
    documents = table.read(None, settings)
    assert documents.groupby(["official_split", "label"]).size().to_dict() == {
        ("test", "neg"): 2, ("test", "pos"): 2, ("train", "neg"): 4, ("train", "pos"): 4,
    }  # fmt: skip


def test_parts_of_a_hub_data_set_come_from_its_splits(hub_data_set):
    sample = {"size": None, "parts": {"train": 20, "validation": 10, "test": 8}, "seed": 1}
    documents = table.read(None, DEFAULTS | {"hub": hub_data_set, "sample": sample})
    assert documents["official_split"].value_counts().to_dict() == {"train": 20, "validation": 10, "test": 8}
    origin = documents["id"].str.partition("/")[0]
    assert documents.groupby("official_split")["id"].count().sum() == documents["id"].nunique()
    assert set(zip(documents["official_split"], origin, strict=True)) == {
        ("train", "train"), ("validation", "train"), ("test", "test"),
    }  # fmt: skip


def test_hub_data_set_without_the_column_or_of_no_such_name_is_explained(hub_data_set, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match="`text` names the column 'content', which the split 'train' of the hub data"):
        table.read(None, DEFAULTS | {"hub": hub_data_set, "text": "content"})
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    with pytest.raises(StudyError, match="hub data set 'nobody/nothing' cannot be read"):
        table.read(None, DEFAULTS | {"hub": "nobody/nothing"})


def hub_folder(folder: Path, **configurations: dict[str, list]) -> str:
    """Write a data set in the format of the hub: configuration → split → its labels."""
    listed = []
    for configuration, splits in configurations.items():
        listed.append(f"- config_name: {configuration}\n  data_files:\n")
        for split, labels in splits.items():
            rows = pd.DataFrame({"text": [f"{configuration} {n}" for n in range(len(labels))], "label": labels})
            (folder / configuration).mkdir(parents=True, exist_ok=True)
            rows.to_csv(folder / configuration / f"{split}.csv", index=False)
            listed.append(f"  - {{split: {split}, path: {configuration}/{split}.csv}}\n")
    (folder / "README.md").write_text(f"---\nconfigs:\n{''.join(listed)}---\n")
    return str(folder)


def test_a_configuration_of_a_hub_data_set(tmp_path):
    hub = hub_folder(tmp_path / "two", en={"train": ["a", "b"]}, de={"train": ["a", "b"]})
    documents = table.read(None, DEFAULTS | {"hub": hub, "configuration": "de"})
    assert documents["text"].tolist() == ["de 0", "de 1"]
    with pytest.raises(
        StudyError, match="several configurations and needs one: set `configuration` to one of 'en', 'd"
    ):
        table.read(None, DEFAULTS | {"hub": hub})
    with pytest.raises(StudyError, match="does not have 'fr': set `configuration` to one of 'en', 'de'"):
        table.read(None, DEFAULTS | {"hub": hub, "configuration": "fr"})


@pytest.mark.parametrize("no_label", [-1, None])
def test_a_split_without_labels_is_left_out_by_a_setting(tmp_path, no_label):
    splits = {"train": [0, 1] * 4, "validation": [1, 0], "test": [no_label] * 3}
    hub = hub_folder(tmp_path / "secret", default=splits)
    with pytest.raises(StudyError, match="split 'test' of .*`splits: {train: train, validation: validation}`"):
        table.read(None, DEFAULTS | {"hub": hub})
    settings = DEFAULTS | {"hub": hub, "splits": {"train": "train", "validation": "test"}}
    documents = table.read(None, settings)
    assert documents["official_split"].value_counts().to_dict() == {"train": 8, "test": 2}
    assert documents.attrs["passed_over"] == {"split 'test'": "the setting `splits` does not name it"}
    with pytest.raises(StudyError, match="`splits` names 'tset', which .* choose from 'train', 'validation', 'test'"):
        table.read(None, settings | {"splits": {"tset": "test"}})


def test_splits_of_other_names_are_asked_for(tmp_path):
    hub = hub_folder(tmp_path / "other", default={"first": ["a", "b"], "second": ["a", "b"]})
    with pytest.raises(StudyError, match="No split .* say with the setting `splits` what its 'first', 'second' are"):
        table.read(None, DEFAULTS | {"hub": hub})
    documents = table.read(None, DEFAULTS | {"hub": hub, "splits": {"first": "train", "second": "test"}})
    assert documents["official_split"].tolist() == ["train", "train", "test", "test"]


def test_the_commit_that_is_read_is_asked_for_and_noted(hub_data_set, monkeypatch):
    """The hub is asked once for the commit, which is then read whatever happens to the branch."""
    import huggingface_hub

    asked = []
    commit = "0123456789abcdef0123456789abcdef01234567"
    load = datasets.load_dataset

    def info(self, name, revision=None):
        asked.append((name, revision))
        return type("Info", (), {"sha": commit})

    def load_here(name, configuration, *, revision, streaming):
        asked.append((name, configuration, revision))
        return load(hub_data_set, streaming=streaming)

    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", info)
    monkeypatch.setattr(datasets, "load_dataset", load_here)
    documents = table.read(None, DEFAULTS | {"hub": "owner/name", "revision": "v1"})
    assert asked == [("owner/name", "v1"), ("owner/name", None, commit)]
    assert documents.attrs["revision"] == commit
