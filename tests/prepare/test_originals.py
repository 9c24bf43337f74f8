"""Which earlier message is copied below an answer, and which headings are the author's own."""

import pytest

from textstudy.prepare.originals import strip_original

ANSWER = "The boat leaves at noon."
HEADINGS = [
    "-----Original Message-----\nFrom: Eva Stein [mailto:eva@y.example]\nSent: Friday, April 12, 2019 6:40 PM\nTo: Ada",
    "-----Original Message-----\nFrom: Eva Stein\nSent: Friday, April 12, 2019 6:40 PM",
    "-----Ursprüngliche Nachricht-----\nVon: Eva Stein\nGesendet: Freitag, 12. April 2019 18:40\nAn: Ada",
    "-----Message d'origine-----\nDe : Eva <eva@y.example>\nEnvoyé : vendredi 12 avril 2019 18:40\nÀ : Ada\nObjet : b",
    "-----Mensaje original-----\nDe: Eva\nEnviado el: viernes, 12 de abril de 2019 18:40\nPara: Ada\nAsunto: barco",
    "-----Исходное сообщение-----\nОт: Ева <eva@y.example>\nОтправлено: 12 апреля 2019 18:40\nКому: Ада\nТема: лодка",
    "---------- Skilaboð áframsend ----------\nFrá: Eva <eva@y.example>\nDags.: fös. 12. apr. 2019\nEfni: bátur",
    "-------- Original-Nachricht --------\nBetreff: Boot\nDatum: Fri, 12 Apr 2019 18:40:11 +0200\nVon: <eva@y.example>",
    "________________________________\nFrom: Eva Stein <eva@y.example>\nSent: Friday, April 12, 2019\nTo: Ada",
    "\nFrom: Eva Stein\nSent: Friday, April 12, 2019 6:40 PM\nTo: Ada\nSubject: boat",
    "\nVon: Eva Stein\nGesendet: Freitag, 12. April 2019 18:40\nAn: Ada\nBetreff: Boot",
    "\nDe : Eva\nEnvoyé : vendredi 12 avril 2019 18:40\nÀ : Ada\nObjet : bateau",
    "\n*Da:* Eva\n*Inviato:* venerdì 12 aprile 2019 18:40\n*A:* Ada\n*Oggetto:* barca",
    "\n差出人: Eva <eva@y.example>\n送信日時: 2019年4月12日 18:40\n宛先: Ada\n件名: 船",
]


@pytest.mark.parametrize("heading", HEADINGS)
def test_an_earlier_message_below_the_answer_goes(heading):
    assert strip_original(f"{ANSWER}\n\n{heading}\n\nWhen does it leave?\n\nEva").strip() == ANSWER


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_message_that_is_only_passed_on_is_kept_without_its_heading(heading):
    assert strip_original(f"{heading}\n\nWhen does it leave?").strip() == "When does it leave?"


def test_marked_lines_below_the_heading_are_left_to_the_rules_of_quotations():
    text = f"{ANSWER}\n\n{HEADINGS[0]}\n\n> When does it leave?\n\nAt noon."
    assert strip_original(text) == f"{ANSWER}\n\n\n> When does it leave?\n\nAt noon."


@pytest.mark.parametrize(
    "own",
    [
        "From: Lyon\nTo: Ghent\nDate: 2 June 2021 10:15\nClass: second",
        "From: Lyon\nDate: 2 June 2021 10:15\nTo: Ghent\nClass: second",
        "Where: the harbour\nWhen: 2 June 2021 10:15\nWho: ada@x.org\n\nPlease come.",
        "----- Results -----\nBoat: Ariadne\nDate: 2021-06-02 10:15\n\nIt was fast.",
        "--- Second part ---\nName: Ada\nPlace: Lyon\n\nMore text.",
        "________________________________\nName: Ada\nAge: 36\n\nMore text.",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nText.",
        "From: the harbour we saw the boats.\n\nMore text.",
        "---\ntitle: Boats\nauthor: ada@x.org\n---\nMore text.",
    ],
)
def test_the_authors_own_fields_and_rules_are_kept(own):
    assert strip_original(f"{ANSWER}\n\n{own}") == f"{ANSWER}\n\n{own}"
