"""A pretrained classifier of whose encoder only adapters of low rank learn (LoRA: Hu et al. 2021, arXiv:2106.09685).

In training mode each adapter adds its output to that of the layer beside it. In evaluation mode the adapters are merged
into the weights of these layers: a prediction costs what it costs without them, and validation, evaluation, a loaded
model and an exported one all compute with the same weights.
"""

from collections.abc import Mapping
from typing import Any

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING
from torch import Tensor, nn

from textstudy.models.pretrained import PretrainedClassifier

# The layers that compute queries and values, as for the encoders that peft knows.
TARGETS = TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING | {
    "distilbert": ["q_lin", "v_lin"],
    "mpnet": ["q", "v"],
    "modernbert": ["Wqkv"],
}


class AdaptedClassifier(PretrainedClassifier):
    """A pretrained encoder with adapters, pooling, and a head. A state dict holds what learns: adapters and head."""

    def __init__(self, encoder: nn.Module, head: nn.Module, *, adapters: Mapping[str, Any], **options: Any) -> None:
        super().__init__(add_adapters(encoder, adapters), head, **options)
        self._frozen = {name for name, value in self.named_parameters() if not value.requires_grad}
        self._frozen |= {name for name, _ in self.named_buffers()}
        self._adapted = [module for module in encoder.modules() if isinstance(module, LoraLayer)]
        self._weights: list[Tensor] = []  # of the adapted layers before the adapters were merged; empty if they are not
        self.register_state_dict_post_hook(_leave_out_frozen)
        self.register_load_state_dict_post_hook(_go_on_without_frozen)

    def train(self, mode: bool = True) -> "AdaptedClassifier":
        """Merge the adapters in evaluation mode. In training mode the encoder has its own weights again, to the bit."""
        if mode:
            self._separate()
        elif not self._weights:
            self._merge()
        return super().train(mode)

    # Validation runs in inference mode, whose tensors could not learn afterwards.
    @torch.inference_mode(False)
    @torch.no_grad()
    def _merge(self) -> None:
        for layer in self._adapted:
            weight = layer.get_base_layer().weight
            self._weights.append(weight.data)
            weight.data = weight.data.clone()
            layer.merge()

    def _separate(self) -> None:
        # peft would subtract what it added, and leave rounding errors in the encoder.
        for layer, weights in zip(self._adapted, self._weights, strict=False):
            layer.get_base_layer().weight.data = weights
            layer.merged_adapters.clear()
        self._weights = []

    def layer_groups(self) -> list[tuple[str, list[nn.Parameter]]]:
        """Return what learns, by name of its group."""
        groups = super().layer_groups()
        return [(name, [value for value in parameters if value.requires_grad]) for name, parameters in groups]


def _leave_out_frozen(module: AdaptedClassifier, state: dict[str, Any], prefix: str, *_: Any) -> None:
    for name in module._frozen:
        state.pop(f"{prefix}{name}", None)


def _go_on_without_frozen(module: AdaptedClassifier, keys: Any) -> None:
    keys.missing_keys[:] = [name for name in keys.missing_keys if name not in module._frozen]
    if module._weights:  # the adapters that are merged are not those that were loaded
        module._separate()
        module._merge()


def add_adapters(encoder: nn.Module, settings: Mapping[str, Any]) -> nn.Module:
    """Freeze an encoder of `transformers`, and put an adapter beside each of some linear layers of it.

    Args:
        settings: rank, alpha, dropout and target_modules; None of these means those of `TARGETS`.

    Raises:
        ValueError: the encoder has no such layers.
    """
    kind = encoder.config.model_type
    targets = settings["target_modules"] or TARGETS.get(kind, [])
    linear = [name for name, module in encoder.named_modules() if isinstance(module, nn.Linear)]
    absent = [target for target in targets if not any(f".{name}".endswith(f".{target}") for name in linear)]
    if absent or not targets:
        lacks = f"{kind} has no linear layer {absent[0]!r}" if absent else f"no layers of {kind} are known to adapt"
        names = ", ".join(sorted({name.rpartition(".")[2] for name in linear}))
        raise ValueError(f"{lacks}: set lora.target_modules to some of {names}")
    configuration = LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        lora_dropout=settings["dropout"],
        target_modules=list(targets),
    )
    return inject_adapter_in_model(configuration, encoder)
