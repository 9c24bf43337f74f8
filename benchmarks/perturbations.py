"""How fast texts are perturbed, against TextAttack 0.3.10: texts a second, and what a long document costs.

Both sides perturb the same reviews in one process, by turns kind by kind, one edit in each of a tenth of the words.
Ours is measured with and without TextAttack's faults, the making of each text's generator included. Long documents are
reviews strung together, cut at 200 and at 2,000 words.

    pip install -r benchmarks/requirements-textattack.txt  # in an environment of its own
    TEXTSTUDY_MIRROR=DIR python benchmarks/perturbations.py [--texts 40] [--longest 150] [--share 0.1]
"""

import argparse
import random
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
from check_textattack import augmenter, load_textattack, reviews

from textstudy.perturb.kinds import KINDS
from textstudy.perturb.perturb import generator_for, perturb

REPEATS = 5  # of ours, whose single pass takes milliseconds
SHORT, LONG = 200, 2000  # words


def seconds(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def ours(texts: list[str], kind: str, share: float, *, as_published: bool) -> Callable[[], None]:
    """Return the work of perturbing all texts."""

    def work() -> None:
        for number, text in enumerate(texts):
            generator = generator_for("reviews", str(number), kind, share, 0)
            perturb(text, kind, share=share, generator=generator, as_published=as_published)

    return work


def theirs(texts: list[str], kind: str, share: float) -> Callable[[], None]:
    made = augmenter(kind, share)
    return lambda: [made.augment(text) for text in texts]


def speeds(texts: list[str], share: float) -> None:
    print("| kind | ours, texts/s | ours as published | TextAttack | ratio | ratio as published |")
    print("|---|---:|---:|---:|---:|---:|")
    total = np.zeros(3)
    for kind in KINDS:
        before, after = [], []
        for _ in range(REPEATS):
            before.append([seconds(ours(texts, kind, share, as_published=published)) for published in (False, True)])
        plain = seconds(theirs(texts, kind, share))
        for _ in range(REPEATS):
            after.append([seconds(ours(texts, kind, share, as_published=published)) for published in (False, True)])
        times = np.array([*(median(column) for column in zip(*before, *after, strict=True)), plain])
        total += times
        print(row(kind, times, len(texts)), flush=True)
    print(row("all", total, len(texts) * len(KINDS)))


def row(name: str, times: np.ndarray, texts: int) -> str:
    corrected, published, plain = times
    rates = " | ".join(f"{rate:,.4g}" for rate in texts / times)
    return f"| {name} | {rates} | {plain / corrected:,.0f}x | {plain / published:,.0f}x |"


def lengths(pieces: list[str], share: float) -> None:
    """Print what a long document costs against a short one; the two take turns."""
    words = " ".join(pieces).split()
    if len(words) < LONG:
        sys.exit(f"{LONG} words are needed for a long document, and there are {len(words)}: raise --texts.")
    documents = [" ".join(words[:length]) for length in (SHORT, LONG)]
    print(f"| kind | {SHORT} words, ms | {LONG:,} words, ms | ratio | as published: ratio |")
    print("|---|---:|---:|---:|---:|")
    for kind in KINDS:
        ratios = []
        for published in (False, True):
            times = [
                [seconds(ours([document] * 5, kind, share, as_published=published)) / 5 for document in documents]
                for _ in range(REPEATS * 4)
            ]
            short, long = (median(column) * 1e3 for column in zip(*times, strict=True))
            ratios.append((short, long, long / short))
        (short, long, ratio), (*_, published_ratio) = ratios
        print(f"| {kind} | {short:.2f} | {long:.2f} | {ratio:.1f} | {published_ratio:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument(
        "--longest", type=int, default=150, help="words of the longest text; TextAttack's time is cubic"
    )
    parser.add_argument("--share", type=float, default=0.1, help="of the words of a text that are edited")
    arguments = parser.parse_args()
    load_textattack()
    random.seed(1)
    np.random.seed(1)
    texts = reviews(arguments.texts, longest=arguments.longest)
    if not texts:
        sys.exit("There are no texts to perturb: set TEXTSTUDY_MIRROR to the mirror with the reviews.")
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts)} reviews of {words:.0f} words on average, {arguments.share:.0%} of the words edited\n")
    speeds(texts, arguments.share)
    print()
    lengths(reviews(200, longest=10_000), arguments.share)


if __name__ == "__main__":
    main()
