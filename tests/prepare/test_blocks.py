"""PGP armour and encoded data go; text that is merely dense or technical stays."""

import base64
import binascii
import random

import pytest

from textstudy.prepare.blocks import strip_blocks

DATA = random.Random(0).randbytes(450)
UUENCODED = [binascii.b2a_uu(DATA[start : start + 45]).decode().rstrip("\n") for start in range(0, 450, 45)]


def around(block: str) -> str:
    return f"Text before.\n{block}\nText after it."


@pytest.mark.parametrize(
    "block",
    [
        "\n".join(["begin 644 picture.gif", *UUENCODED, "`", "end"]),
        "\n".join(UUENCODED),
        base64.encodebytes(DATA).decode().strip(),
        "-----BEGIN PGP SIGNATURE-----\nVersion: 2.2\n\niQCVAgUBK8\n=abcd\n-----END PGP SIGNATURE-----",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 2.2\n\nmQCNAiuZ\n-----END PGP PUBLIC KEY BLOCK-----",
    ],
)
def test_machine_made_blocks_go(block):
    assert [line for line in strip_blocks(around(block)).split("\n") if line] == ["Text before.", "Text after it."]


def test_the_text_of_a_signed_message_is_kept():
    text = "-----BEGIN PGP SIGNED MESSAGE-----\n\nHello.\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----"
    assert strip_blocks(text).strip() == "Hello."


@pytest.mark.parametrize(
    "own",
    [
        "\n".join(["-" * 70] * 5),
        "\n".join(["ftp://ftp.example.org/pub/software/a/very/long/path/to/some/file.tar"] * 4),
        "\n".join(["MANY PEOPLE WRITE ALL THEIR TEXT IN CAPITALS."] * 3),
        "begin 644 is how such a file begins",
        "Mostly text, of the usual width, which begins with an M here\n" * 4,
    ],
)
def test_other_text_is_kept(own):
    assert strip_blocks(around(own)) == "\n".join(line.rstrip() for line in around(own).split("\n"))


def test_armour_without_its_end_does_not_take_the_rest():
    assert "Text after it." in strip_blocks(around("-----BEGIN PGP SIGNATURE-----\nabc"))


def lines_of(text: str, width: int) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def letters(alphabet: str, count: int) -> str:
    return "".join(random.Random(alphabet).choices(alphabet, k=count))


@pytest.mark.parametrize("width", [48, 60, 64, 72, 76, 80])
@pytest.mark.parametrize("data", [DATA, b"\0" * 300 + DATA, b"A plain text, which is also encoded. " * 20])
def test_base64_goes_whatever_its_line_length_and_content(width, data):
    block = lines_of(base64.b64encode(data).decode(), width)
    assert strip_blocks(around(block)) == around("X").replace("X\n", "")


def test_uuencoded_lines_may_have_lost_spaces_at_their_ends():
    data = DATA[:39] + b"\0" * 6 + DATA[:45] + DATA[:180] + DATA[:42] + b"\0" * 3 + DATA[:60]
    rows = [binascii.b2a_uu(data[start : start + 45]).decode().rstrip() for start in range(0, len(data), 45)]
    assert len({len(row) for row in rows[:-1]}) > 2
    assert strip_blocks(around("\n".join(["begin 644 a.gif", *rows, "`", "end"]))) == around("X").replace("X\n", "")


def test_binhex_goes():
    alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
    for seed in range(20):
        rows = lines_of("".join(random.Random(seed).choices(alphabet, k=600)), 64)
        assert strip_blocks(around(f":{rows[1:]}:")) == around("X").replace("X\n", "")


def test_words_below_the_data_are_kept():
    for word in ("Regards", "Best", "Thanks", "MAIL ME"):
        block = base64.encodebytes(DATA[:400]).decode().strip() + f"\n{word}"
        assert strip_blocks(around(block)) == around(word)
        assert strip_blocks(around("\n".join([*UUENCODED, word]))) == around(word)


@pytest.mark.parametrize(
    "own",
    [
        lines_of(letters("海船港口风浪天气今天明天我们他们看见到了", 300), 70),
        lines_of(letters("うみふねみなとかぜなみてんきカタカナ東京", 300), 60),
        lines_of(letters("ทะเลเรือท่าลมคลื่นวันนี้", 300), 60),
        "\n".join(
            f'{{"time":"2023-01-0{day}T08:00:00Z","level":"WARN","port":80{day},"text":"slow"}}' for day in range(5)
        ),
        "\n".join(f"/srv/Data2023/Archive/Harbour/Camera0{day}/FrameA/Raw" for day in range(6)),
        "\n".join(f"C:\\Users\\Ada\\Documents\\Harbour2023\\Camera0{day}\\FrameA" for day in range(6)),
        "\n".join(f"https://example.org/Archive2023/Harbour/Camera0{day}/FrameA" for day in range(6)),
        "\n".join(f"loadHarbourCameraFrameFromArchive0{day}AndShowItOnTheScreen" for day in range(6)),
        lines_of(letters("ACDEFGHIKLMNPQRSTVWY", 360), 60),
        "\n".join("M" + letters("ACDEFGHIKLMNPQRSTVWY", 60) for _ in range(5)),
        lines_of(letters("ACGT", 360), 60),
        lines_of(letters("acgtn", 360), 70),
        lines_of(letters("0123456789abcdef", 384), 64),
        lines_of(letters("0123456789ABCDEF", 384), 64),
        lines_of(letters("0123456789", 360), 60),
        "\n".join(["Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz"] * 4),
        "\n".join("MOST PEOPLE IN THE HARBOUR SHOUT AT EACH OTHER ALL DAY LONG."[:60] for _ in range(4)),
        "\n".join(["=" * 60, "#" * 60, "*" * 60, "=" * 60]),
    ],
)
def test_dense_lines_that_nobody_encoded_are_kept(own):
    assert strip_blocks(around(own)) == around(own)
