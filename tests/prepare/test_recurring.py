"""Which last lines tell an author by their recurrence."""

import pytest

from textstudy.prepare.recurring import normalise_line, recurring_lines, strip_recurring

BODIES = [
    "The boats come back to the harbour when the wind has turned to the north.",
    "Nobody here can tell me which of these two engines needs less oil than mine.",
    "A new print of that old film is shown tonight, and everybody should see it.",
]


def mail(body: str, ending: str, author: str = "ada@x.org") -> str:
    return f"From: {author}\nSubject: x\n\n{body}\n\n{ending}"


def test_a_line_that_ends_different_messages_of_one_author_goes():
    texts = [mail(body, "Ask me about Mecklenburg lace!") for body in BODIES]
    found = recurring_lines(texts)
    assert [set(lines) for lines in found] == [{"ask me about mecklenburg lace!"}] * 3
    assert strip_recurring(f"{BODIES[0]}\n\nAsk  me about MECKLENBURG lace!", found[0]).strip() == BODIES[0]


@pytest.mark.parametrize(
    "texts",
    [
        [mail(body, f"A last line, number {number} of many.") for number, body in enumerate(BODIES)],
        [mail(BODIES[0], "Ask me about Mecklenburg lace!")] * 3,  # the same message again
        [mail(BODIES[0] + f" {word}", "Ask me about Mecklenburg lace!") for word in ("Yes.", "No.")],
        [mail(body, "See you.") for body in BODIES],  # too few letters
        [mail(body, "> Ask me about Mecklenburg lace!") for body in BODIES],
        [mail(body, "Thanks in advance for your help.", f"{name}@x.org") for body in BODIES[:2] for name in "abcd"],
        [f"{body}\n\nAsk me about Mecklenburg lace!" for body in BODIES],  # no author is known
        [f"From: Lyon\nTo: Ghent\n{body}\n\nAsk me about Mecklenburg lace!" for body in BODIES],
        [
            mail(body, "Ask me about Mecklenburg lace!", f"{name}@x.org")
            for body, name in zip(BODIES, "abc", strict=True)
        ],
        [],
        [""],
    ],
)
def test_other_lines_stay(texts):
    assert [set(lines) for lines in recurring_lines(texts)] == [set()] * len(texts)


def test_only_the_end_of_a_text_is_touched():
    lines = {"ask me about mecklenburg lace!"}
    text = "Ask me about Mecklenburg lace!\n" + "\n".join(["A line of the text."] * 20)
    assert strip_recurring(text, lines) == text


def test_a_line_that_stands_twice_is_removed_once():
    line = "Ask me about Mecklenburg lace!"
    text = f"They all say:\n\n{line}\n\nAnd so do I.\n\n{line}"
    assert strip_recurring(text, {normalise_line(line)}) == text.removesuffix(f"\n{line}")


def test_the_end_of_a_sentence_is_kept():
    lines = {normalise_line(line) for line in ("the boats come back again.", "Come back again tonight.")}
    for text in ("When it is dark, then\nthe boats come back again.", "They said,\nCome back again tonight."):
        assert strip_recurring(text, lines) == text


def test_a_text_of_recurring_lines_only_is_kept():
    text = "Ask me about Mecklenburg lace!\nOr ask me about the boats of Lake Garda."
    assert strip_recurring(text, {normalise_line(line) for line in text.split("\n")}) == text


def test_a_long_passage_is_a_text_that_is_posted_again():
    passage = [f"Sentence {number} of a notice." for number in range(10)]
    text = "\n".join([BODIES[0], "", *passage])
    assert strip_recurring(text, {normalise_line(line) for line in passage}) == text


def test_many_messages_take_time_in_proportion_to_their_number():
    texts = [mail(f"{BODIES[number % 3]} {number}", "Ask me about Mecklenburg lace!") for number in range(20_000)]
    assert len(recurring_lines(texts)) == 20_000  # comparing all of them with each other would take hours
