"""Compare the cleaning of 20 Newsgroups with scikit-learn's, on the same messages.

    python benchmarks/compare_cleaning.py FOLDER [--sample FILE --size 100 --seed 1] [--classify]

FOLDER holds 20news-bydate.tar.gz. The counts go to standard output as a Markdown table; `--sample` writes messages
whose two cleaned texts differ to FILE, for reading and judging; `--classify` also trains the reference classifier.
"""

import argparse
import difflib
import random
import re
import time
from pathlib import Path

import pandas as pd
from sklearn.datasets import _twenty_newsgroups as reference
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline

from textstudy.corpora import newsgroups
from textstudy.prepare.clean_text import clean_text
from textstudy.prepare.headers import header_block
from textstudy.prepare.recurring import recurring_lines

MINIMUM_CHARACTERS = 50
LONGEST_RUN = 14  # lines of the sample with the same marks
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_REAL_NAME = re.compile(r"\(([^()@]{5,40})\)|^\"?([^<>@\"]{5,40}?)\"? ?<")


def reference_clean(text: str) -> str:
    """Return the text as scikit-learn's `remove=("headers", "footers", "quotes")` leaves it, without outer space."""
    body = reference.strip_newsgroup_header(text)
    return reference.strip_newsgroup_quoting(reference.strip_newsgroup_footer(body)).strip()


def clean_all(texts: list[str], **left_in: bool) -> list[str]:
    switches = {"headers": True, "quotes": True, "signatures": True, "blocks": True} | left_in
    found = recurring_lines(texts)
    return [clean_text(text, **switches, recurring=recurring) for text, recurring in zip(texts, found, strict=True)]


def words_of(text: str) -> str:
    return " ".join(text.split())


def leaks(message: str, cleaned: str) -> tuple[bool, bool]:
    """Whether the cleaned text still holds its author's address, and the author's full name."""
    header, _ = header_block(message)
    sender = next((line[5:].strip() for line in header.split("\n") if line.lower().startswith("from:")), "")
    address = _ADDRESS.search(sender)
    name = _REAL_NAME.search(sender)
    lowered = words_of(cleaned.lower())
    full = words_of((name.group(1) or name.group(2) or "").lower()) if name else ""
    return bool(address) and address.group().lower() in lowered, " " in full and full in lowered


def counts(documents: pd.DataFrame, column: str) -> dict[str, str]:
    texts, splits = documents[column], documents["official_split"]
    kept = documents[texts.str.len() >= MINIMUM_CHARACTERS]
    leaked = pd.DataFrame([leaks(m, c) for m, c in zip(kept["text"], kept[column], strict=True)])
    quoted = kept[column].str.contains(r"^\s*>", regex=True, flags=re.MULTILINE)
    return {
        "empty": f"{(texts.str.strip() == '').sum():,}",
        "train, 50 characters and more": f"{((texts.str.len() >= 50) & (splits == 'train')).sum():,}",
        "test, 50 characters and more": f"{((texts.str.len() >= 50) & (splits == 'test')).sum():,}",
        "words": f"{texts.str.split().str.len().sum():,}",
        "texts with a line that begins with >": f"{quoted.mean():.2%}",
        "texts with their author's address": f"{leaked[0].mean():.2%}",
        "texts with their author's full name": f"{leaked[1].mean():.2%}",
    }


def variants(messages: list[str]) -> pd.DataFrame:
    """The cleaned texts and two mixtures, which show what the signature rules and the quotation rules each do."""
    footless = [reference.strip_newsgroup_footer(reference.strip_newsgroup_header(message)) for message in messages]
    signed = clean_all(messages, quotes=False)
    return pd.DataFrame(
        {
            "ours": clean_all(messages),
            "scikit-learn": [reference_clean(message) for message in messages],
            "our signatures, scikit-learn's quotes": [
                reference.strip_newsgroup_quoting(text).strip() for text in signed
            ],
            "scikit-learn's footers, our quotes": clean_all(footless, headers=False, signatures=False),
        }
    )


