"""Attention as one operator of onnxruntime, where torch's exporter writes a dozen small ones for each layer."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import onnx
import torch
from torch.onnx import symbolic_helper
from torch.onnx.symbolic_opset14 import scaled_dot_product_attention as plain_attention

_ATTENTION = "aten::scaled_dot_product_attention"


@contextmanager
def fused_attention(opset: int) -> Iterator[None]:
    """Let torch's exporter of traces write `MultiHeadAttention` of onnxruntime meanwhile."""
    torch.onnx.register_custom_op_symbolic(_ATTENTION, _attend, opset)
    try:
        yield
    finally:
        torch.onnx.unregister_custom_op_symbolic(_ATTENTION, opset)


@symbolic_helper.parse_args("v", "v", "v", "v", "f", "b", "v", "b")
def _attend(graph, query, key, value, mask, dropout, causal, scale, grouped):
    """Write the attention of queries, keys and values (batch, heads, time, size), and return its output, likewise.

    The mask broadcasts to (batch, heads, time, time). The operator has the heads side by side, (batch, time, width).
    """
    masked = not symbolic_helper._is_none(mask)
    shapes = [part.type().sizes() for part in islice(graph.original_node.inputs(), 3 + masked)]
    same = all(shape == shapes[0] for shape in shapes[:3])  # each position of a document attends to all others
    if causal or grouped or dropout or not same or any(len(shape or ()) != 4 for shape in shapes):
        return plain_attention(graph, query, key, value, mask, dropout, causal, scale, grouped)
    _, heads, _, size = shapes[0]

    def constant(*numbers):
        return graph.op("Constant", value_t=torch.tensor(numbers))

    def join_heads(part):
        return graph.op("Reshape", graph.op("Transpose", part, perm_i=[0, 2, 1, 3]), constant(0, -1, heads * size))

    inputs, options = [join_heads(part) for part in (query, key, value)], {"num_heads_i": heads}
    if not symbolic_helper._is_none(scale):
        options["scale_f"] = symbolic_helper._maybe_get_const(scale, "f")
    if masked:
        if mask.type().scalarType() == "Bool":
            # Finite, because the softmax of a row of infinities is no number.
            mask = graph.op("Where", mask, constant(0.0), constant(torch.finfo(torch.float32).min))
        time = graph.op("Shape", inputs[0], start_i=1, end_i=2)
        rows = graph.op("Concat", constant(1, 1), time, constant(1), axis_i=0)
        missing = symbolic_helper._optional_input_placeholder_tensor(graph)
        inputs += [missing, missing, graph.op("Expand", mask, rows)]  # it wants a row for each query
    attended = graph.op("com.microsoft::MultiHeadAttention", *inputs, **options)
    # The exporter does not know it, and would take batch and time of its example for those of every batch.
    attended.setType(query.type().with_sizes([None, None, heads * size]))
    return graph.op("Transpose", graph.op("Reshape", attended, constant(0, -1, heads, size)), perm_i=[0, 2, 1, 3])


def straighten(path: Path) -> None:
    """Take out of a graph what splits heads only for them to be joined again, and what nobody reads then."""
    model = onnx.load(path)
    nodes = model.graph.node
    attentions = [node for node in nodes if node.op_type == "MultiHeadAttention"]
    if not attentions:
        return
    makers = {name: node for node in nodes for name in node.output}
    layouts = {node.input[0]: node for node in nodes if node.op_type in ("Reshape", "Transpose")}
    for attention in attentions:
        for place in range(3):
            joined = makers[attention.input[place]]
            split = makers.get(joined.input[0])
            if split is not None and split.op_type == joined.op_type == "Reshape":
                attention.input[place] = split.input[0]
        steps = [layouts[attention.output[0]]]
        while steps[-1].output[0] in layouts:
            steps.append(layouts[steps[-1].output[0]])
        turns = [list(step.attribute[0].ints) for step in steps if step.op_type == "Transpose"]
        # Turned twice or not at all, numbers are as they were, and the last step alone gives them their shape.
        if steps[-1].op_type == "Reshape" and turns in ([], [[0, 2, 1, 3]] * 2):
            steps[-1].input[0] = attention.output[0]
    read, kept = {output.name for output in model.graph.output}, []
    for node in reversed(nodes):
        if read.intersection(node.output):
            read.update(node.input)
            kept.append(node)
    del nodes[:]
    nodes.extend(reversed(kept))
    onnx.save(model, path)
