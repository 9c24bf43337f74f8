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
        "Ada Byron writes:\n\n[AB] in brackets\n[AB] on two lines",
        "ada@x.org (Ada Byron) writes:\n#unusual prefix\n#on two lines\n",
        "ada@x.org (Ada Byron) writes:\n-> an arrow\n-> on two lines\n",
        "In article <1@x.org> ada@x.org writes:\n\n   an indented quotation\n   on two lines\n",
        "> underlined text\n    ^^^^^^^^^^",
    ],
)
def test_quotations_and_attributions_go(quoted):
    assert strip_quotes(f"{quoted}\n\n{REPLY}\n").strip() == REPLY


IN_MAIL = [
    ": with colons\n: : nested",
    ":no space behind the colon\n:and on a second line",
    "| with bars\n| on every line",
    "| | with nested bars\n| | on every line\n|",
    "| QØ> | and with initials\n| QØ> |",
    ">>> three marks\n>>> on each line",
    "JS> two people\nMK> and their answers\nJS> are quoted",
]


@pytest.mark.parametrize("quoted", IN_MAIL)
def test_in_mail_two_lines_with_a_colon_or_a_bar_are_a_quotation(quoted):
    assert strip_quotes(f"{quoted}\n\n{REPLY}\n", mail=True).strip() == REPLY


@pytest.mark.parametrize("quoted", IN_MAIL)
def test_elsewhere_they_are_one_below_an_attribution_only(quoted):
    assert strip_quotes(f"{quoted}\n\n{REPLY}") == f"{quoted}\n\n{REPLY}"
    assert strip_quotes(f"Ada Byron <ada@x.org> wrote:\n{quoted}\n\n{REPLY}").strip() == REPLY


@pytest.mark.parametrize(
    "attribution",
    [
        "Am 12. April 2019 um 18:40 schrieb Eva Stein <eva@y.example>:",
        "Am 12.04.19 um 18:40 schrieb Eva Stein:",
        "Eva Stein schrieb am 12.4.2019 um 18:40 Uhr:",
        "Eva Stein <eva@y.example> hat am 12. April 2019 18:40 geschrieben:",
        "Eva Stein schrieb:",
        "Le 12 avril 2019 à 18:40, Eva Pierre <eva@y.example> a écrit :",
        "Le ven. 12 avr. 2019 à 18:40, Eva Pierre <eva@y.example> a\nécrit :",
        "Eva Pierre a écrit :",
        "El vie, 12 abr 2019 a las 18:40, Eva Piedra (<eva@y.example>)\nescribió:",
        "El 12 de abril de 2019, 18:40, Eva escribió:",
        "Il giorno ven 12 apr 2019 alle ore 18:40 Eva Pietra <eva@y.example> ha scritto:",
        "Em sex., 12 de abr. de 2019 às 18:40, Eva Pedra <eva@y.example> escreveu:",
        "Op vr 12 apr 2019 om 18:40 schreef Eva Steen <eva@y.example>:",
        "пт, 12 апр. 2019 г. в 18:40, Ева Камень <eva@y.example>:",
        "12.04.2019 18:40, Ева Камень пишет:",
        "Ева Камень писал(а):",
        "W dniu pt., 12 kwi 2019 o 18:40 Ewa Kamień <eva@y.example> napisał(a):",
        "Den fre 12 apr. 2019 kl 18:40 skrev Eva Sten <eva@y.example>:",
        "pe 12. huhtik. 2019 klo 18.40 Eva Kivi (eva@y.example) kirjoitti:",
        "12 Nis 2019 Cum, 18:40 tarihinde Eva Taş <eva@y.example> şunu yazdı:",
        "Στις Παρ, 12 Απρ 2019 στις 18:40, Εύα <eva@y.example> έγραψε:",
        "2019年4月12日(金) 18:40 Eva <eva@y.example>:",
        "Eva <eva@y.example> 于2019年4月12日周五 下午6:40写道：",
        "2019년 4월 12일 (금) 오후 6:40, Eva <eva@y.example>님이 작성:",
        "On Fri, Apr 12, 2019 at 6:40 PM Eva Maria Stein of the Harbour Club\n<eva@y.example> wrote:",
        "On 12-Apr-93 in Re: boats in the ..\nuser Eva Stein@y.example writes:",
        "E Stein responds;",
        "Eva Stein, on the Fri, 12 Apr 2019 18:40:11 GMT wibbled:",
        "Thus spake eva@y.example (Eva Stein):",
        "eva@y.example (Eva Stein) writes: >",
        "[Eva Stein writes:]",
        "Eva Maria Stein wrote to All:",
    ],
)
def test_attributions_go_by_their_form_in_any_language(attribution):
    text = f"A greeting.\n\n{attribution}\n> text\n\n{REPLY}"
    assert strip_quotes(text).split("\n\n") == ["A greeting.", "", REPLY] or (
        [part for part in strip_quotes(text).split("\n") if part] == ["A greeting.", REPLY]
    )


