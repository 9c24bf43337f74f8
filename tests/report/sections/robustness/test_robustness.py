"""Robustness in the report: what the tables and figures show, and what the sentences claim."""

import copy
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from robust import KINDS, estimate, perturbed, rows, sentences, two_models
from sample import finished, sample

from textstudy.perturb.samples import make_samples
from textstudy.report.collect.collect import only
from textstudy.report.drawing.style import house_style
from textstudy.report.language import perturbations
from textstudy.report.render import compose
from textstudy.report.sections.robustness import chapter, figures, tables
from textstudy.robustness.summary import summarize

TITLES = {"linear_nb": "TF-IDF + naive Bayes", "bilstm_attention": "BiLSTM + attention"}


def test_robustness_is_read_from_the_one_file_that_a_study_may_have(tmp_path):
    assert only([]) is None
    (tmp_path / "robustness.json").write_text(json.dumps({"documents": 3}))
    assert only([tmp_path / "robustness.json"]) == {"documents": 3}


def test_the_table_of_models_shows_clean_beside_perturbed_text():
    report = two_models()
    row = rows(tables.models(report))[0]
    found = report["robustness"]["models"]["linear_nb"]
    assert row["Model"] == "TF-IDF + naive Bayes" and row["Clean"] == "71.0 [69.0, 73.0]"
    assert row["Drop"].startswith(f"{100 * found['overall']['drop']['mean']:.1f} [")
    assert row["Confidence"] == f"80.0 → {100 * found['overall']['confidence']:.1f}"
    assert row["Worst perturbation"] == "homoglyph: 4.5"


def test_gains_have_a_minus():
    report = two_models()
    report["robustness"]["models"]["linear_nb"]["perturbed"][0]["drop"] = estimate(-0.03, 0.01)
    assert rows(tables.drops(report))[0]["5 %"] == "−3.0 [−4.0, −2.0]"


def test_the_ranking_names_overlaps():
    report = two_models(linear_nb=0.05, bilstm_attention=0.3, distilbert_freeze=0.29)
    assert [row["Intervals overlap with"] for row in rows(tables.ranking(report))] == [
        "none", "BiLSTM + attention", "DistilBERT, frozen"
    ]  # fmt: skip
    equal = two_models(linear_nb=0.05, bilstm_attention=0.05, distilbert_freeze=0.05)
    assert {row["Intervals overlap with"] for row in rows(tables.ranking(equal))} == {"all others"}


def test_a_model_that_is_never_right_keeps_no_share():
    report = two_models(linear_nb=0.05, bilstm_attention=0.3, distilbert_freeze=0.29)
    never_right = report["robustness"]["ranking"][2]
    never_right.update(relative=None, ties=[])
    report["robustness"]["models"][never_right["model"]].update(
        relative=None, clean={"accuracy": estimate(0.0, 0.0), "confidence": 0.8, "calibration_error": 0.8}
    )
    assert rows(tables.ranking(report))[2]["Accuracy kept"] == "—"
    assert "BiLSTM + attention is not ranked" in sentences(report, "robustness")[0]


def test_models_of_one_encoding_share_its_tokens_and_copies_change_none():
    report = perturbed(sample())
    assert perturbations.models_by_encoding(report) == {
        "TF-IDF + naive Bayes": "linear_nb", "encoding wordpieces": "distilbert_freeze",
        "encoding words": "bilstm_augmented",
    }  # fmt: skip
    report["study"]["settings"]["encodings"]["typos"]["maximum_length"] = 99
    assert "encoding typos" in perturbations.models_by_encoding(report)
    row = next(row for row in rows(tables.tokens(report)) if row["Perturbation"] == "deletion")
    assert row["encoding wordpieces: more tokens"] == "+44.0" and row["encoding wordpieces: more unknown"] == "+0.0"


