"""The documentation: its links lead somewhere, the files it names exist, and its pictures and tables are current."""

import re
from functools import cache

import draw_dag
import pytest
import torch
import yaml
from sample import finished, sample
from typer.main import get_command
from write_reference import slug

from paths import ROOT
from textstudy.settings.study import Study

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")
CODE_BLOCK = re.compile(r"^ *```.*?^ *```", flags=re.MULTILINE | re.DOTALL)
NAMED_FILE = re.compile(r"`((?:benchmarks|config|envs|profiles|rules|tests|tools|workflow_scripts)/[a-z0-9_/.-]+)`")

EXAMPLES = {  # that the reader of a page is to make
    "config/studies/messages.yaml",
    "tests/models/test_average.py",
    "workflow_scripts/textstudy/models/average.py",
    "workflow_scripts/textstudy/settings/models/average.py",
}


@cache
def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}


def name(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    text = CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{target} does not exist"
        assert not anchor or anchor in anchors(found), f"{target} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_named_files_exist(page):
    for path in set(NAMED_FILE.findall(page.read_text(encoding="utf-8"))) - EXAMPLES:
        assert (ROOT / path).exists(), f"{path} does not exist"


def examples(page, language):
    """Return the blocks of code on a how-to page."""
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def run(code, **names):
    """Return what a block of code defines; `names` are there before."""
    exec(code, names)
    return names


@pytest.mark.parametrize(
    "page", ["fine-tuning-and-ensembles.md", "cheap-networks.md", "phases.md", "typos-and-explanations.md"]
)
def test_the_examples_of_a_page_are_one_study(page):
    preparation = {"name": "demo", "corpus": {"kind": "demo"}}
    study = yaml.safe_load("".join(examples(page, "yaml")))
    study["models"]["linear_nb"] = {"architecture": "linear"}
    Study.model_validate({"title": page, "preparation": preparation, **study})


def test_the_example_of_a_kind_of_model_works():
    network, settings = (run(code) for code in examples("new-model.md", "python"))
    (entry,) = yaml.safe_load(examples("new-model.md", "yaml")[0])["models"].values()
    chosen = settings["AverageModel"].model_validate(entry).model_dump()
    model = network["build"](chosen, classes=3, vocabulary_size=10).eval()
    padded, alone = torch.tensor([[3, 4, 0, 0]]), torch.tensor([[3, 4]])
    assert torch.equal(model(padded, torch.tensor([2])), model(alone, torch.tensor([2])))
    assert model(alone, torch.tensor([2])).shape == (1, 3)


def test_the_example_of_a_chapter_works():
    report = finished(sample())
    about_findings, chapter, *_ = examples("new-chapter.md", "python")
    imports = "from collections import Counter\nfrom textstudy.report.language.types import Finding, Report, finding\n"
    (found,) = run(imports + about_findings)["_hardest"](report)
    assert found["text"].endswith(f"of {len(report['models'])} models.")
    assert len(run(chapter)["values"](report, None)["hardest"].rows) == len(report["models"])


def test_every_page_can_be_reached():
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text())
    }
    assert set(PAGES) - linked == {ROOT / "README.md"}


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 100


def test_the_picture_of_the_rules_is_current():
    drawing = draw_dag.drawing()
    assert (ROOT / "docs" / "pictures" / "dag.svg").read_text(encoding="utf-8") == drawing, "run `make docs`"
    rules = {
        rule
        for path in (ROOT / "rules").glob("*.smk")
        for rule in re.findall(r"^rule (\w+):$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    drawn = set(re.findall(r'<text class="rule"[^>]*>(\w+)</text>', drawing))
    assert drawn == rules | {"train_MODEL"}


def test_every_make_target_is_documented():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    commands = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `make ([a-z-]+)`", commands, flags=re.MULTILINE)) == targets


def test_every_command_is_documented():
    app = pytest.importorskip("textstudy.cli").app
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `textstudy ([a-z]+)", page, flags=re.MULTILINE)) == set(get_command(app).commands)


def test_every_study_is_documented():
    studies = {path.stem for path in (ROOT / "config" / "studies").glob("*.yaml")}
    page = (ROOT / "docs" / "how-to" / "studies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, flags=re.MULTILINE)) == studies
