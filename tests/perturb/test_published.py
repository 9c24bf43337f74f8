"""With `as_published`, texts are drawn as TextAttack 0.3.10 draws them: by listing all candidates at each step."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from textstudy.perturb.characters import PUBLISHED_CHARACTER_EDITS
from textstudy.perturb.contractions import PUBLISHED_CONTRACTIONS, PUBLISHED_EXPANSIONS
from textstudy.perturb.kinds import COMBINED, KINDS
from textstudy.perturb.perturb import perturb
from textstudy.perturb.words import Words


def published(text, kind, generator, share=1.0):
    return perturb(text, kind, share=share, generator=generator, as_published=True).text


def outcomes(text, kind, number=60, share=1.0):
    return {published(text, kind, np.random.default_rng(seed), share) for seed in range(number)}


DRAWS = 600


class StepByStep:
    """TextAttack's procedure on a list of words, without any shortcut. There is one space between words."""

    def __init__(self, generator: np.random.Generator):
        self.generator = generator

    def drawn(self, word: str, kind: str) -> list[str]:
        """One random draw of the word's candidates."""
        edits = PUBLISHED_CHARACTER_EDITS[kind]
        places = edits.places(word)
        if not places:
            return []
        chosen = places if kind == "homoglyph" else [places[self.generator.integers(len(places))]]
        drawn = [edits.at(word, place, self.generator.random) for place in chosen]
        return [after for after in drawn if after != word]

    def candidates(self, words: list[str], edited: list[bool], kinds) -> list[tuple[list[str], list[bool]]]:
        found = []
        free = [index for index in range(len(words)) if not edited[index]]
        for kind in kinds:
            if kind == "contract":
                for position, (index, following) in enumerate(zip(free, free[1:], strict=False)):
                    short = PUBLISHED_CONTRACTIONS.get(f"{words[index]} {words[following]}")
                    if short and position + 1 == following:
                        changed = [*words[:position], short, *words[following + 1 :]]
                        found.append((changed, [*edited[:position], True, *edited[following + 1 :]]))
                continue
            for index in free:
                if kind == "extend":
                    drawn = [PUBLISHED_EXPANSIONS[words[index]]] if words[index] in PUBLISHED_EXPANSIONS else []
                else:
                    drawn = self.drawn(words[index], kind)
                for after in drawn:
                    parts = after.split()
                    marks = [*edited[:index], *[True] * len(parts), *edited[index + 1 :]]
                    found.append(([*words[:index], *parts, *words[index + 1 :]], marks))
        return found

    def text(self, text: str, kinds, share: float) -> str:
        words = text.split()
        wanted = max(int(share * len(words)), 1)
        edited, counted = [False] * len(words), 0
        while counted < wanted:
            found = self.candidates(words, edited, kinds)
            if not found:
                break
            words, edited = found[self.generator.integers(len(found))]
            counted = max(sum(edited), counted + 1)
        return " ".join(words)


TEXTS = [
    ("do not see 7 it is odd don't aab", 0.1),
    ("I am sure it is not ok you'll see", 0.25),
    ("he'd've I'm can't ain't q4 aa", 0.5),
]


def extent(text: str, changed: str) -> tuple[int, int]:
    """Return how many characters are unchanged at the beginning and at the end."""
    pairs = list(zip(text, changed, strict=False)), list(zip(text[::-1], changed[::-1], strict=False))
    return tuple(next((i for i, (a, b) in enumerate(side) if a != b), len(side)) for side in pairs)


@pytest.mark.parametrize("kind", KINDS)
def test_the_shortcut_draws_as_the_list_of_candidates_does(kind):
    generator = np.random.default_rng(5)
    for text, share in TEXTS:
        assert " ".join(words := text.split()) == text and len(Words.of(text)) == len(words)
        kinds = COMBINED if kind == "combination" else (kind,)
        ours = Counter(extent(text, published(text, kind, generator, share)) for _ in range(DRAWS))
        theirs = Counter(extent(text, StepByStep(generator).text(text, kinds, share)) for _ in range(DRAWS))
        frequent = [found for found in ours | theirs if ours[found] + theirs[found] >= 10]
        table = np.array([[counts[found] for found in frequent] for counts in (ours, theirs)])
        rest = DRAWS - table.sum(axis=1, keepdims=True)
        table = np.hstack([table, rest])[:, np.append(np.ones(len(frequent), bool), rest.sum() > 0)]
        assert table.shape[1] == 1 or chi2_contingency(table).pvalue > 0.0005


def test_a_draw_that_changes_nothing_is_made_anew_at_the_next_step():
    drawn = Counter(published("aab aab aab aab", "neighbour_swap", np.random.default_rng(seed)) for seed in range(1000))
    # Of m words left, one at least changes with 1 - 1/2^m.
    assert abs(drawn["aba aba aba aba"] / 1000 - 15 / 16 * 7 / 8 * 3 / 4 / 2) < 0.06


def test_contractions_end_at_the_first_edited_word():
    text = "it is odd, I do not know and we are not sure"
    assert outcomes(text, "contract", number=200) == {
        "it's odd, I do not know and we are not sure",
        "it's odd, I don't know and we are not sure",
        "it's odd, I don't know and we're not sure",
        "it's odd, I don't know and we aren't sure",
        "it's odd, I do not know and we're not sure",
        "it's odd, I do not know and we aren't sure",
    }


@pytest.mark.parametrize(
    ("text", "contracted"),
    [
        ("Do not", "Do not"),
        ("so do, not x", "so don't, x"),
        ("do not", "don't "),  # at the end of a text its space stays
        ("do  not x", "don't  x"),
    ],
)
def test_contractions_as_published(text, contracted):
    assert outcomes(text, "contract") == {contracted}


def test_expansions_as_published():
    assert outcomes("ain't Don't", "extend") == {"isn't Don't"}
    # Each of the two words of an expansion counts as an edited word.
    assert {text.count("'") for text in outcomes("I'm it's we're you're", "extend")} == {2}


def test_a_word_that_vanishes_takes_a_space_along():
    assert outcomes("see 5* x", "deletion", share=0.1) >= {"see* x", "see 5 x"}
    assert outcomes("5* x", "deletion", share=0.1) == {"*x", "5 x"}
    assert outcomes("see 5*", "deletion", share=0.1) >= {"see *", "see 5"}


def test_edits_of_characters_as_published():
    assert outcomes("0", "homoglyph") == {"O"}
    assert {len(text) for text in outcomes("abc", "insertion")} == {4}
    assert all(text.endswith("c") for text in outcomes("abc", "insertion", number=200))  # never after the last
    assert outcomes("abc", "neighbour_swap") == {"bac", "acb"}
