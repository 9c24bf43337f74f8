"""The page of all studies: models chosen on validation, true to the reports, safe, without empty sections."""

import copy
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample import joined, pair, sample

from textstudy.report.findings import conclude
from textstudy.report.index.index import (
    best,
    compose,
    corpora,
    encoders,
    kinds,
    machines,
    study_card,
    study_line,
    write_index,
)
from textstudy.report.language.escaping import markdown, plain

HOSTILE = "<script>alert(1)</script> `#import` $x$ ](javascript:a) {{ 7*7 }} a|b *c* ]{.e} <img src=x>"
BASE = Path("results")


def address(path) -> str:
    return Path(path).relative_to(BASE).as_posix()


def named(report: dict, name: str, preparation: str = "plain") -> dict:
    """Return a report as that of another study."""
    report = copy.deepcopy(report)
    encoders = {"distilbert-base-uncased": "minilm"}
    report["study"].update(name=name, title=f"The study {name}", encoders=encoders)
    report["study"]["settings"]["preparation"]["name"] = preparation
    return report


@pytest.fixture
def reports() -> dict:
    first = named(joined(), "first")
    models = {"rnn": ("recurrent", 0.6), "small": ("transformer", 0.5)}
    second = named(sample(models=models), "second", preparation="other")
    return {Path(f"results/studies/{report['study']['name']}"): report for report in (first, second)}


def row(table, start: str) -> dict:
    """Return the row of a table whose first cell begins with `start`, by the table's headings."""
    cells = next(cells for cells in table.rows if str(cells[0]).startswith(start))
    return dict(zip(table.headers, cells, strict=True))


def test_the_best_model_is_the_best_on_validation(reports):
    report = reports[Path("results/studies/first")]
    models = report["models"]
    models["bilstm_attention"]["validation"]["accuracy"]["mean"] = 0.99  # whatever it reaches on test
    certain = {"mean": 1.0, "low": 1.0, "high": 1.0, "spread": None}
    models["linear_nb_refit"]["validation"] = {"accuracy": certain}  # those of its base: it is a refit
    report["pairs"] = [pair("bilstm_attention", "linear_nb", -0.08, significant=True)]
    found = row(best(reports), "first")
    assert found["Best on validation"] == "BiLSTM + attention"
    assert found["Test accuracy"].startswith("63.0 [") and found["Validation accuracy"] == "99.0"
    assert found["Baseline"] == "TF-IDF + naive Bayes" and found["Its test accuracy"].startswith("71.0 [")
    assert found["Difference"] == "−8.0 [−11.0, −5.0]"
    report["pairs"][0]["significant"] = False
    assert row(best(reports), "first")["Difference"].endswith("−5.0], not shown")


def test_a_study_has_a_line_with_links_size_and_notes(reports):
    folder = Path("results/studies/second")
    report = reports[folder]
    line = study_line(folder, report, address)
    assert re.findall(r"\(<(.*?)>\)", line) == [f"studies/second/report.{form}" for form in ("html", "pdf", "json")]
    shown = line.replace("\\", "")
    assert shown.startswith("Study second on the corpus newsgroups, 1,800 documents, 2 models and 4 runs. Report: ")
    report["study"].update(synthetic=True, scaled=[{"setting": "seeds", "full": 3, "used": 1}])
    shown = study_line(folder, report, address).replace("\\", "")
    assert "4 runs. The corpus is synthetic. 1 setting differs from the study file. Report: " in shown
    assert row(best(reports), "second")["Baseline"] == row(best(reports), "second")["Difference"] == "—"


def test_a_card_leads_with_the_decision_of_its_study(reports):
    folder, report = next(iter(reports.items()))
    report = conclude(report)
    card = study_card(folder, report, address)
    assert card["recommended"] == report["models"][report["decision"]["recommended"]]["title"]
    text = compose({folder: report}, base=BASE)
    assert f"**Use {markdown(card['recommended'])}.** It is right most often on validation documents" in text.replace(
        "\\,", ","
    )
    assert str(markdown(report["decision"]["data"]["text"])) in text and "**How sure:**" in text
    assert "No recommendation" in compose({folder: {**report, "decision": None}}, base=BASE)


