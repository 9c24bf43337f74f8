"""INT8: the weights of a graph in 8 bits, and activations as they come (dynamic quantization of onnxruntime)."""

import logging
import tempfile
from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process


def quantize(graph: Path, path: Path) -> None:
    """Write a graph with integers for matrices and tables of vectors, each column of a matrix on its own scale."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises on stderr what the next line does
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            prepared = Path(folder) / "prepared.onnx"
            quant_pre_process(str(graph), str(prepared), skip_symbolic_shape=True)
            # Seven bits, because processors without VNNI overflow with eight: the same answers wherever it is copied.
            quantize_dynamic(str(prepared), str(path), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    finally:
        root.setLevel(level)
