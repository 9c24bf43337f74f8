"""Measure cleaning against what is known or was judged to be the authors' own text.

    python benchmarks/judge_cleaning.py [FOLDER] [--documents 2400] [--samples a b c] [--errors FILE]

The demo corpus knows what its authors wrote. With FOLDER, which holds 20news-bydate.tar.gz, the messages of
`benchmarks/judged_messages.tsv` are measured, too. That file names lines (counted from 1) which a reader judged to be
header, quotation or signature before seeing what cleaning does; lines marked `either` count neither way. No text of the
corpus is in it. `--errors` writes the lines that cleaning took or left wrongly to FILE. The exit status is 1 if a
figure is worse than expected.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import NamedTuple

import pandas as pd

from textstudy.corpora import demo, newsgroups
from textstudy.corpora.demo_messages import render, wrap
from textstudy.prepare.clean_text import clean_text, normalise_whitespace
from textstudy.prepare.recurring import recurring_lines

SEEDS = (1993, 1, 2, 3, 4)
JUDGED = Path(__file__).with_name("judged_messages.tsv")
# Words wrongly taken and wrongly left, in percent of the authors' own words: what is expected at most.
EXPECTED = {"demo": (0.1, 0.1), "a": (0.1, 1.3), "b": (0.2, 0.5), "c": (0.1, 1.1)}
KINDS = ("header", "quotation", "signature", "either")


class Judgement(NamedTuple):
    """One cleaned message beside what should be left of it: lines with normalised white space, and how many of each."""

    id: str
    cleaned: Counter[str]
    own: Counter[str]
    either: Counter[str]

    @property
    def taken(self) -> Counter[str]:
        return self.own - self.cleaned

    @property
    def left(self) -> Counter[str]:
        return self.cleaned - self.own - self.either


def lines_of(lines: Iterable[str]) -> Counter[str]:
    return Counter(line for line in map(normalise_whitespace, lines) if line)


def words(lines: Counter[str]) -> int:
    return sum(len(line.split()) * count for line, count in lines.items())


def clean_all(texts: list[str]) -> list[str]:
    return [
        clean_text(text, headers=True, quotes=True, signatures=True, blocks=True, recurring=recurring)
        for text, recurring in zip(texts, recurring_lines(texts), strict=True)
    ]


def judge_demo(seed: int, documents: int) -> list[Judgement]:
    posts = demo.Newsfeed(Random(seed)).posts(documents)
    cleaned = clean_all([render(post) for post in posts])
    return [
        Judgement(post.message_id, lines_of(text.split("\n")), lines_of("\n".join(wrap(post.paragraphs)).split("\n")),
                  Counter())
        for post, text in zip(posts, cleaned, strict=True)
    ]  # fmt: skip


def numbers_of(ranges: str) -> set[int]:
    """Return the line numbers of a cell such as "1-5,9"."""
    numbers: set[int] = set()
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def judge_messages(folder: Path, judged: pd.DataFrame) -> list[Judgement]:
    """Return the judgements of the messages that `judged` names; the whole corpus is cleaned."""
    documents = newsgroups.read(folder, {"groups": None, "sample": None}).reset_index(drop=True)
    cleaned = dict(zip(documents["id"], clean_all(list(documents["text"])), strict=True))
    raw = dict(zip(documents["id"], documents["text"], strict=True))
    judgements = []
    for row in judged.itertuples():
        kinds = {kind: numbers_of(getattr(row, kind)) for kind in KINDS}
        numbered = list(enumerate(raw[row.id].split("\n"), start=1))
        own = [line for number, line in numbered if not any(number in numbers for numbers in kinds.values())]
        either = [line for number, line in numbered if number in kinds["either"]]
        judgements.append(Judgement(row.id, lines_of(cleaned[row.id].split("\n")), lines_of(own), lines_of(either)))
    return judgements


def shares(judgements: list[Judgement]) -> tuple[float, float]:
    """Return the words wrongly taken and wrongly left, in percent of the authors' own words."""
    own = sum(words(judgement.own) for judgement in judgements)
    taken = sum(words(judgement.taken) for judgement in judgements)
    left = sum(words(judgement.left) for judgement in judgements)
    return 100 * taken / own, 100 * left / own


def row(name: str, judgements: list[Judgement], expected: tuple[float, float]) -> str:
    own = sum(words(judgement.own) for judgement in judgements)
    right = sum(not judgement.taken and not judgement.left for judgement in judgements)
    cells = [f"{share:.2f} % (at most {most} %)" for share, most in zip(shares(judgements), expected, strict=True)]
    return f"| {name} | {len(judgements):,} | {own:,} | {' | '.join(cells)} | {right / len(judgements):.1%} |"


def errors(judgements: list[Judgement]) -> str:
    parts = []
    for judgement in judgements:
        marked = [("taken", line) for line in judgement.taken] + [("left", line) for line in judgement.left]
        if marked:
            parts.append("\n".join([f"######## {judgement.id}", *(f"{mark:5} | {line}" for mark, line in marked)]))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=2400)
    parser.add_argument("--samples", nargs="*", help="samples of the judged messages (default: all)")
    parser.add_argument("--errors", type=Path)
    arguments = parser.parse_args()

    judged = {f"demo, seed {seed}": ("demo", judge_demo(seed, arguments.documents)) for seed in SEEDS}
    if arguments.folder:
        messages = pd.read_csv(JUDGED, sep="\t", dtype=str, keep_default_na=False)
        for sample in arguments.samples or messages["sample"].unique():
            judgements = judge_messages(arguments.folder, messages[messages["sample"] == sample])
            judged[f"20 Newsgroups, sample {sample}"] = sample, judgements
    print("| corpus | messages | own words | wrongly taken | wrongly left | messages all right |")
    print("|---|---:|---:|---:|---:|---:|")
    worse = False
    for name, (kind, judgements) in judged.items():
        print(row(name, judgements, EXPECTED[kind]))
        worse |= any(share > most for share, most in zip(shares(judgements), EXPECTED[kind], strict=True))
    if arguments.errors:
        arguments.errors.write_text(errors([one for _, all_ in judged.values() for one in all_]), encoding="utf-8")
    sys.exit(worse)


if __name__ == "__main__":
    main()
