"""Which lines quote an earlier message, and which only look like it."""

import pytest

from textstudy.prepare.quotes import strip_quotes

REPLY = "My answer stands here on its own."


@pytest.mark.parametrize(
    "quoted",
    [
        "> a line\n> another",
        ">> nested\n> > with spaces\n>",
        "  > indented",
        "|> of another news reader\n|> > nested",
        ": with colons\n: : nested",
        "| with bars\n| on every line",
        "JS> initials\nJS> > nested\nJS>",
        " PP>initials without a space\n PP>again",
        "HE] initials and a bracket\nHE] again",
        "In article <1@x.org> ada@x.org (Ada Byron) writes:\n> text",
        "In article <1@x.org>, ada@x.org (Ada\nByron) writes:\n> text",
        "In article <1@x.org> ada@x.org (Ada Byron) wri\ntes:\n> text",
        "In article <1@x.org>,\n   Ada Byron <ada@x.org>\nwrites...\n> text",
        "In <1@x.org> ada@x.org writes:\n> text",
        "In a previous article, ada@x.org (Ada Byron) says:\n> text",
        "From article <1@x.org>, by ada@x.org (Ada Byron):\n> text",
        ">From article <1@x.org>, by ada@x.org (Ada Byron):\n> text",
        "As quoted from <1@x.org> by ada@x.org:\n> text",
        "Quoting Ada Byron (ada@x.org):\n> text",
        "Quoting ada@x.org from an article in sci.math:\n> text",
        "ada@x.org (Ada Byron) wrote:\n: text\n: more text",
        "ada@x.org (Ada Byron) writes in article <1@x.org>:\n> text",
        "On Thu, 15 Apr 1993 10:11:12 GMT, ada@x.org (Ada Byron) said:\n> text",
        "Ada Byron writes:\n> text",
        "You write:\n> text",
        "Ada Byron:\n> text",
        "[reply to ada@x.org (Ada Byron)]\n> text",
        "From: ada@x.org\n> text",
        "ada@x.org (Ada Byron) writes:\n#unusual prefix\n#on two lines\n",
        "ada@x.org (Ada Byron) writes:\n-> an arrow\n-> on two lines\n",
        "In article <1@x.org> ada@x.org writes:\n\n   an indented quotation\n   on two lines\n",
        "> underlined text\n    ^^^^^^^^^^",
    ],
)
def test_quotations_and_attributions_go(quoted):
    assert strip_quotes(f"{quoted}\n\n{REPLY}\n").strip() == REPLY


@pytest.mark.parametrize(
    "own",
    [
        "As he wrote: nothing is settled.",
        "And in the letter he wrote:\n\n  Nothing is settled.",
        "Paul said:\nlet us go on.",
        "I sent two articles on this to the paper and nobody replied.",
        "Some owners on the list@x.org mailing list have commented\nabout this problem.",
        "Notice that it is the writer (Not the reader) who says,\nthat all is well.",
        "These people (Sadly! all of them) came out and said\nthat it is a farce.",
        "if (a > b)\n  std::cout << a;",
        "::operator new is global",
        ":-) is how it ends",
        "C:\\> dir\nC:\\> cd games",
        "unix> make all\nunix> make install",
        "| name | price |\n| disk | 100   |",
        "+----+\n| a  |\n+----+",
        ">>> FOR SALE <<<",
        "12c12\n< old line\n---\n> new line",
        ">From what I have seen it works well.",
        "x -> y is a function\n-> so is this",
        "a <- b\n=> conclusion",
        "The result is\n\n   indented by the author\n   himself.",
        "# include <stdio.h>\n# define A",
        "- one\n- two\n- three",
        "%!PS-Adobe\n%%Title: x",
    ],
)
def test_text_that_only_looks_quoted_is_kept(own):
    assert strip_quotes(own) == own


def test_the_authors_lines_between_quotations_stay_in_order():
    text = "x@y.z (X) writes:\n> one\nFirst.\n> two\n\nSecond.\n>three\nThird."
    assert strip_quotes(text).split() == ["First.", "Second.", "Third."]


def test_an_indented_answer_with_nothing_below_it_is_no_quotation():
    text = "In article <1@x.org> ada@x.org writes:\n\n\tI indent all\n\tof my own text."
    assert strip_quotes(text).split("\n") == ["", "\tI indent all", "\tof my own text."]
