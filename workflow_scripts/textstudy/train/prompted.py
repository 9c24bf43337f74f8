"""The training of a language model that is asked by a prompt: examples are drawn, and the prompt is fixed."""

import logging
import math
from dataclasses import replace

import numpy as np
import pandas as pd
from safetensors import safe_open

from textstudy.machine.stopwatch import Stopwatch
from textstudy.prompts.prompt import draw_prompt
from textstudy.runs import Run, training_record, write_run

logger = logging.getLogger(__name__)


def train_prompted(run: Run, split: pd.DataFrame) -> None:
    """Draw the examples from the training documents and write the prompt, the shares of the classes and settings.

    Args:
        split: the SPLIT table of the preparation; no document outside the training split is looked at.

    Raises:
        StudyError: `label_texts` does not fit the labels.
    """
    train, stopwatch = split[split["split"] == "train"], Stopwatch()
    prompt, labels = draw_prompt(run.settings, train, seed=run.seed)
    shares = train["label"].value_counts(normalize=True)[labels].to_numpy(np.float32)
    logger.info("the prompt shows %d examples, %d of them cut", len(prompt.examples), prompt.cut)
    prompt.write(run.files.folder)
    training = training_record(
        parameters=count_parameters(run),
        lap=stopwatch.lap(),
        load_average=stopwatch.load(),
    )
    write_run(replace(run, labels=labels), training=training, weights={"shares": shares})


def count_parameters(run: Run) -> dict[str, int]:
    """Return the parameters of a language model that runs here: total, trainable, frozen; 0 for one at an endpoint."""
    total = 0
    if run.files.encoder_folder is not None:
        with safe_open(run.files.encoder_folder / "model.safetensors", "numpy") as file:
            total = sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 (not a dict)
    return {"total": total, "trainable": 0, "frozen": total}
