"""What a study states of a small run, as `textstudy.workflow.card.describe_run` does."""

from pathlib import Path
from typing import Any

from textstudy.settings.data import Clean, Deduplicate, Split
from textstudy.use.usage import FILE, write_usage


def describe(name: str = "m", *, clean: Any = None, corpus: Any = None, **described: Any) -> dict[str, Any]:
    """Return the description of a run named `name`, changed as given."""
    settings = {"clean": Clean(**(clean or {})), "deduplicate": Deduplicate(), "split": Split(test=0.3)}
    preparation = {part: setting.model_dump(mode="json") for part, setting in settings.items()}
    return {
        "model": name, "title": name.title(), "seed": 1, "study": "mine", "stop_words": None, "files": {},
        "members": {}, "refits": None, "split": "results/prepared/tiny/split.parquet",
        "preparation": preparation | {"corpus": corpus or {}},
        **described,
    }  # fmt: skip


def write_description(folder: Path, name: str = "m", **described: Any) -> None:
    """Write the usage.json of a run into its folder, as the step of the card does."""
    write_usage(folder / FILE, describe(name, **described))
