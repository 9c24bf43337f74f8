"""The page in a real browser: what it shows, that it asks nothing from elsewhere, and that texts stay texts."""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browsers import needs_browser
from textstudy.use.serve.limits import LOOPBACK

from .conftest import made_up_model, served

pytestmark = needs_browser
EVIL = "<img src=x onerror=alert(1)>"
TEXT = f"The rocket 😀 reached {EVIL} an orbit, says the novel."


@pytest.fixture(scope="module")
def url(model) -> Iterator[str]:
    def by_length(texts):
        return np.array([[len(text) % 7 / 7, 1 - len(text) % 7 / 7] for text in texts], dtype=np.float32)

    with served({"linear": model, "other": made_up_model(by_length, labels=(EVIL, "plain"))}, hosts=LOOPBACK) as url:
        yield url


@pytest.fixture
def page(browser, url) -> Iterator[Page]:
    page, complaints = browser.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: request.url.startswith((url, "data:")) or complaints.append(request.url))
    page.goto(url)
    yield page
    page.close()
    assert complaints == []


def classify(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Text", exact=True).fill(text)
    expect(page.locator("#state")).to_have_text("2 models answered.")


def test_a_text_is_answered_by_all_models_with_the_words_that_decided(page, model):
    classify(page)
    card = page.locator("article[data-model=linear]")
    probabilities = model.predict_proba([TEXT])[0]
    expect(card.locator(".label")).to_have_text(str(model.classes_[probabilities.argmax()]))
    shown = [float(text.removeprefix("< ").split()[0]) for text in card.locator(".value").all_inner_texts()]
    assert shown == pytest.approx(sorted(100 * probabilities, reverse=True), abs=0.1)
    explained = model.explain(TEXT)
    assert card.locator(".panel").inner_text() == explained.text
    strongest = max(explained.words, key=lambda word: abs(word[2]))
    expect(card.locator("mark.level-4", has_text=explained.text[strongest[0] : strongest[1]])).to_be_visible()
    assert page.locator("article[data-model=other] li", has_text=EVIL).count() == 1


def test_typos_show_what_they_move_and_can_be_taken_back(page):
    classify(page)
    before = page.locator("article[data-model=linear] .value").first.inner_text()
    page.get_by_label("Typos").select_option("deletion")
    page.get_by_role("button", name="Add typos").press("Enter")
    expect(page.locator("#edits del").first).to_be_visible()
    expect(page.locator("article[data-model=linear] .value").first).to_contain_text(", was ")
    assert page.get_by_label("Text", exact=True).input_value() != TEXT
    page.get_by_role("button", name="Undo typos").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(TEXT)
    expect(page.locator("article[data-model=linear] .value").first).to_have_text(before)
    expect(page.locator("#edits")).to_be_hidden()


def give_table(page: Page, content: bytes) -> None:
    page.get_by_label("CSV file").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": content})


def test_a_table_gets_its_answers(page, model):
    texts = ["orbit, moon", 'a "novel"\nof two lines', "=HYPERLINK(1)", EVIL, "", "x" * 100_001, "scene"]
    texts += [f"the comet {number}" for number in range(150)]
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerow(["id", "text"])
    csv.writer(file, delimiter=";").writerows([f"-{place}", text] for place, text in enumerate(texts))
    give_table(page, file.getvalue().encode())
    expect(page.get_by_label("Texts in column")).to_have_value("1")
    page.get_by_role("button", name="Classify").click()
    expect(page.locator("#table-state")).to_contain_text("157 rows of 157 classified. 1 text of more than 100,000")
    expect(page.locator("#table-state")).to_contain_text("nothing of 1 text,")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save answers.csv").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as saved:
        names, *rows = csv.reader(saved)
    assert names == ["id", "text", "predicted_label", "probability"]
    assert [row[0] for row in rows] == [f"'-{place}" for place in range(len(texts))]
    assert [row[1] for row in rows] == [f"'{text}" if text[:1] == "=" else text for text in texts]
    labels = [label if len(text) <= 100_000 else "" for label, text in zip(model.predict(texts), texts, strict=True)]
    assert [row[2] for row in rows] == labels


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"text\n", "no rows"), (b'text\n"open', "row 2 is never closed"), (b"text\ncaf\xe9\n", "Windows-1252")],
)
def test_a_table_that_cannot_be_read_is_told(page, content, told):
    give_table(page, content)
    expect(page.locator("#table-state")).to_contain_text(told)


@pytest.mark.parametrize(("scheme", "width"), [("light", 375), ("dark", 1280)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser, url, scheme, width):
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto(url)
    classify(page)
    page.get_by_role("button", name="Add typos").click()
    expect(page.locator("#edits")).to_be_visible()
    expect(page.locator("#mix article")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert {found["id"]: found["nodes"][0]["html"][:200] for found in violations} == {}
    page.close()


def test_a_server_that_wants_a_key_is_given_it(browser, model):
    with served({"linear": model}, key="secret") as url:
        page = browser.new_page()
        page.goto(url)
        for key in ("wrong", "secret"):
            page.get_by_label("key").fill(key)
            page.get_by_role("button", name="Use it").click()
        expect(page.locator("#ask-key")).to_be_hidden()
        page.get_by_label("Text", exact=True).fill("orbit")
        expect(page.locator("article[data-model=linear] .label")).to_have_text("astro")
        page.close()


def test_a_server_that_is_gone_is_told(browser):
    page = browser.new_page()
    with served({"made up": made_up_model()}) as url:
        page.goto(url)
        expect(page.locator("#mix article")).to_have_count(1)
    page.get_by_label("Text", exact=True).fill("orbit")
    expect(page.locator("article .answer")).to_contain_text("does not answer")
    page.close()
