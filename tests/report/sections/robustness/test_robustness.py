"""Robustness in the report: what the tables show, what the sentences claim, and what the reverse numbers say."""

import copy
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from robust import COSTS, EDITS, KINDS, TEXT, edits_of, estimate, perturbed
from sample import sample

from textstudy.perturb.samples import make_samples
from textstudy.report.collect.collect import only
from textstudy.report.drawing.style import house_style
from textstudy.report.findings import make_findings
from textstudy.report.language import perturbations
from textstudy.report.language.escaping import markdown_span, plain
from textstudy.report.render import compose
from textstudy.report.sections.protocol import findings as protocol_findings
from textstudy.report.sections.protocol import tables as protocol_tables
from textstudy.report.sections.robustness import edited_texts as worked_examples
from textstudy.report.sections.robustness import figures as robustness_figures
from textstudy.report.sections.robustness import tables as robustness_tables
from textstudy.robustness.summary import summarize

BOTH = {"linear_nb": 0.05, "bilstm_attention": 0.3}


def texts(report, kind):
    return [item["text"] for item in make_findings(report) if item["kind"] == kind]


def rows(table):
    return [dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows]


def two(**fragility):
    return perturbed(sample(), fragility=fragility or BOTH, sentence=False)


def test_it_is_read_where_there_is_one(tmp_path):
    assert only([]) is None
    (tmp_path / "robustness.json").write_text(json.dumps({"documents": 3}))
    assert only([tmp_path / "robustness.json"]) == {"documents": 3}


def test_the_table_of_models_shows_clean_beside_perturbed_text():
    report = two()
    row = rows(robustness_tables.models(report))[0]
    found = report["robustness"]["models"]["linear_nb"]
    assert row["Model"] == "TF-IDF + naive Bayes" and row["Clean"] == "71.0 [69.0, 73.0]"
    assert row["Drop"].startswith(f"{100 * found['overall']['drop']['mean']:.1f} [")
    assert row["Confidence"] == f"80.0 → {100 * found['overall']['confidence']:.1f}"
    assert row["Worst perturbation"] == "homoglyph swap: 4.5"


def test_gains_have_a_minus_and_absent_cells_a_dash():
    report = two()
    found = report["robustness"]["models"]["linear_nb"]
    found["perturbed"][0]["drop"] = estimate(-0.03, 0.01)
    del found["perturbed"][1]
    first = rows(robustness_tables.drops(report))[0]
    assert first["5 %"] == "−3.0 [−4.0, −2.0]" and first["10 %"] == "—"


def test_the_ranking_names_ties_and_survives_a_model_that_is_never_right():
    report = two(linear_nb=0.05, bilstm_attention=0.3, distilbert_freeze=0.29)
    ranking = report["robustness"]["ranking"]
    assert [row["Intervals overlap with"] for row in rows(robustness_tables.ranking(report))] == [
        "none", "BiLSTM + attention", "DistilBERT, frozen"
    ]  # fmt: skip
    everyone = two(linear_nb=0.05, bilstm_attention=0.05, distilbert_freeze=0.05)
    assert {row["Intervals overlap with"] for row in rows(robustness_tables.ranking(everyone))} == {"all others"}
    ranking[2].update(relative=None, ties=[])
    report["robustness"]["models"][ranking[2]["model"]]["relative"] = None
    assert rows(robustness_tables.ranking(report))[2]["Accuracy kept"] == "—"
    make_findings(report)


def test_models_of_one_encoding_share_their_tokens_and_perturbed_copies_are_no_other_encoding():
    report = perturbed(sample())
    assert perturbations.models_by_encoding(report) == {
        "TF-IDF + naive Bayes": "linear_nb", "encoding wordpieces": "distilbert_freeze",
        "encoding words": "bilstm_augmented",
    }  # fmt: skip
    report["study"]["settings"]["encodings"]["typos"]["maximum_length"] = 99
    assert "encoding typos" in perturbations.models_by_encoding(report)
    row = next(row for row in rows(robustness_tables.tokens(report)) if row["Perturbation"] == "deletion")
    assert row["encoding wordpieces: more tokens"] == "+44.0" and row["encoding wordpieces: more unknown"] == "+0.0"


@pytest.mark.parametrize("first", ["linear_nb", "bilstm_attention"])
def test_who_keeps_more_is_said_only_where_intervals_are_apart(first):
    last = next(name for name in BOTH if name != first)
    report = two(**{first: 0.05, last: 0.3})
    names = {"linear_nb": "TF-IDF + naive Bayes", "bilstm_attention": "BiLSTM + attention"}
    (text,) = texts(report, "robustness")
    assert f"{names[first]} keeps 9" in text and f"; {names[last]} keeps less, " in text and "told apart" not in text
    report = two(**{first: 0.05, last: 0.06})
    (text,) = texts(report, "robustness")
    assert f"overlaps with that of {names[last]}, so no order" in text and "less" not in text


