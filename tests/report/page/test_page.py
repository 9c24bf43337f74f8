"""The page in a real browser: accessible, quiet, and its sorting, filtering, hiding and pointing at things work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from drawing import draw_all
from playwright.sync_api import Page
from robust import explained, perturbed
from sample import LABELS, joined

from browsers import needs_browser
from textstudy.report.findings import conclude
from textstudy.report.render import render

pytestmark = needs_browser


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    report = explained(perturbed(joined()))
    report["errors"] = made_up_errors(report)
    report = conclude(report)
    draw_all(report, folder / "figures")
    render(report, [folder / "figures"], folder / "report.html", folder / "report.pdf")
    return folder / "report.html"


def made_up_errors(report: dict) -> dict:
    example = {"id": "d1", "text": "<b>bold</b> claims", "label": LABELS[0], "probability": 0.9}
    pair = {"true": LABELS[0], "predicted": LABELS[1], "count": 3, "examples": [example]}
    bins = [{"confidence": 0.1 * place, "accuracy": 0.09 * place, "count": 40} for place in range(1, 11)]
    shared = {"count": 12, "unanimous": 4, "expected": 3.1, "examples": []}
    names = list(report["models"])
    shared["examples"] = [{**example, "answers": dict.fromkeys(names, LABELS[1])}]
    return {
        "documents": 400, "asked": names[:2], "confusions": {name: [pair] for name in names}, "shared": shared,
        "label_issues": {"count": 0, "examples": []}, "groups": [], "reliability": {name: bins for name in names},
        "calibration": {}, "abstention": {},
    }  # fmt: skip


@pytest.fixture
def page(browser, file) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(browser, file, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto(file.as_uri())
    for part in page.locator("details").all():
        part.evaluate("part => { part.open = true; }")
    violations = Axe().run(page).response["violations"]
    serious = {
        found["id"]: [node["html"][:200] for node in found["nodes"][:3]]
        for found in violations
        if found["impact"] in ("serious", "critical")
    }
    page.close()
    assert serious == {}


def test_no_request_leaves_the_page_and_no_script_is_refused(browser, file):
    page = browser.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    page.close()
    assert [url for url in requests if not url.startswith(("data:", file.as_uri()))] == []
    assert complaints == []


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_screen(browser, file, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def column(page: Page, table: str, place: int) -> list[str]:
    return page.locator(f"{table} tbody tr > :nth-child({place})").all_inner_texts()


def test_a_heading_sorts_by_its_numbers_down_up_and_back(page):
    table = "table#table-summary"
    before, button = column(page, table, 2), page.locator(f"{table} th button", has_text="Test accuracy")
    values = [float(text.split()[0]) for text in before]
    button.click()
    assert [float(text.split()[0]) for text in column(page, table, 2)] == sorted(values)
    assert page.locator(f"{table} th[aria-sort=ascending]").count() == 1
    button.press("Enter")
    assert [float(text.split()[0]) for text in column(page, table, 2)] == sorted(values, reverse=True)
    button.click()
    assert column(page, table, 2) == before and page.locator(f"{table} th[aria-sort]").count() == 0


def test_durations_sort_by_their_length(page):
    table = "table#table-summary"
    page.locator(f"{table} th button", has_text="Training").click()
    shown = [text for text in column(page, table, 7) if text.strip() != "—"]

    def length(text: str) -> float:
        parts = text.split()
        scale = {"h": 3600, "min": 60, "s": 1}
        return sum(float(number) * scale[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))

    assert [length(text) for text in shown] == sorted(map(length, shown))


def test_a_field_keeps_the_rows_that_hold_a_text(page):
    fields = page.locator(".filter input")
    assert fields.count() > 0
    frame = page.locator(".filter").first.locator("xpath=following-sibling::*[1]")
    rows = frame.locator("tbody tr")
    word = rows.nth(1).locator("th, td").first.inner_text()
    fields.first.fill(word)
    visible = [row for row in rows.all() if row.is_visible()]
    assert 0 < len(visible) < rows.count() and all(word in row.inner_text() for row in visible)
    assert f"{len(visible)} of {rows.count()} rows" in page.locator(".filter [role=status]").first.inner_text()


def test_a_name_under_the_curves_hides_its_lines(page):
    figure = page.locator("figure#figure-training_loss")
    button = figure.locator(".series button").first
    lines = figure.locator(f'svg [id*="--{"bilstm_attention"}--"]')
    assert lines.count() >= 3 and lines.first.is_visible()
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert not any(line.is_visible() for line in lines.all())
    button.click()
    assert lines.first.is_visible()


def test_a_confusion_shows_a_document_when_pointed_at_and_when_focused(page):
    cell = page.locator("table.matrix td[tabindex]", has_text="For example").first
    tip = cell.locator(".tip")
    assert not tip.is_visible()
    cell.hover()
    assert tip.is_visible() and "<b>bold</b> claims" in tip.inner_text()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    cell.focus()
    assert tip.is_visible()


def test_the_reader_chooses_light_or_dark(page):
    def paper() -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light, button = paper(), page.locator("button#theme")
    assert button.inner_text() == "Dark"
    button.click()
    assert paper() != light and button.inner_text() == "Light"
    button.click()
    assert paper() == light


def test_the_contents_mark_what_is_read(page):
    page.evaluate("document.getElementById('results').scrollIntoView()")
    page.wait_for_timeout(300)
    assert page.locator("nav a[aria-current]").all_inner_texts() == ["Results"]


def test_all_is_there_without_the_script(browser, file):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("figure#figure-training_loss svg").is_visible()
    assert page.locator("table#table-summary tbody tr").count() > 2
    page.locator("summary").first.click()
    assert page.locator("details[open]").count() == 1
    context.close()