def classify(documents: pd.DataFrame) -> None:
    """Print test accuracies: ComplementNB on TF-IDF of words and word pairs, alpha by cross-validation on train.

    Each cleaning keeps other documents, so accuracy also stands on the test documents that both cleanings keep.
    """
    texts = variants(list(documents["text"]))
    kept = texts.apply(lambda column: column.str.len() >= MINIMUM_CHARACTERS)
    train, test = documents["official_split"] == "train", documents["official_split"] == "test"
    common = test & kept["ours"] & kept["scikit-learn"]
    print(f"\n| cleaning | documents | accuracy | on the common {common.sum():,} |\n|---|---:|---:|---:|")
    for name in texts.columns:
        vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)
        search = GridSearchCV(ComplementNB(), {"alpha": [0.03, 0.1, 0.2, 0.3, 0.5, 1.0]}, cv=5)
        chosen = train & kept[name]
        model = make_pipeline(vectorizer, search).fit(texts.loc[chosen, name], documents.loc[chosen, "label"])
        right = model.predict(texts[name]) == documents["label"]
        own = test & kept[name]
        print(f"| {name} | {own.sum():,} | {right[own].mean():.4f} | {right[common].mean():.4f} |")


def _kept_lines(body: list[str], cleaned: str) -> set[int]:
    """Indices of the lines of `body` that stand in `cleaned`, white space aside."""
    remaining = [words_of(line) for line in cleaned.split("\n")]
    matcher = difflib.SequenceMatcher(None, [words_of(line) for line in body], remaining, autojunk=False)
    return {block.a + offset for block in matcher.get_matching_blocks() for offset in range(block.size)}


def annotated(body: str, ours: str, theirs: str) -> str:
    """The message with two marks before each line: O where we keep it, S where scikit-learn does.

    Lines that both treat alike are shortened to the two next to a difference, and long runs to their beginning.
    """
    lines = body.split("\n")
    own, other = _kept_lines(lines, ours), _kept_lines(lines, theirs)
    differing = [index for index in (own ^ other) if lines[index].strip()]
    near = {index + offset for index in differing for offset in range(-2, 3)}
    shown, mark, run = [], "", 0
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        previous = mark
        mark = f"{'O' if index in own else '.'}{'S' if index in other else '.'}" if index in near else "..."
        run = run + 1 if mark == previous else 1
        if mark == "..." and run == 1 or run == LONGEST_RUN:
            shown.append("   ...")
        elif mark != "..." and run < LONGEST_RUN:
            shown.append(f"{mark} {line}")
    return "\n".join(shown)


def write_sample(documents: pd.DataFrame, path: Path, *, size: int, seed: int) -> None:
    different = [i for i, row in enumerate(documents.itertuples()) if words_of(row.ours) != words_of(row.theirs)]
    chosen = documents.iloc[random.Random(seed).sample(different, min(size, len(different)))]
    parts = [
        f"######## {number} {row.id}\n{annotated(header_block(row.text)[1], row.ours, row.theirs)}\n"
        for number, row in enumerate(chosen.itertuples(), start=1)
    ]
    path.write_text("\n".join(parts), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=Path)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--classify", action="store_true")
    arguments = parser.parse_args()

    documents = newsgroups.read(arguments.folder, {"groups": None, "sample": None})
    seconds = {}
    texts = list(documents["text"])
    for column, function in (("ours", clean_all), ("theirs", lambda texts: list(map(reference_clean, texts)))):
        start = time.perf_counter()
        documents[column] = function(texts)
        seconds[column] = time.perf_counter() - start
    table = pd.DataFrame({column: counts(documents, column) for column in ("ours", "theirs")})
    table.loc["seconds"] = {column: f"{value:.1f}" for column, value in seconds.items()}
    print("| | ours | scikit-learn |\n|---|---:|---:|")
    for row in table.itertuples():
        print(f"| {row.Index} | {row.ours} | {row.theirs} |")
    different = sum(words_of(a) != words_of(b) for a, b in zip(documents["ours"], documents["theirs"], strict=True))
    print(f"\n{different:,} of {len(documents):,} texts differ beyond white space.")
    if arguments.classify:
        classify(documents)
    if arguments.sample:
        write_sample(documents, arguments.sample, size=arguments.size, seed=arguments.seed)


if __name__ == "__main__":
    main()