@pytest.mark.parametrize("first", ["linear_nb", "bilstm_attention"])
def test_a_model_keeps_less_only_where_the_intervals_are_apart(first):
    last = next(name for name in TITLES if name != first)
    (text,) = sentences(two_models(**{first: 0.05, last: 0.3}), "robustness")
    assert f"{TITLES[first]} keeps 9" in text and f". {TITLES[last]} keeps less: " in text and "order" not in text
    (text,) = sentences(two_models(**{first: 0.05, last: 0.06}), "robustness")
    assert f"overlaps with that of {TITLES[last]}, so no order" in text and "less" not in text


def test_the_figure_of_a_sentence_is_that_of_a_model_that_keeps_less():
    """The model with the lowest rank has a wide interval and overlaps with the first: it does not keep less."""
    report = perturbed(sample(), fragility={"bilstm_augmented": 0.05, "linear_nb": 0.2, "distilbert_freeze": 0.4})
    models = report["robustness"]["models"]
    models["distilbert_freeze"]["relative"]["high"] = models["bilstm_augmented"]["relative"]["high"]
    (text,) = sentences(report, "robustness")
    kept = 100 * models["linear_nb"]["relative"]["mean"]
    assert f"TF-IDF + naive Bayes keeps less: {kept:.1f} %" in text and "lowest" not in text


def test_of_several_models_that_keep_less_the_lowest_share_is_stated():
    """Its rank need not be the last, because ranks follow the intervals."""
    report = perturbed(sample(), fragility={"bilstm_augmented": 0.02, "linear_nb": 0.2, "distilbert_freeze": 0.2})
    lowest = report["robustness"]["ranking"][1]["model"]
    report["robustness"]["models"][lowest]["relative"]["mean"] = 0.6
    (text,) = sentences(report, "robustness")
    assert "keep less; the lowest share is 60.0 %" in text


def test_a_model_that_guesses_is_not_called_robust():
    report = two_models(linear_nb=0.1, bilstm_attention=0.0)
    assert ". TF-IDF + naive Bayes keeps less: " in sentences(report, "robustness")[0]
    report["robustness"]["models"]["bilstm_attention"]["clean"]["accuracy"] = estimate(0.27)
    (text,) = sentences(report, "robustness")
    assert "TF-IDF + naive Bayes keeps 9" in text and "BiLSTM + attention is not ranked: its clean accuracy" in text
    for found in report["robustness"]["models"].values():
        found["clean"]["accuracy"] = estimate(0.25)
    (text,) = sentences(report, "robustness")
    assert "no model can be ranked. BiLSTM + attention and TF-IDF + naive Bayes are not ranked: their" in text


def test_the_more_accurate_model_that_keeps_less_is_named_and_no_other():
    (text,) = sentences(two_models(linear_nb=0.3, bilstm_attention=0.05), "robustness_and_accuracy")
    assert "TF-IDF + naive Bayes is more accurate on clean text than BiLSTM + attention" in text
    assert "but it keeps less" in text and "The same holds" not in text
    assert sentences(two_models(linear_nb=0.05, bilstm_attention=0.3), "robustness_and_accuracy") == []
    assert sentences(two_models(linear_nb=0.06, bilstm_attention=0.05), "robustness_and_accuracy") == []
    three = two_models(linear_nb=0.3, bilstm_attention=0.05, bilstm_augmented=0.05)
    assert "The same holds for 1 more pair of models." in sentences(three, "robustness_and_accuracy")[0]


def test_the_worst_and_the_harmless_perturbations():
    report = two_models()
    (text,) = sentences(report, "perturbation")
    assert "largest measured drop of accuracy comes from homoglyph in 2 of 2 models" in text
    assert "27.0 [25.8, 28.2] points, for BiLSTM + attention and the perturbation homoglyph" in text
    (text,) = sentences(report, "perturbation_harmless")
    assert "through contraction and expansion" in text and "At least 80.0 % of the texts" in text
    found = report["robustness"]["models"]["linear_nb"]["perturbed"]
    next(row for row in found if row["perturbation"] == "extend")["drop"] = estimate(0.05, 0.01)
    (text,) = sentences(report, "perturbation_harmless")
    assert "through contraction, at any share" in text and "that this perturbation could edit" in text
    for model in report["robustness"]["models"].values():
        for row in [*model["perturbed"], model["worst"]]:
            row["drop"] = estimate(0.01, 0.02)
    assert "no perturbation is shown to lower" in sentences(report, "perturbation")[0]
    assert sentences(report, "perturbation_harmless") == []