@pytest.mark.parametrize(
    "own",
    [
        "I met her on 12 April 2019 by the harbour, where she told me what I had not known about boats:",
        "Write to eva@y.example if you want to have one of the boats which I describe in this text:",
        "It is as bad as he says.",
        "This is not what it says.",
        "See below.",
    ],
)
def test_a_sentence_above_a_quotation_is_kept(own):
    assert strip_quotes(f"{own}\n\n> text\n\n{REPLY}") == f"{own}\n\n\n{REPLY}"


@pytest.mark.parametrize("quoted", ["HÁ> one\nHÁ> > two", "ИФ> one", "ÄÖ>one\nÄÖ>two", "HA\u0301> one\nHA\u0301> two"])
def test_initials_are_known_in_any_script(quoted):
    assert strip_quotes(f"{quoted}\n\n{REPLY}").strip() == REPLY


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
        ":rocket: a new engine\n:wrench: a mended one",
        ":param speed: in knots\n:returns: the distance",
        ":D so good\n:D so bad",
        ": I agree with the change of the title\n:: So do I, if the old one is kept\n::: And me",
        ": the harbour is closed today\n: the boats stay outside\n\nSigned by nobody.",
        "I asked:\n:rocket: or\n:wrench: then",
        "USER> where is the harbour\nBOT> it is behind the hill",
        "USER> where is it\nBOT> behind the hill\nUSER> thank you\n\nThat was all it could do.",
        "Клиент> где порт\nБот> за холмом\nКлиент> спасибо",
        "Q> why\nA> because\nQ> really",
        ">>> speed = 12\n>>> print(speed)\n12",
        ">sp|X1|BOAT a protein\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ\n>seq2\nacgtacgtacgtacgtacgtacgt",
        "[OK] the first step\n[OK] the second step\n\nDone.",
        "| depth < 3 = shallow\n| otherwise = deep",
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


def test_words_broken_off_a_long_quoted_line_go():
    long = "> " + "a long quoted line that was broken by an editor, " * 2
    assert strip_quotes(f"{long}and\nso on\n> until here\n\n{REPLY}").strip() == REPLY
    assert strip_quotes(f"{long}and so\non.\n\n{REPLY}").strip() == REPLY
    for own in ("no, it was not", "Not at all"):
        assert strip_quotes(f"> a short line\n{own}\n> and more") == own
        assert strip_quotes(f"{long}it ends.\n{own}\n> and more") == own
    assert strip_quotes(f"{long}and\nno, it was not like this\n\nat all") == "no, it was not like this\n\nat all"


def test_an_indented_answer_with_nothing_below_it_is_no_quotation():
    text = "In article <1@x.org> ada@x.org writes:\n\n\tI indent all\n\tof my own text."
    assert strip_quotes(text).split("\n") == ["", "\tI indent all", "\tof my own text."]
