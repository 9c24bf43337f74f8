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
