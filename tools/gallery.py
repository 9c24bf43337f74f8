"""Pictures of every report under results/studies, for docs/gallery: `make gallery`.

Of each study the decision on its page, one telling figure and three sheets of its PDF, with the command that makes the
report, which report.json knows. Needs Chromium and poppler's pdftoppm on the path.
"""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 840  # pixels of a picture
TELLING = ("robustness_drops", "decision")  # the first that a report has
SHEETS = (1, 2, 5)  # of the PDF: the decision, the findings, the first chapter
HEAD = """# Gallery

Reports as they came out, made by `make gallery` from `results/studies`; each command makes the report again.
"""


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture at the gallery's width, in few colours: drawings lose nothing by it."""
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)


def photograph(page: Page, report: Path, name: str) -> Iterator[str]:
    """Save the summary of a report's page and its telling figure; yield the names of the pictures."""
    page.goto(f"{report.as_uri()}#summary")
    save(Image.open(io.BytesIO(page.screenshot())), GALLERY / f"{name}-page.png")
    yield f"{name}-page.png"
    figure = next((found for kind in TELLING if (found := page.locator(f"#figure-{kind}")).count()), None)
    if figure is not None:
        save(Image.open(io.BytesIO(figure.screenshot())), GALLERY / f"{name}-figure.png")
        yield f"{name}-figure.png"


def sheets(pdf: Path, name: str) -> str:
    """Save some sheets of a PDF side by side; returns the name of the picture."""
    shown = []
    for number in SHEETS:
        command = ["pdftoppm", "-png", "-r", "60", "-f", str(number), "-l", str(number), str(pdf)]
        made = subprocess.run(command, capture_output=True, check=True).stdout
        shown += [Image.open(io.BytesIO(made))] if made else []
    gap = 12
    whole = Image.new("RGB", (sum(sheet.width + gap for sheet in shown) + gap, shown[0].height + 2 * gap), "#b8b8b8")
    left = gap
    for sheet in shown:
        whole.paste(sheet, (left, gap))
        left += sheet.width + gap
    save(whole, GALLERY / f"{name}-pdf.png")
    return f"{name}-pdf.png"


def described(report: dict[str, Any], pictures: list[str]) -> str:
    """Return the gallery's section on a study."""
    study, findings = report["study"], report["findings"]
    commands = "\n".join(report["provenance"]["commands"])
    scaled = f", with {len(study['scaled'])} settings scaled to the machine" if study["scaled"] else ""
    machine = report["provenance"]["machine"]
    best = next((f"{item['text']}\n\n" for item in findings if item["kind"] == "best"), "")
    shown = "\n".join(f"![{study['title']}]({picture})" for picture in pictures)
    on = f"On {machine['cores']} cores ({machine['processor']}){scaled}."
    return f"\n## {study['title']}\n\n{best}{on}\n\n```sh\n{commands}\n```\n\n{shown}\n"


def main() -> None:
    """Photograph every report that is there."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    reports = sorted(Path("results/studies").glob("*/report.json"))
    if not browser or not shutil.which("pdftoppm"):
        sys.exit("make gallery needs Chromium and poppler's pdftoppm on the path: install both.")
    if not reports:
        sys.exit("There is no report under results/studies: run make report first.")
    GALLERY.mkdir(parents=True, exist_ok=True)
    sections = []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = started.new_page(viewport={"width": 1500, "height": 1000})
        for path in reports:
            name, report = path.parent.name, json.loads(path.read_text(encoding="utf-8"))
            pictures = list(photograph(page, path.with_suffix(".html").resolve(), name))
            pictures.append(sheets(path.with_suffix(".pdf"), name))
            sections.append(described(report, pictures))
        started.close()
    (GALLERY / "README.md").write_text(HEAD + "".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
