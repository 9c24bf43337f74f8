"""The finished report: one HTML file that needs no other file, and a PDF without empty pages."""

import base64
import hashlib
import io
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.image
import pytest
from drawing import draw_all
from grouped import grouped
from grown import grown
from robust import explained, perturbed
from sample import finished, joined, phased, sample
from scrutinised import scrutinised

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.report.chapters import CHAPTERS
from textstudy.report.drawing.style import house_style
from textstudy.report.drawing.svg import save
from textstudy.report.findings import conclude
from textstudy.report.language.escaping import markdown, plain
from textstudy.report.render import compose, compose_chapters, convert, render, typeset
from textstudy.report.sections.explanations.figures import deletion_curves
from textstudy.report.sections.robustness import figures as robustness_figures
from textstudy.storage.seal import PLAIN, UNSEALED, seal

LIBRARY = ROOT / "workflow_scripts"
GOLDEN = Path(__file__).parent / "golden"
HOSTILE = "<script>alert(1)</script> `#import` $x$ ](javascript:a) {{ 7*7 }} a|b *c* _d_ @ref ]{.e} <img src=x>"


def loss(kind: str, text: str) -> dict:
    """Return a warning of the audit."""
    return {
        "kind": kind, "step": "clean", "setting": "clean.quotes", "line": 1, "labels": ["thanks"], "documents": 80,
        "text": text,
    }  # fmt: skip


class Page(HTMLParser):
    """Tags, links, sources, images and tables of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.sources, self.links, self.identifiers, self.images, self.text = [], [], [], [], [], []
        self.tables, self.policies = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.sources += [values[key] for key in ("src", "srcset", "data", "poster") if key in values]
        self.sources += [values["href"]] if tag == "link" else []
        self.links += [values["href"]] if tag == "a" else []
        self.identifiers += [values["id"]] if "id" in values else []
        self.images += [values.get("alt")] if tag == "img" else []
        self.images += [values.get("aria-label")] if tag == "svg" and values.get("role") == "img" else []
        assert not [key for key in values if key.startswith("on")], "no handler of events"
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(values["content"])
        if tag == "table":
            self.tables.append([])
        if tag == "th":
            self.tables[-1].append(values.get("scope"))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Return (report, page, text of the HTML file, folder) of the made-up report."""
    report, folder = scrutinised(grown(explained(perturbed(joined())))), tmp_path_factory.mktemp("report")
    report = conclude(report)
    draw_all(report, folder / "figures")
    render(report, [folder / "figures"], folder / "report.html", folder / "report.pdf")
    text = (folder / "report.html").read_text()
    return report, Page(text), text, folder


