"""Frozen states the plain way (order of the corpus, fixed batches, padding) against `textstudy.encode.features`.

    python benchmarks/features.py ENCODER_FOLDER SPLIT.parquet --documents 500

Both ways compute the same states of the same documents with the same weights and threads; the largest difference is
printed beside the ratio. CPU seconds are given too, since they vary less than elapsed time on a machine that is shared.
"""

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd
import torch

from textstudy.encode.encoders import load_encoder
from textstudy.encode.features import encoder_states
from textstudy.encode.table import Encoding, read_encoding
from textstudy.encode.wordpieces import encode_wordpieces


def plain_states(model: torch.nn.Module, encoding: Encoding, *, batch_size: int, fixed: int | None) -> np.ndarray:
    """Return the [CLS] states, (N, hidden): batches in corpus order, padded to their longest or to `fixed`."""
    states = []
    for start in range(0, len(encoding), batch_size):
        lengths = encoding.lengths[start : start + batch_size]
        input_ids = np.zeros((len(lengths), fixed or lengths.max()), dtype=np.int64)
        for row, length in enumerate(lengths):
            input_ids[row, :length] = encoding.document(start + row)
        mask = torch.from_numpy(np.arange(input_ids.shape[1]) < lengths[:, None]).long()
        with torch.inference_mode():
            states.append(model(torch.from_numpy(input_ids), attention_mask=mask).last_hidden_state[:, 0].numpy())
    return np.concatenate(states)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoder", type=Path)
    parser.add_argument("table", type=Path, help="a split preparation")
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--maximum-length", type=int, default=512)
    arguments = parser.parse_args()
    frame = pd.read_parquet(arguments.table)
    frame = frame.sample(min(arguments.documents, len(frame)), random_state=0).reset_index(drop=True)
    with tempfile.TemporaryDirectory() as folder:
        encode_wordpieces(frame, arguments.encoder, {"maximum_length": arguments.maximum_length}, folder)
        encoding = read_encoding(Path(folder) / "encoding.arrow")
    model, size, longest = load_encoder(arguments.encoder), arguments.batch_size, arguments.maximum_length
    ways = {
        "like lengths together": lambda: encoder_states(model, encoding, precision="float32")["cls"],
        "padded per batch": lambda: plain_states(model, encoding, batch_size=size, fixed=None),
        f"padded to {longest}": lambda: plain_states(model, encoding, batch_size=size, fixed=longest),
    }
    tokens, first, reference = int(encoding.lengths.sum()), None, None
    print(f"{len(encoding)} documents, {tokens} tokens, {torch.get_num_threads()} threads")
    for name, compute in ways.items():
        elapsed, cpu = perf_counter(), process_time()
        states = compute()
        elapsed, cpu = perf_counter() - elapsed, process_time() - cpu
        first, reference = first or (elapsed, cpu), states if reference is None else reference
        print(
            f"{name:22} {elapsed:7.1f} s  {tokens / elapsed:6.0f} tokens/s  {elapsed / first[0]:5.2f} x"
            f"  CPU {cpu:7.1f} s  {cpu / first[1]:5.2f} x  largest difference {np.abs(states - reference).max():.1e}"
        )


if __name__ == "__main__":
    main()
