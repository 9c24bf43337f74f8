"""What a language model with a prompt is made of, for its diagram."""

from typing import Any

from textstudy.describe.describe import make_step
from textstudy.prompts.prompt import Prompt
from textstudy.runs import Run
from textstudy.train.prompted import count_parameters


def describe_prompted(run: Run) -> dict[str, Any]:
    """Return {"inputs", "steps", "parameters"}: the prompt, the language model, and how its answer is read."""
    prompt, settings = Prompt.read(run.files.folder), run.settings
    parameters = count_parameters(run)
    asked, read = (
        (f"{settings['endpoint']['model']} at an endpoint", "label in its answer")
        if settings["endpoint"]
        else (settings["language_model"], "probability of each label")
    )
    return {
        "inputs": {"text": ["batch"]},
        "steps": [
            make_step("prompt", f"instruction, {len(prompt.examples)} examples, text", 1),
            make_step("language model", asked, 1, parameters["total"], trainable=0),
            make_step("answer", read, len(run.labels)),
        ],
        "parameters": parameters,
    }