def test_calibration_is_stated_where_its_error_rises():
    report = two_models()
    (text,) = sentences(report, "perturbed_calibration")
    assert "for 1 of 2 models. It rises most for BiLSTM + attention: from 5.0 % to" in text
    for model in report["robustness"]["models"].values():
        model["overall"]["calibration_error"] = 0.04
    assert sentences(report, "perturbed_calibration") == []


def test_tokens_that_are_split_or_become_unknown():
    report = perturbed(sample(), fragility={"distilbert_freeze": 0.2, "bilstm_attention": 0.2})
    assert sentences(report, "perturbed_tokens") == [
        "With 40 % of the words edited, the number of tokens rises by up to 44.0 % for the encoding wordpieces "
        "(substitution); the share of unknown tokens rises by up to 32.0 points for the encoding words (substitution)."
    ]
    for row in report["robustness"]["models"]["bilstm_attention"]["perturbed"]:
        row["unknown_added"] = 0.0
    assert sentences(report, "perturbed_tokens")[0].endswith("; neither figure rises for the encoding words.")
    for row in report["robustness"]["models"]["distilbert_freeze"]["perturbed"]:
        row["tokens_added"] = 0.0
    assert sentences(report, "perturbed_tokens")[0].endswith("the share of unknown tokens rises.")


def test_the_heat_map_prints_drops_in_bold_that_are_shown():
    with house_style():
        figure = figures.drops(perturbed(sample()))
        cells = {text.get_text(): text.get_fontweight() for text in figure.axes[0].texts}
        assert cells["27.0"] == "bold" and cells["0.3"] == "normal"
        assert len(figure.axes[0].texts) == 4 * len(KINDS)
        pyplot.close(figure)


def test_each_perturbation_has_a_panel_with_a_line_and_a_band_for_each_model():
    report = perturbed(sample(), kinds=KINDS[2:6], shares=(0.1, 0.4))
    with house_style():
        figure = figures.severity(report)
        panels = [axes for axes in figure.axes if axes.get_visible()]
        assert [axes.get_title(loc="left") for axes in panels] == ["homoglyph", "swap", "neighbouring key", "deletion"]
        lines = [line for line in panels[1].get_lines() if len(line.get_xdata())]
        assert len(lines) == len(panels[1].collections) == 4
        assert {tuple(line.get_xdata()) for line in lines} == {(0, 10, 40)}
        assert len({(line.get_color(), line.get_marker()) for line in lines}) == 4
        pyplot.close(figure)


def test_the_report_reads_what_the_summary_of_robustness_writes():
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
    report = finished({**sample(), "robustness": json.loads(json.dumps(summarize(runs, samples, settings=options)))})
    assert "TF-IDF + naive Bayes keeps 100.0 % [100.0, 100.0]" in sentences(report, "robustness")[0]
    assert "The published protocol, 5 variants" in sentences(report, "protocol")[0]
    text = compose(report, figures=set(), base=Path())
    for anchor in ("perturbations", "perturbation-costs", "perturbed-tokens", "protocol"):
        assert f"{{#{anchor}}}" in text
    assert r"do not → don\'t" in text and "{.added}" in text


def test_a_report_without_perturbations_claims_nothing_of_them():
    report = sample()
    before = copy.deepcopy(report)
    for kind in ("robustness", "robustness_and_accuracy", "perturbation", "perturbed_tokens", "protocol", "defence"):
        assert sentences(report, kind) == []
    assert figures.drops(report) is None and figures.severity(report) is None
    assert chapter.values(report, str) == {"measured": False}
    assert report == before