def test_the_figure_told_is_that_of_a_model_that_keeps_less():
    """The last in rank, with a wide interval, overlaps the first: it is not the one that keeps less."""
    report = perturbed(sample(), fragility={"bilstm_augmented": 0.05, "linear_nb": 0.2, "distilbert_freeze": 0.4})
    models = report["robustness"]["models"]
    models["distilbert_freeze"]["relative"]["high"] = models["bilstm_augmented"]["relative"]["high"]
    (text,) = texts(report, "robustness")
    kept = 100 * models["linear_nb"]["relative"]["mean"]
    assert f"TF-IDF + naive Bayes keeps less, {kept:.1f} %" in text and "down to" not in text


def test_a_model_that_guesses_is_not_called_robust():
    report = two(linear_nb=0.1, bilstm_attention=0.0)
    assert "; TF-IDF + naive Bayes keeps less" in texts(report, "robustness")[0]
    report["robustness"]["models"]["bilstm_attention"]["clean"]["accuracy"] = estimate(0.27)
    (text,) = texts(report, "robustness")
    assert "TF-IDF + naive Bayes keeps 9" in text and "Not ranked here: BiLSTM + attention" in text
    for found in report["robustness"]["models"].values():
        found["clean"]["accuracy"] = estimate(0.25)
    assert "no model can be ranked" in texts(report, "robustness")[0]


def test_the_more_accurate_model_that_keeps_less_is_named_and_no_other():
    (text,) = texts(two(linear_nb=0.3, bilstm_attention=0.05), "robustness_and_accuracy")
    assert "TF-IDF + naive Bayes is ahead of BiLSTM + attention on clean text" in text and "keeps less of it" in text
    assert texts(two(linear_nb=0.05, bilstm_attention=0.3), "robustness_and_accuracy") == []
    assert texts(two(linear_nb=0.06, bilstm_attention=0.05), "robustness_and_accuracy") == []


def test_the_costliest_and_the_harmless_perturbations():
    report = two()
    (text,) = texts(report, "perturbation")
    assert "at 40 % of the words, what costs most as measured is homoglyph swap in 2 of 2 models" in text.lower()
    assert "BiLSTM + attention under homoglyph swap, 27.0 [25.8, 28.2] points" in text
    assert "to contract and extend: 80.0 % or more of the texts" in texts(report, "perturbation_harmless")[0]
    found = report["robustness"]["models"]["linear_nb"]["perturbed"]
    next(row for row in found if row["perturbation"] == "extend")["drop"] = estimate(0.05, 0.01)
    assert "to contract: 80.0 %" in texts(report, "perturbation_harmless")[0]
    for model in report["robustness"]["models"].values():
        for row in [*model["perturbed"], model["worst"]]:
            row["drop"] = estimate(0.01, 0.02)
    assert "no perturbation is shown to cost" in texts(report, "perturbation")[0]
    assert texts(report, "perturbation_harmless") == []


def test_calibration_is_stated_where_it_rises():
    report = two()
    assert "in 1 of 2 models, most in BiLSTM + attention (from 5.0 % to" in texts(report, "perturbed_calibration")[0]
    for model in report["robustness"]["models"].values():
        model["overall"]["calibration_error"] = 0.04
    assert texts(report, "perturbed_calibration") == []


def test_tokens_that_split_or_become_unknown():
    report = perturbed(sample(), fragility={"distilbert_freeze": 0.2, "bilstm_attention": 0.2})
    (text,) = texts(report, "perturbed_tokens")
    assert "the encoding wordpieces makes up to 44.0 % more tokens (substitution)" in text
    assert "of the tokens of the encoding words up to 32.0 in 100 more are unknown (substitution)" in text
    for row in report["robustness"]["models"]["bilstm_attention"]["perturbed"]:
        row["unknown_added"] = 0.0
    assert "encoding words makes neither" in texts(report, "perturbed_tokens")[0]


def with_sentence(report, **right):
    """A report whose sentence has these shares of right variants, of every perturbation alike."""
    report["robustness"]["sentence"] = {
        "text": "It is a great book", "label": "good", "share": 0.1, "variants": 100,
        "edited": dict.fromkeys(KINDS, 1.0),
        "models": {name: {"clean": 1.0, "accuracies": dict.fromkeys(KINDS, share)} for name, share in right.items()},
    }  # fmt: skip
    return report


