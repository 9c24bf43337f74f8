"""Who wins a phase."""

from pathlib import Path

from textstudy.storage.files import write_json
from textstudy.train.phases import rank


def run(folder: Path, accuracies: list[float], *, loss: float = 1.0, parameters: int = 10, **training_settings) -> Path:
    """Write what a training leaves: one epoch per accuracy, the best one kept."""
    folder.mkdir(parents=True)
    history = [{"validation_accuracy": value, "validation_loss": loss} for value in accuracies]
    training = {"best_epoch": accuracies.index(max(accuracies)) + 1, "parameters": {"total": parameters}}
    settings = {"name": folder.parent.name} | ({"training": training_settings} if training_settings else {})
    files = {"history": history, "training": training, "settings": {"settings": settings}}
    for name, value in files.items():
        write_json(folder / f"{name}.json", value)
    return folder


def test_the_mean_over_seeds_of_the_kept_epochs_decides(tmp_path):
    runs = [
        ("lucky", run(tmp_path / "lucky" / "1", [0.2, 0.9, 0.1])),
        ("lucky", run(tmp_path / "lucky" / "2", [0.3])),
        ("steady", run(tmp_path / "steady" / "1", [0.7])),
        ("steady", run(tmp_path / "steady" / "2", [0.5, 0.7])),
    ]
    first, second = rank(runs)
    assert (first["model"], first["rank"], first["settings"]) == ("steady", 1, {"name": "steady"})
    assert first["validation_accuracy"] == {"mean": 0.7, "spread": 0.0, "by_run": [0.7, 0.7]}
    assert second["validation_accuracy"]["by_run"] == [0.9, 0.3]


def test_ties_go_to_the_lower_loss_then_to_the_smaller_model(tmp_path):
    runs = [
        ("large", run(tmp_path / "large" / "1", [0.7], parameters=20)),
        ("small", run(tmp_path / "small" / "1", [0.7], parameters=10)),
        ("sure", run(tmp_path / "sure" / "1", [0.7], loss=0.5, parameters=30)),
    ]
    assert [row["model"] for row in rank(runs)] == ["sure", "small", "large"]
    assert rank(runs[:1])[0]["validation_accuracy"]["spread"] is None


def test_a_loss_with_label_smoothing_breaks_no_tie(tmp_path):
    runs = [
        ("smoothed", run(tmp_path / "smoothed" / "1", [0.7], loss=0.9, label_smoothing=0.1)),
        ("plain", run(tmp_path / "plain" / "1", [0.7], loss=0.5, parameters=20, label_smoothing=0.0)),
    ]
    assert [row["model"] for row in rank(runs)] == ["smoothed", "plain"]
