"""Compare the perturbations `as_published` with the real TextAttack 0.3.10, in the environment of
benchmarks/requirements-textattack.txt: `make check-textattack`.

    TEXTSTUDY_MIRROR=DIR python benchmarks/check_textattack.py [--reviews 10] [--draws 1000]

Compared are the words of a text, all texts that one edit can make of a text (exactly), and the distribution of the
places where the edits of a drawn text begin and end (chi-squared test of two samples). The mirror holds NLTK's stop
words, which TextAttack needs to be imported, and real reviews. Exits with 1 where anything differs.
"""

import argparse
import csv
import gzip
import itertools
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import chi2_contingency

from textstudy.perturb.characters import PUBLISHED_CHARACTER_EDITS
from textstudy.perturb.contractions import PUBLISHED_EXPANSIONS
from textstudy.perturb.kinds import COMBINED, KINDS
from textstudy.perturb.perturb import perturb
from textstudy.perturb.published import contraction, published_candidates, replacement
from textstudy.perturb.words import Edit, Words, replay

CLASSES = {
    "contract": "WordSwapContract",
    "extend": "WordSwapExtend",
    "homoglyph": "WordSwapHomoglyphSwap",
    "neighbour_swap": "WordSwapNeighboringCharacterSwap",
    "qwerty": "WordSwapQWERTY",
    "deletion": "WordSwapRandomCharacterDeletion",
    "insertion": "WordSwapRandomCharacterInsertion",
    "substitution": "WordSwapRandomCharacterSubstitution",
}
WITH_LETTERS = ("insertion", "substitution")
LETTERS = "eQ"  # one at a time takes the place of the random letter when all edits are listed
SIGNIFICANT = 1e-4  # 27 tests: a false alarm in one of 400 runs
HARD_TEXTS = [
    " ".join(PUBLISHED_EXPANSIONS),
    " ".join(PUBLISHED_EXPANSIONS.values()),
    "I am. Not sure: it is, they are  not what we\nare! Do not; do\tnot do not",
    "0123456789 -x a-b it's O'Neil's 'tis x' 5* 4- rock'n'roll' well--made __init__ me@home.org",
    "5* Aa AAA zz l1 \u212aelvin İstanbul naïve cafe\u0301 × 𝟕𝒌 👍 שלום see 3* 9",
    "a I'm aab ok",
]
DRAWN_TEXTS = [
    ("do not see 7 it is odd don't aab", 0.1),
    ("I am sure it is not ok: you'll see, I will not", 0.25),
    ("he'd've I'm can't ain't Q4 aa re-use it", 0.5),
]


def load_textattack() -> None:
    """Import TextAttack; its stop words come from the mirror, where there is one."""
    if "TEXTSTUDY_MIRROR" in os.environ:
        os.environ.setdefault("NLTK_DATA", str(Path(os.environ["TEXTSTUDY_MIRROR"]) / "nltk_data"))
    try:
        import textattack  # noqa: F401
    except ModuleNotFoundError:
        sys.exit("TextAttack is not installed: pip install -r benchmarks/requirements-textattack.txt")
    except LookupError:
        sys.exit("NLTK's stop words are missing: python -m nltk.downloader stopwords, or set TEXTSTUDY_MIRROR.")


def transformation(kind: str, **options: Any) -> Any:
    """Return TextAttack's transformation of a kind; options that it does not know are left out."""
    from textattack import transformations

    if kind == "combination":
        return transformations.CompositeTransformation([transformation(part, **options) for part in COMBINED])
    known = {"letters_to_insert"} if kind in WITH_LETTERS else set()
    known |= {"random_one"} if kind not in ("contract", "extend") else set()
    return getattr(transformations, CLASSES[kind])(**{name: options[name] for name in known & set(options)})


def augmenter(kind: str, share: float) -> Any:
    """Return TextAttack's way to perturb a text: one edit a word, one result a text."""
    from textattack.augmentation import Augmenter
    from textattack.constraints.pre_transformation import RepeatModification

    return Augmenter(
        transformation(kind), [RepeatModification()], pct_words_to_swap=share, transformations_per_example=1
    )


def reviews(number: int, longest: int) -> list[str]:
    """Return the first so many reviews of the mirror with at most so many words; none without a mirror."""
    if "TEXTSTUDY_MIRROR" not in os.environ:
        return []
    path = Path(os.environ["TEXTSTUDY_MIRROR"]) / "reviews" / "amazon-reviews-16k.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        texts = (row["text"] for row in csv.DictReader(lines))
        return list(itertools.islice((text for text in texts if len(text.split()) <= longest), number))


def their_texts(text: str, kind: str, letter: str) -> Counter:
    """Count the texts that TextAttack can make with one edit."""
    from textattack.shared import AttackedText

    options = {"random_one": False, "letters_to_insert": letter}
    return Counter(found.text for found in transformation(kind, **options)(AttackedText(text)))