def test_the_protocol_edits_one_word_of_five_and_is_held_against_such_documents():
    report = with_sentence(two(), linear_nb=1.0, bilstm_attention=0.9)
    assert protocol_findings.edited(report) == (1, 5) and protocol_findings.nearest_share(report) == 0.2
    found = rows(protocol_tables.table(report))
    assert found[0] == {
        "Perturbation": "none",
        "TF-IDF + naive Bayes": "100 / 71.0",
        "BiLSTM + attention": "100 / 63.0",
    }
    row = next(row for row in found if row["Perturbation"] == "homoglyph swap")
    drop = 0.3 * COSTS["homoglyph"] * 0.5**0.7
    assert row["BiLSTM + attention"] == f"90 / {100 * (0.63 - drop):.1f}"


WIDENED = ", widened for 18 comparisons,"


def test_what_a_sentence_has_nothing_of_is_not_asked_of_it():
    report = with_sentence(two(), linear_nb=0.9, bilstm_attention=1.0)
    report["robustness"]["sentence"]["edited"]["homoglyph"] = 0.0
    (text,) = texts(report, "protocol")
    assert "of 16 pairs" in text and "homoglyph" not in text


def test_intervals_are_widened_for_many_comparisons():
    """One loss of 18 a little outside its own interval is what chance gives; alone it is a difference."""
    low, high = protocol_findings._widened({"mean": 0.10, "low": 0.08, "high": 0.13}, 18)
    assert low == pytest.approx(0.10 - 0.02 * 2.99 / 1.96, abs=1e-4)
    assert high == pytest.approx(0.10 + 0.03 * 2.99 / 1.96, abs=1e-4)
    assert protocol_findings._widened({"mean": 0.10, "low": 0.08, "high": 0.13}, 1) == pytest.approx((0.08, 0.13))


def test_what_the_protocol_hides():
    report = with_sentence(two(), linear_nb=0.9, bilstm_attention=1.0)
    (text,) = texts(report, "protocol")
    assert (
        "hides what documents show. It shows less loss than the documents' interval in 7 of 18 pairs"
        in text.replace(WIDENED, "")
    )
    assert "furthest off: BiLSTM + attention under homoglyph swap, 0.0 points against 16.6 [15.4, 17.8]" in text
    assert "It shows more loss than the documents' interval in 9 of 18 pairs" in text.replace(WIDENED, "")
    assert "It puts BiLSTM + attention above TF-IDF + naive Bayes, of which the documents, over all shares" in text
    assert "one text, so no interval over texts" in text
    same = with_sentence(two(), linear_nb=1.0, bilstm_attention=1.0)
    assert "TF-IDF + naive Bayes and BiLSTM + attention the same score" in texts(same, "protocol")[0]


def test_a_protocol_that_agrees_hides_nothing():
    report = with_sentence(two(linear_nb=0.01, bilstm_attention=0.011), linear_nb=0.995, bilstm_attention=0.995)
    (text,) = texts(report, "protocol")
    assert "agrees here with the documents: each of its 18 losses" in text and "hides" not in text
    report = with_sentence(two(linear_nb=0.01, bilstm_attention=0.011), linear_nb=0.9, bilstm_attention=0.9)
    (text,) = texts(report, "protocol")
    assert "overstates what documents show" in text and "hides" not in text and "less loss" not in text


def test_a_sentence_that_is_wrong_without_edits_says_nothing():
    report = with_sentence(two(), linear_nb=1.0, bilstm_attention=1.0)
    report["robustness"]["sentence"]["models"]["bilstm_attention"]["clean"] = 0.5
    (text,) = texts(report, "protocol")
    assert "It says nothing of BiLSTM + attention" in text and "of 9 pairs" in text and "same score" not in text


def test_edits_are_marked_and_named():
    marked = worked_examples.marked(TEXT, edits_of("qwerty"))
    assert marked.count("{.removed}") == marked.count("{.added}") == 2
    assert marked.startswith(r"It\'s a [great]{.removed}") and r"[grewt]{.added} film\, I" in marked
    assert worked_examples.named_edits(edits_of("qwerty")) == "great → grewt; likes → likws"
    assert worked_examples.named_edits(edits_of("homoglyph")).endswith("(U+0435 cyrillic small letter ie)")
    assert worked_examples.named_edits([{"start": 0, "end": 0, "before": "", "after": "x"}]) == "(nothing) → x"
    assert worked_examples.named_edits([]) == "none"


@pytest.mark.parametrize("kind", KINDS)
def test_the_made_up_edits_are_edits_of_the_text(kind):
    assert all(TEXT[start:end] == before for start, end, before, _ in EDITS[kind])


