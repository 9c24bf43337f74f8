"""A run for the tests to kill: `python killed_run.py FOLDER OUTPUT`, slow enough to be caught in the middle."""

import sys
import time
from pathlib import Path

from textstudy.storage.files import write_json, write_tensors
from textstudy.train import loop
from train.small_network import CLASSES, EVENTFUL, corpus, network


def main(folder: Path, output: Path) -> None:
    loop.SAVE_SECONDS, loop.SAVING_SHARE = 0.0, 1.0  # save as often as may be
    model = network(dropout=0.5)
    model.register_forward_hook(lambda *_: time.sleep(0.02))
    train, validation = corpus(60, noise=0.6), corpus(30, seed=1, noise=0.6)
    options = {"settings": EVENTFUL, "classes": CLASSES, "seed": 3, "checkpoint_folder": folder}
    result = loop.fit(model, train, validation, **options)
    write_tensors(output / "weights.safetensors", result.best_state)
    write_json(output / "history.json", result.history)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
