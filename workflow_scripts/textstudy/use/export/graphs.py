"""The graph of a trained network in a bundle, written only if it computes what torch computes."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from textstudy.errors import StudyError
from textstudy.runs import Run
from textstudy.storage.files import read_tensors
from textstudy.train.combiners import method
from textstudy.use.export import network as networks
from textstudy.use.export.parity import STRANGE, compare, demand_agreement, demand_equal
from textstudy.use.export.quantize import quantize
from textstudy.use.graph import Graph, Inputs, load_combiner, load_encode


def write_checked_graph(name: str, run: Run, path: Path, *, int8: bool, texts: Sequence[str]) -> None:
    """Write the network of a run as a graph, with its tokenizer in the `encoding` beside it.

    In float32 it is compared on made-up documents of many sizes and lengths, on strange texts and on `texts`; in INT8
    then on `texts`, where there are any.

    Raises:
        StudyError: the graph is another model.
    """
    network, weighted = networks.whole_network(run), bool(run.settings.get("tfidf_weighting"))
    if run.files.encoder_folder is not None:
        networks.write_tokenizer(run, path.parent / "encoding")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        exact = Path(folder) / "exact.onnx"
        networks.write_graph(network, exact, weighted=weighted)
        graph = Graph(exact)
        made_up = networks.made_up_inputs(run, weighted=weighted)
        pairs = [(networks.predict(network, inputs), _ask(name, graph, inputs)) for inputs in made_up]
        here, there = networks.load_encode(run), load_encode(run, path.parent / "encoding")
        ours = [*STRANGE, *texts]
        expected = networks.predict(network, here(ours))
        pairs.append((expected, _ask(name, graph, there(ours))))
        demand_equal(name, pairs)
        if not int8:
            exact.replace(path)
            return
        quantize(exact, path)
    if texts:
        found = Graph(path, alone=True).predict(there(texts))
        demand_agreement(name, compare(expected[len(STRANGE) :], found)["agreement"], len(texts))


def _ask(name: str, graph: Graph, inputs: Inputs) -> np.ndarray:
    try:
        return graph.predict(inputs)
    except Exception as error:  # those of onnxruntime have no class in common
        raise StudyError(
            f"the exported {name} fails on batches of some sizes, so nothing was written: export it as native."
        ) from error


def write_checked_combiner(name: str, run: Run, path: Path, *, members: int) -> None:
    """Write the network of a learned ensemble as a graph.

    Raises:
        StudyError: the graph is another model.
    """
    networks.write_combiner(run, path, members=members)
    generator = np.random.default_rng(0)
    arrays, combine, pairs = read_tensors(run.files.folder / "weights.safetensors"), load_combiner(path), []
    for documents in (1, 2, 50):
        answers = generator.dirichlet(np.ones(len(run.labels)), (members, documents)).astype(np.float32)
        pairs.append((method("learned")[1](arrays, answers), combine(arrays, answers)))
    demand_equal(name, pairs)
