"""Settings of exported networks."""

from typing import Annotated, Literal

from pydantic import Field

from textstudy.settings.base import Distinct, RuleName, Settings


class Exports(Settings):
    """Networks in forms that need no torch, each compared with the network that it was made from."""

    models: tuple[RuleName, ...] | None = Field(
        None,
        description="Networks whose first run is exported, and ensembles and cascades that have any. null: all "
        "networks.",
    )
    formats: Annotated[tuple[Literal["onnx", "int8"], ...], Distinct] = Field(
        ("onnx", "int8"), min_length=1, description="onnx: float32, for onnxruntime; int8: the same with 8 bits."
    )