def test_the_page_loads_nothing_and_runs_its_one_script(rendered):
    _, page, text, _ = rendered
    assert page.tags.count("script") == 1 and "iframe" not in page.tags and "link" not in page.tags
    script = text[text.index("<script>") + len("<script>") : text.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.policies[0]
    assert page.sources == [], "drawings are part of the page"
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert any(policy.startswith("default-src 'none'") for policy in page.policies)
    assert len(text) < 6_000_000


def test_the_page_is_accessible(rendered):
    _, page, text, _ = rendered
    assert page.images and all(page.images)
    assert page.tables and all(scopes and set(scopes) == {"col", "row"} for scopes in page.tables)
    assert text.count("<caption>") == len(page.tables)
    assert '<html lang="en">' in text and "prefers-color-scheme: dark" in text and "@media print" in text
    assert "<math" in text, "formulas are MathML"


def test_links_lead_somewhere(rendered):
    report, page, _, folder = rendered
    inner = {link[1:] for link in page.links if link.startswith("#")}
    assert inner <= set(page.identifiers) and len(inner) > 15
    assert len(page.identifiers) == len(set(page.identifiers))
    outer = [link for link in page.links if not link.startswith("#")]
    runs = [run["folder"] for model in report["models"].values() for run in model["runs"]]
    targets = {(folder / link).resolve() for link in outer if not link.startswith("http")}
    assert targets == {Path(run).resolve() for run in runs}


def test_the_contents_name_every_model(rendered):
    report, _, text, _ = rendered
    contents = text[text.index("<nav") : text.index("</nav>")]
    assert all(f'href="#model-{name}"' in contents for name in report["models"])


def test_figures_and_tables_are_numbered_without_gaps(rendered):
    _, page, text, _ = rendered
    matrices = text.count('class="matrix"')
    assert matrices > 3
    alone = len(re.findall(r'<table [^>]*class="page"', text))  # only the page has them, without a number
    for kind, total in (("Figure", len(page.images) + 1), ("Table", len(page.tables) - matrices - alone)):
        numbers = [int(number) for number in re.findall(rf"<strong>{kind}\s(\d+)\.</strong>", text)]
        assert numbers == list(range(1, total + 1))


def test_references_show_the_number_of_what_they_lead_to(rendered):
    _, _, text, _ = rendered
    found = re.findall(r'<a[^>]*href="#((?:figure|table)-[\w-]+)"[^>]*>((?:Figure|Table)\s\d+)</a>', text)
    for identifier, shown in found:
        start = text.index(f'id="{identifier}"')
        assert f"<strong>{shown}.</strong>" in text[start : text.index("</strong>", start) + 9], identifier
    assert 'href="#equation-bptt">(2)</a>' in text
    assert text.index('id="equation-bptt"') < text.index("<span>(2)</span>") < text.index('href="#equation-bptt"')
    assert sum(identifier.startswith("table") for identifier, _ in found) > 10 < len(found) - 10


def test_sentences_that_refer_to_what_is_not_there_are_left_out(tmp_path):
    table = "| A |\n| :-- |\n| b |\n\n: C {#table-y}\n"
    sentences = f"[See [](#table-x).]{{.refer}} [Or [](#table-y).]{{.refer}}\n\n{table}"
    report = sample()
    assert "See" not in convert(sentences, report, "typst", tmp_path)
    page = convert(sentences, report, "html5", tmp_path)
    assert "See" not in page and 'Or <a href="#table-y">Table\xa01</a>.' in page
    with pytest.raises(StudyError, match="nothing has the name #table-x"):
        convert("See [](#table-x).", report, "typst", tmp_path)


def test_page_and_pdf_have_parts_of_their_own(tmp_path):
    tables = "| A |\n| :-- |\n| seen |\n\n: Whole {#table-x}\n", "| B |\n| :-- |\n| b |\n\n: C {#table-y}\n"
    text = f"::: page\n{tables[0]}:::\n\n::: paper\nprinted\n:::\n\n{tables[1]}"
    page = convert(text, sample(), "html5", tmp_path)
    paper = convert(text, sample(), "typst", tmp_path)
    assert "seen" in page and "seen" not in paper and "printed" in paper and "printed" not in page
    for medium in (page, paper):
        assert len(re.findall(r"Table\W1\.", medium)) == 1 and "Table\xa02" not in medium


def test_every_page_of_the_pdf_has_something_on_it(rendered):
    report, _, _, folder = rendered
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    figures = folder / "figures"
    text = compose(report, figures={path.stem for path in figures.glob("*.svg")}, base=folder)
    pages = typeset(convert(text, report, "typst", figures), figures, format="png", ppi=18)
    assert len(pages) >= 8
    for page in pages:
        grey = matplotlib.image.imread(io.BytesIO(page))[..., :3].mean(axis=2)  # (height, width)
        assert (grey < 0.9).mean() > 0.001
        margin = round(12 / 25.4 * 18)  # 12 of the 20 mm at the sides stay white: nothing runs over the edge
        assert (grey[:, :margin] > 0.9).all() and (grey[:, -margin:] > 0.9).all()


def test_the_same_report_makes_the_same_files(rendered):
    report, _, text, folder = rendered
    render(report, [folder / "figures"], folder / "again.html", folder / "again.pdf")
    assert (folder / "again.html").read_text() == text
    assert (folder / "again.pdf").read_bytes() == (folder / "report.pdf").read_bytes()


def test_hostile_labels_titles_and_words_stay_text(tmp_path):
    report = sample(labels=(HOSTILE, "b"), models={"x": ("recurrent", 0.6), "y": ("linear", 0.5)}, support=20)
    for part in (report["study"], report["models"]["x"]):
        part["title"] = HOSTILE
    report["study"]["description"] = report["ledger"][0]["reason"] = HOSTILE
    report["ledger"][1]["samples"] = [
        {"id": HOSTILE, "label": HOSTILE, "words": 9, "emptied": True, "text": f"{HOSTILE}\n| a | b |\n:::\n{HOSTILE}"}
    ]
    report["audit"]["warnings"] = [loss(kind, HOSTILE) for kind in ("class lost", "words taken")]
    report["corpus"]["languages"].update(scripts={HOSTILE: 1.0}, languages={HOSTILE: 1.0})
    report["study"]["settings"][HOSTILE] = HOSTILE
    report["models"]["x"]["diagnosis"] = [HOSTILE]
    report["models"]["x"]["runs"][0]["folder"] = "../<b>\"'/](javascript:x)"
    report["provenance"]["commands"] = [f"run --option {HOSTILE}"]
    report["provenance"]["resources"][0]["source"] = "javascript:alert(1)"
    report["reported"]["source"] = HOSTILE
    report["memory"]["steps"][0]["job"] = report["memory"]["steps"][0]["step"] = HOSTILE
    report["models"]["y"]["extends"] = {"phase": "a", "model": "x", "changes": {HOSTILE: HOSTILE}}
    report["models"]["x"]["collapsed"] = [{"seed": 1, "label": HOSTILE, "share": 1.0, "true_share": 0.5}]
    ranking = phased()["phases"][2]["ranking"][0]
    report["phases"] = [
        {"name": name, "title": HOSTILE, "winner": model, "ranking": [{**ranking, "model": model}]}
        for name, model in (("a", "x"), ("b", "y"))
    ]
    report = conclude(report)
    draw_all(report, tmp_path / "figures")
    render(report, [tmp_path / "figures"], tmp_path / "report.html", tmp_path / "report.pdf")
    page = Page((tmp_path / "report.html").read_text())
    assert page.tags.count("script") == 1 and "svg" in page.tags and "img" not in page.tags
    assert page.sources == []
    assert not [link for link in page.links if link.lower().startswith(("javascript", "data"))]
    shown = " ".join("".join(page.text).split())
    assert shown.count(plain(HOSTILE)) > 20
    assert "49" not in re.findall(r"\{\{.*?\}\}", shown)
    assert (tmp_path / "report.pdf").stat().st_size > 50_000


def test_hostile_edits_and_explained_words_stay_text(tmp_path):
    report = explained(perturbed(sample()))
    found = report["robustness"]
    found["sentence"].update(text=HOSTILE, label=HOSTILE)
    edit = {"start": 2, "end": 2 + len(HOSTILE), "before": HOSTILE, "after": HOSTILE}
    found["examples"] = [{"perturbation": HOSTILE, "id": HOSTILE, "text": f"a {HOSTILE} b", "edits": [edit]}]
    for rows in (found["samples"], *(model["perturbed"] for model in found["models"].values())):
        for row in rows:
            row["perturbation"] = HOSTILE if row["perturbation"] == "qwerty" else row["perturbation"]
    for explanation in report["explanations"].values():
        explanation.update(method=HOSTILE, attention=HOSTILE, top_words={HOSTILE: [[HOSTILE, 0.5]]})
        for document in explanation["documents"]:
            document.update(id=HOSTILE, label=HOSTILE, predicted=HOSTILE, kind=HOSTILE, perturbation=HOSTILE)
            for token in document["tokens"]:
                token["text"] = HOSTILE
    report = conclude(report)
    (tmp_path / "figures").mkdir()
    charts = {"robustness_drops": robustness_figures.drops, "robustness_severity": robustness_figures.severity,
              "deletion_curves": deletion_curves}  # fmt: skip
    with house_style():
        for name, chart in charts.items():
            save(chart(report), tmp_path / "figures" / f"{name}.svg")
    render(report, [tmp_path / "figures"], tmp_path / "report.html", tmp_path / "report.pdf")
    page = Page((tmp_path / "report.html").read_text())
    assert page.tags.count("script") == 1 and {"del", "ins", "span"} <= set(page.tags)
    assert page.sources == []
    assert not [link for link in page.links if link.lower().startswith(("javascript", "data"))]
    shown = " ".join("".join(page.text).split())
    assert shown.count(plain(HOSTILE, 60)) > 60
    assert (tmp_path / "report.pdf").stat().st_size > 50_000


def test_edits_and_highlights_differ_without_colour(rendered):
    _, page, text, _ = rendered
    assert page.tags.count("del") == page.tags.count("ins") == 11
    style = text[text.index("<style>") : text.index("</style>")]
    assert re.search(r"\.against \{[^}]*underline dashed", style) and re.search(r"\ndel \{[^}]*line-through", style)
    assert text.count('class="towards level-4"') == text.count('class="against level-4"') == 6
    shown = " ".join("".join(page.text).split())
    assert "great → grewt; likes → likws" in shown
    assert "Strongest for the answer: great (+1.00)" in shown and "against it: nobody (−1.00)" in shown


def test_sections_without_data_are_left_out(tmp_path):
    report = sample()
    report["audit"].update(overlaps=[], label_conflicts=[], label_conflict_count=0, suspects=[], top_features={})
    report["leakage"]["variants"] = []
    report["memory"]["steps"] = []
    del report["models"]["distilbert_freeze"], report["confusions"]["distilbert_freeze"]
    report["encodings"] = {}
    report.update(ledger=[], pairs=[], confusions={name: [] for name in report["models"]}, reported=None)
    for model in report["models"].values():
        model.update(history=[], per_class=[], diagnosis=[], gap=None)
    text = compose(finished(report), figures=set(), base=Path("results/studies/sample"))
    absent = (
        "Phases", "Memory", "Ledger", "Price of leakage", "Tokens", "Reported", "Paired tests",
        "Learning curves", "Robustness", "Explanations", "Training with perturbed copies", "The published protocol",
    )  # fmt: skip
    for heading in absent:
        assert f"# {heading}" not in text
    render(report, [tmp_path], tmp_path / "report.html", tmp_path / "report.pdf")


def test_phases_have_a_section_each_with_sentence_table_and_figure():
    report = finished(phased())
    text = compose(report, figures={"word_vectors_choose"}, base=Path())
    part = text[text.index("## Phases {#phases}") : text.index("# Is the difference real")]
    sections = re.split(r"^### ", part, flags=re.M)[1:]
    assert [section.partition(" {")[0] for section in sections] == [
        r"Phase 1\, which network", r"Phase 2\, embeddings and attention", r"Phase 3\, size and dropout",
    ]  # fmt: skip
    for section, phase in zip(sections, report["phases"], strict=True):
        assert f"{{#table-phase-{phase['name']}}}" in section and section.count("(winner)") == 1
    assert "word_vectors_choose.svg" in sections[0] and ".svg" not in sections[1] + sections[2]


def test_many_paired_tests_and_sentences_are_folded():
    report = finished(phased())
    for tested in report["pairs"]:
        tested["planned"] = "winner_tuned" in (tested["first"], tested["second"])
    text = compose(report, figures=set(), base=Path())
    assert "the rest of each of the 36 tests" in text and "All 28 other tests" in text
    few = compose(finished(sample()), figures=set(), base=Path())
    assert "the rest of each" not in few and "other tests" not in few
    for model in report["models"].values():
        model["diagnosis"] = ["a sentence"] * 4
    assert "on validation (36 sentences)" in compose(report, figures=set(), base=Path())


def test_banners_of_synthetic_and_scaled_studies_stand_at_the_top():
    report = sample()
    plain_text = compose(report, figures=set(), base=Path())
    assert "synthetic" not in plain_text and "differs from the study file" not in plain_text
    report["study"].update(synthetic=True, scaled=[{"setting": "seeds", "full": [1, 2, 3], "used": [1]}])
    text = compose(report, figures=set(), base=Path())
    assert text.index("The corpus is synthetic") < text.index("This run differs") < text.index("{#summary}")
    assert r"| seeds | 1\, 2\, 3 | 1 |" in text


def test_models_that_were_trained_once_are_named_so_at_the_top():
    report = sample()
    once = "**Each model was trained once.** Nothing here says how another training would do."
    assert once not in compose(report, figures=set(), base=Path())
    report["models"]["bilstm_attention"]["test"]["accuracy"]["scope"] = "runs"
    text = compose(report, figures=set(), base=Path())
    assert text.index(once) < text.index("{#summary}")


def test_a_lost_class_is_on_the_first_page():
    report = sample(labels=("a", "b"))
    last = report["ledger"][-1]
    last["dropped_by_label"]["thanks"] = 80
    report["audit"]["warnings"] = [
        loss("class lost", 'Class "thanks" is lost.'), loss("documents dropped", "1"), loss("words taken", "2"),
    ]  # fmt: skip
    report["ledger"][0]["by_label"]["thanks"] = 80
    text = compose(finished(report), figures=set(), base=Path())
    cover = text[: text.index("{#summary}")]
    assert "of 2 of the 3 classes of the corpus: " in text and "compared on 2 of the 3 classes of the corpus." in cover
    assert str(markdown('Class "thanks" is lost.')) in cover
    assert "**The preparation takes much away.** 1 [Ledger and audit](#ledger) lists 2 warnings." in cover
    data = text[text.index("# Data") :]
    assert "documents of 2 of the 3 classes of the corpus" in data and str(markdown('Class "thanks" is lost.')) in data
    clean_cover = compose(sample(), figures=set(), base=Path()).partition("{#summary}")[0]
    assert "banner" not in clean_cover


def test_parts_for_english_are_named_where_texts_are_not_english():
    report = perturbed(sample(), kinds=("qwerty", "deletion"), shares=(0.1, 0.4))
    assert "table-english" not in compose(finished(report), figures=set(), base=Path()).replace("(#table-english)", "")
    report["corpus"]["languages"].update(scripts={"Devanagari": 0.98, "other": 0.02}, languages={"hi": 0.9, "en": 0.1})
    report["study"]["settings"]["preparation"]["clean"] = {"quotes": True, "signatures": False}
    report["study"]["encoders"] = {"distilbert-base-uncased": "minilm"}
    text = compose(finished(report), figures=set(), base=Path())
    assert r"Languages\, by share of 900 documents looked at\: Hindi 90 \% and English 10 \%\." in text
    table = text[text.index("| Part |") : text.index("{#table-english}")]
    for part in ("clean.quotes", "the tokenizer words", "encoder minilm", "perturbations neighbouring key"):
        assert str(markdown(part)) in table
    assert "signatures" not in table and "swap" not in table and "deletion" not in table
    report["corpus"]["languages"].update(languages={"und": 1.0})
    assert r"Language\: not identified\." in compose(finished(report), figures=set(), base=Path())


def test_a_missing_part_of_the_report_is_an_error_and_leaves_no_file(tmp_path):
    report = finished(sample())
    (tmp_path / "figures").mkdir()
    drawing = tmp_path / "figures" / "decision.svg"
    drawing.write_text(f"no drawing {UNSEALED}")
    with pytest.raises(StudyError, match=f"{drawing} is damaged .*: delete the folder {drawing.parent} and run again"):
        render(report, [tmp_path / "figures"], tmp_path / "report.html", tmp_path / "report.pdf")
    seal(drawing, PLAIN)
    with pytest.raises(StudyError, match=r"pandoc could not .* decision\.svg holds no drawing"):
        render(report, [tmp_path / "figures"], tmp_path / "report.html", tmp_path / "report.pdf")
    assert not (tmp_path / "report.html").exists() and not (tmp_path / "report.pdf").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.fixture(scope="module")
def composed():
    """Return the made-up report as Markdown: chapter → text."""
    report = perturbed(joined(labels=("one", "two"), support=20), kinds=("contract", "qwerty"), shares=(0.1, 0.4))
    report = finished(scrutinised(grouped(grown(explained(report, documents=1)))))
    figures = {"decision", "confusion_linear_nb", "training_loss"}
    return compose_chapters(report, figures=figures, base=Path("results/studies/sample"))


@pytest.mark.parametrize("chapter", [chapter.name for chapter in CHAPTERS])
def test_markdown_of_a_chapter_is_as_agreed(composed, chapter, request):
    """After an intended change, `pytest --update-golden` writes golden/CHAPTER.md; read the differences."""
    golden = GOLDEN / f"{chapter}.md"
    if request.config.getoption("--update-golden"):
        golden.write_text(composed[chapter], encoding="utf-8")
    assert composed[chapter] == golden.read_text(encoding="utf-8")


def test_values_in_templates_are_always_escaped():
    report = sample()
    report["study"]["description"] = "*a* <b>"
    assert str(markdown("*a* <b>")) in compose(report, figures=set(), base=Path())


def test_the_report_never_imports_torch():
    program = (
        "import sys\nfrom textstudy.report import findings, render\nfrom textstudy.report.drawing import draw\n"
        "heavy = {'torch', 'transformers', 'pandas', 'sklearn', 'datasets', 'spacy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