def our_texts(text: str, kind: str, letter: str) -> Counter:
    words = Words.of(text)
    kinds = COMBINED if kind == "combination" else (kind,)
    candidates = published_candidates(words, kinds=kinds)
    edits = (edit for candidate in candidates for edit in our_edits(words, *candidate, letter))
    return Counter(replay(text, [edit]) for edit in edits)


def our_edits(words: Words, index: int, kind: str, place: int | None, letter: str) -> Iterator[Edit]:
    if kind == "contract":
        yield contraction(words, index)
    elif kind == "extend":
        yield words.edit(index, PUBLISHED_EXPANSIONS[words[index]])
    else:
        edits = PUBLISHED_CHARACTER_EDITS[kind]
        if kind in WITH_LETTERS:
            edits = replace(edits, fragments=lambda word, place: letter)
        if place is not None:
            edits = replace(edits, places=lambda word: [place])
        for after in edits.candidates(words[index]):
            if after != words[index]:
                yield replacement(words, index, after)


def compare_words(texts: list[str]) -> list[str]:
    """Return the texts whose words differ."""
    from textattack.shared.utils import words_from_text

    ours = ([words[index] for index in range(len(words))] for words in map(Words.of, texts))
    return [text for text, words in zip(texts, ours, strict=True) if words != words_from_text(text)]


def compare_edits(texts: list[str], kind: str) -> tuple[int, Counter, Counter]:
    """Return how many edited texts there are, and those that only one side has."""
    number, ours_only, theirs_only = 0, Counter(), Counter()
    letters = LETTERS if kind in (*WITH_LETTERS, "combination") else LETTERS[:1]
    for text, letter in itertools.product(texts, letters):
        ours, theirs = (side(text, kind, letter) for side in (our_texts, their_texts))
        if kind == "combination":  # TextAttack makes a set of these
            ours = Counter(set(ours))
        number += theirs.total()
        ours_only += ours - theirs
        theirs_only += theirs - ours
    return number, ours_only, theirs_only


def extent(text: str, changed: str) -> tuple[int, int]:
    """Return how many characters are the same from the front and from the back: where the edits lie."""
    front = len(os.path.commonprefix([text, changed]))
    return front, len(os.path.commonprefix([text[::-1], changed[::-1]]))


def compare_draws(text: str, kind: str, share: float, draws: int) -> float:
    """Return the p-value of the hypothesis that both sides edit the same places equally often."""
    generator = np.random.default_rng(1)
    theirs_made = augmenter(kind, share)

    def places(perturbed: Callable[[], str]) -> Counter:
        return Counter(extent(text, perturbed()) for _ in range(draws))

    ours = places(lambda: perturb(text, kind, share=share, generator=generator, as_published=True).text)
    theirs = places(lambda: theirs_made.augment(text)[0])
    frequent = [place for place in sorted(ours | theirs) if ours[place] + theirs[place] >= 10]
    table = np.array([[side[place] for place in frequent] for side in (ours, theirs)])
    rare = draws - table.sum(axis=1, keepdims=True)
    if rare.any():
        table = np.hstack([table, rare])
    return float(chi2_contingency(table).pvalue) if table.shape[1] > 1 else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--reviews", type=int, default=10, help="real texts whose edits are listed")
    parser.add_argument("--draws", type=int, default=1000, help="texts drawn per kind and text, on each side")
    arguments = parser.parse_args()
    load_textattack()
    random.seed(1)
    np.random.seed(1)

    many = HARD_TEXTS + reviews(5000, longest=10_000)
    different = compare_words(many)
    print(f"Words: {len(many):,} texts, {len(different)} differ. {different[:3] or ''}\n")
    texts = HARD_TEXTS + reviews(arguments.reviews, longest=40)
    print(f"Edits of {len(texts)} texts; places of {arguments.draws:,} drawn texts each:\n")
    print("| kind | edits | only ours | only theirs | p-values of the places | verdict |")
    print("|---|---:|---:|---:|---|---|")
    faults = len(different)
    for kind in KINDS:
        number, ours, theirs = compare_edits(texts, kind)
        p_values = [compare_draws(text, kind, share, arguments.draws) for text, share in DRAWN_TEXTS]
        fault = bool(ours or theirs) or min(p_values) < SIGNIFICANT
        faults += fault
        shown = ", ".join(f"{p_value:.3g}" for p_value in p_values)
        verdict = "DIFFERS" if fault else "same"
        print(f"| {kind} | {number:,} | {ours.total()} | {theirs.total()} | {shown} | {verdict} |", flush=True)
        for side, found in (("ours", ours), ("theirs", theirs)):
            for text in list(found)[:5]:
                print(f"    only {side}: {text!r}", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
