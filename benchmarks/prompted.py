"""Label likelihoods of a language model: labels side by side, and the examples read once, beside one pass for each.

    python benchmarks/prompted.py --threads 2    # make check-prompted; half a minute

The decoder is like Llama, with random weights. Both ways score the same prompts, in turn; the scores are compared.
Exit status: 0 if all is as expected, else 1.
"""

import argparse
import sys
import time

import numpy as np
import torch
from check_gpu import Check
from transformers import LlamaConfig, LlamaForCausalLM

from textstudy.models.prompted import LabelLikelihood

CLASSES, PROMPTS, ROUNDS = 8, 4, 3
EXAMPLES, TEXT, LABEL = 600, 120, 3  # tokens: of what all prompts begin with, of the longest text, of a label
GOAL = 8.0  # times as fast


def make_scorer(generator: np.random.Generator) -> LabelLikelihood:
    """Return a small decoder with random weights, and labels."""
    torch.manual_seed(0)
    sizes = {"hidden_size": 256, "intermediate_size": 688, "num_hidden_layers": 4, "num_attention_heads": 4}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=5_000, **sizes)).eval()
    return LabelLikelihood(model, generator.integers(3, 5_000, (CLASSES, LABEL)).tolist())


def main() -> int:
    """Measure, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(parser.parse_args().threads)
    generator, check = np.random.default_rng(0), Check()
    scorer = make_scorer(generator)
    beginning = generator.integers(3, 5_000, EXAMPLES).tolist()
    lengths = generator.integers(TEXT // 2, TEXT + 1, PROMPTS)
    prompts = [beginning + generator.integers(3, 5_000, length).tolist() for length in lengths]
    seconds: dict[str, list[float]] = {"side by side": [], "one by one": []}
    with torch.inference_mode():
        for _ in range(ROUNDS):
            scores = {}
            for way, score in (
                ("side by side", lambda: scorer(prompts, EXAMPLES)),
                ("one by one", lambda: scorer.score_one_by_one(prompts)),
            ):
                start = time.perf_counter()
                scores[way] = score()
                seconds[way].append(time.perf_counter() - start)
            scorer._kept = ((), None)  # the next round reads the examples again
    for way, taken in seconds.items():
        check.show(f"prompts a second, {way}", PROMPTS / np.median(taken))
    ratios = [plain / ours for plain, ours in zip(seconds["one by one"], seconds["side by side"], strict=True)]
    check.show("times as fast, the lowest of the rounds", min(ratios), least=GOAL)
    difference = float((scores["side by side"] - scores["one by one"]).abs().max())
    check.show("largest difference of a score", difference, unit="nats", most=1e-4)
    return int(check.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