def test_kinds_of_models_side_by_side(reports):
    table = kinds(reports)
    assert table.headers == ["Kind of model", "first", "second"]
    assert [cells[0] for cells in table.rows] == sorted(cells[0] for cells in table.rows)
    assert row(table, "linear")["first"].endswith("] TF-IDF + naive Bayes"), "the refit is left out"
    assert row(table, "linear")["second"] == "—"
    assert row(table, "recurrent")["second"].startswith("60.0 [")
    assert not kinds({Path("a"): next(iter(reports.values()))}), "one study has nothing beside it"


def test_studies_that_share_a_preparation_share_its_row(reports):
    third = named(joined(), "third")
    table = corpora({**reports, Path("results/studies/third"): third})
    assert len(table.rows) == 2
    found = row(table, "newsgroups, prepared as plain")
    assert found["Studies"] == "first, third" and found["Classes"] == "4"
    assert found["Duplicates"] == "60" and found["Words"] == "3,423,145"
    assert [found[stage] for stage in ("In training: parsed", "Cleaned", "Final")] == ["7", "29", "0"]


def test_encoders_and_machines(reports):
    assert encoders(reports).rows == [["distilbert-base-uncased", "minilm", "first, second"]]
    found = row(machines(reports), "first")
    assert found["Trained on"] == "cpu, float32; cuda, bfloat16"
    assert found["Software"] == "Python 3.11.9, torch 2.13.0"
    models = reports[Path("results/studies/first")]["models"].values()
    spent = sum(model["seconds"]["train"] * len(model["runs"]) for model in models)
    assert found["All trainings"].startswith(f"{int(spent // 60)} min" if spent < 3600 else f"{int(spent // 3600)} h")


def test_sections_without_data_are_left_out(reports):
    report = reports[Path("results/studies/second")]
    report["study"]["encoders"] = {}
    text = compose({Path("results/studies/second"): report}, base=BASE)
    assert re.findall(r"^# (\w+)", text, flags=re.M) == ["Studies", "Best", "Corpora", "Machines"]
    assert "empty" not in text and "None" not in text
    report["models"] = {}
    assert "# Studies" in compose({Path("results/studies/second"): report}, base=BASE)


class Page(HTMLParser):
    """Tags, links, identifiers and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.links, self.identifiers, self.text = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.links += [values["href"]] if tag == "a" else []
        self.identifiers += [values["id"]] if "id" in values else []
        assert not [key for key in values if key.startswith("on") or key == "src"]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_whole_and_hostile_titles_stay_text(reports, tmp_path):
    for report in reports.values():
        report["study"].update(title=HOSTILE)
        report["provenance"]["machine"]["processor"] = HOSTILE
        for model in report["models"].values():
            model["title"] = HOSTILE
    here = {tmp_path / folder: report for folder, report in reports.items()}
    write_index(here, tmp_path / "results/report.html")
    text = (tmp_path / "results/report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.tags.count("script") == 1 and not {"img", "iframe", "link"} & set(page.tags)
    shown = " ".join("".join(page.text).split())
    assert shown.count(plain(HOSTILE)) > 8 and "Studies" in shown and "2 studies, 8 models and 14 runs" in shown
    inner = {link[1:] for link in page.links if link.startswith("#") and link != "#"}
    assert inner <= set(page.identifiers) and {"studies", "kinds", "corpora", "encoders", "machines"} <= inner
    outer = [link for link in page.links if not link.startswith("#")]
    assert sorted(set(outer)) == [
        f"studies/{name}/report.{form}" for name in ("first", "second") for form in ("html", "json", "pdf")
    ]
    assert "default-src 'none'" in unescape(text)
    assert text.count("<caption>") == 5