def test_long_texts_are_cut_to_what_is_near_an_edit():
    text = "word " * 100
    edits = [{"start": at, "end": at + 4, "before": "word", "after": f"w{at}"} for at in range(0, 500, 50)]
    shown = worked_examples.marked(text * 2, edits)
    assert shown.count("{.added}") == 8 and shown.endswith("…")
    assert len(worked_examples.marked(text * 10, edits[1:2])) < 500
    assert worked_examples.named_edits(edits).endswith("2 more")


# The comparison drops the backslashes that escape, so the texts have none of their own.
UNSLASHED = st.text(st.characters(exclude_characters="\\"), max_size=40)


@given(UNSLASHED, UNSLASHED)
def test_pieces_put_together_show_the_whole_text(first, second):
    """With a letter at the seam: what white space and combining marks do there is a matter of their neighbours."""
    together = (markdown_span(first) + "x" + markdown_span(second)).replace("\\", "")
    assert plain(together) == plain(f"{first}x{second}").replace("\\", "")


def test_the_heatmap_says_what_is_shown_in_bold():
    with house_style():
        figure = robustness_figures.drops(perturbed(sample()))
        cells = {text.get_text(): text.get_fontweight() for text in figure.axes[0].texts}
        assert cells["27.0"] == "bold" and cells["0.3"] == "normal"
        assert len(figure.axes[0].texts) == 4 * len(KINDS)
        pyplot.close(figure)


def test_each_perturbation_has_a_panel_with_a_line_and_a_band_for_each_model():
    report = perturbed(sample(), kinds=KINDS[2:6], shares=(0.1, 0.4))
    with house_style():
        figure = robustness_figures.severity(report)
        panels = [axes for axes in figure.axes if axes.get_visible()]
        assert [axes.get_title(loc="left") for axes in panels] == [
            "homoglyph swap", "neighbour swap", "QWERTY neighbour", "deletion"
        ]  # fmt: skip
        lines = [line for line in panels[1].get_lines() if len(line.get_xdata())]
        assert len(lines) == len(panels[1].collections) == 4
        assert {tuple(line.get_xdata()) for line in lines} == {(0, 10, 40)}
        assert len({(line.get_color(), line.get_marker()) for line in lines}) == 4
        pyplot.close(figure)


def test_the_report_reads_what_the_measures_write():
    texts = ["I do not like it, it's a bad film.", "What a great book, don't miss it!"]
    split = pd.DataFrame([(f"d/{place}", texts[place % 2], "ab"[place % 2], "test") for place in range(40)],
                         columns=["id", "text", "label", "split"])  # fmt: skip
    options = {"kinds": list(KINDS), "shares": [0.1, 0.4], "documents": None, "variants": 1, "models": None,
               "as_published": False,
               "sentence": {"text": "It is a great book", "label": "b", "share": 0.1, "variants": 5}}  # fmt: skip
    samples = make_samples(split, corpus="c", settings=options)
    label = (samples["label"] == "b").to_numpy().astype(int)
    runs = {}
    for name, spoilt in (("linear_nb", 0), ("bilstm_attention", 3)):
        right = (np.arange(len(samples)) % 5 >= spoilt) | (samples["perturbation"] == "none").to_numpy()
        predicted = np.where(right, label, 1 - label)
        probabilities = [np.eye(2)[guess] * 0.8 + 0.1 for guess in predicted]
        columns = {"label": label, "predicted": predicted, "probabilities": probabilities, "tokens": 9, "unknown": 1}
        runs[name] = {1: samples[["id", "perturbation", "share", "variant"]].assign(**columns)}
    report = sample()
    report["robustness"] = json.loads(json.dumps(summarize(runs, samples, settings=options)))
    assert "TF-IDF + naive Bayes keeps 100.0 % [100.0, 100.0]" in texts_of(report, "robustness")
    assert "The published protocol, 5 variants" in texts_of(report, "protocol")
    text = compose(report, figures=set(), base=Path())
    for heading in ("What was perturbed", "What it costs", "Tokens of perturbed texts", "The published protocol"):
        assert f"## {heading} {{#" in text
    assert r"do not → don\'t" in text and "{.added}" in text


def texts_of(report, kind):
    return " ".join(texts(report, kind))


def test_a_report_without_perturbations_claims_nothing_of_them():
    report = sample()
    before = copy.deepcopy(report)
    kinds = {item["kind"] for item in make_findings({**report, "robustness": None})}
    assert not {kind for kind in kinds if kind.startswith(("robustness", "perturb", "protocol", "defence"))}
    for chart in (robustness_figures.drops, robustness_figures.severity):
        assert chart(report) is None
    for table in (
        robustness_tables.models,
        robustness_tables.ranking,
        robustness_tables.drops,
        robustness_tables.tokens,
        protocol_tables.table,
    ):
        assert not table(report)
    assert report == before
