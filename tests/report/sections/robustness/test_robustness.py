"""Robustness in the report: what the tables and figures show, and what the sentences claim."""

import copy
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from robust import KINDS, estimate, perturbed, rows, sentences, set_difference, two_models
from sample import finished, sample

from textstudy.perturb.samples import make_samples
from textstudy.report.collect.collect import only
from textstudy.report.drawing.style import house_style
from textstudy.report.findings import make_findings
from textstudy.report.language import perturbations
from textstudy.report.render import compose
from textstudy.report.sections.robustness import chapter, figures, tables
from textstudy.robustness.summary import summarize
from textstudy.storage.files import write_json

TITLES = {"linear_nb": "TF-IDF + naive Bayes", "bilstm_attention": "BiLSTM + attention"}


def test_robustness_is_read_from_the_one_file_that_a_study_may_have(tmp_path):
    assert only([]) is None
    write_json(tmp_path / "robustness.json", {"documents": 3})
    assert only([tmp_path / "robustness.json"]) == {"documents": 3}


def test_the_table_of_models_shows_the_same_texts_before_and_after():
    report = two_models()
    row = rows(tables.models(report))[0]
    found = report["robustness"]["models"]["linear_nb"]
    assert row["Model"] == "TF-IDF + naive Bayes" and row["Before"] == "71.0 [69.0, 73.0]"
    assert row["Drop"].startswith(f"{100 * found['overall']['drop']['mean']:.1f} [")
    assert row["Confidence"] == f"80.0 → {100 * found['overall']['confidence']:.1f}"
    assert row["Worst perturbation"] == "homoglyph: 4.5"


def test_gains_have_a_minus():
    report = two_models()
    report["robustness"]["models"]["linear_nb"]["perturbed"][0]["drop"] = estimate(-0.03, 0.01)
    assert rows(tables.drops(report))[0]["5 %"] == "−3.0 [−4.0, −2.0]"


def test_the_ranking_names_what_is_not_shown_to_differ():
    report = two_models(linear_nb=0.05, bilstm_attention=0.3, distilbert_freeze=0.25)
    assert [row["Not shown to differ from"] for row in rows(tables.ranking(report))] == ["none"] * 3
    equal = two_models(linear_nb=0.05, bilstm_attention=0.05, distilbert_freeze=0.05)
    assert {row["Not shown to differ from"] for row in rows(tables.ranking(equal))} == {"all others"}


def test_how_many_texts_were_edited_stands_beside_the_figures():
    report = two_models()
    edited = {row["Perturbation"]: (row["Texts edited"], row["Averaged"]) for row in rows(tables.perturbations(report))}
    assert edited["contraction"] == ("80 of 400", "no") and edited["deletion"] == ("398 of 400", "yes")
    kept = {row["Perturbation"]: row for row in rows(tables.by_perturbation(report))}
    assert kept["contraction"]["Texts edited"] == "80 of 400" and "expansion" not in kept
    assert kept["homoglyph"]["TF-IDF + naive Bayes"] == "89.0 [87.0, 91.0]"


def test_perturbations_that_edit_too_little_are_said():
    report = two_models()
    (item,) = findings_of_kind(report, "perturbation_rare")
    assert item["text"] == (
        "Not all typos could be tried: contraction edited 80 of 400 texts and expansion edited 3 of 400 texts."
    )
    assert "fewer than 50 % of the texts" in item["details"] and "Nothing is measured of expansion," in item["details"]
    for row in report["robustness"]["samples"]:
        row.update(edited=400, measured=True, averaged=True)
    report["robustness"]["models"] = perturbed_everywhere(report)
    assert findings_of_kind(report, "perturbation_rare") == []


def perturbed_everywhere(report):
    """Return the models with rows of the perturbation that edits too little elsewhere."""
    models = copy.deepcopy(report["robustness"]["models"])
    for found in models.values():
        rows_of = [row for row in found["perturbed"] if row["perturbation"] == "contract"]
        found["perturbed"] += [{**row, "perturbation": "extend"} for row in rows_of]
    return models


def findings_of_kind(report, kind):
    return [item for item in make_findings(report) if item["kind"] == kind]


def test_a_study_in_which_nothing_could_be_edited_claims_nothing():
    report = two_models()
    for row in report["robustness"]["samples"]:
        row.update(edited=0, measured=False, averaged=False)
    for found in report["robustness"]["models"].values():
        found.update(perturbed=[], worst=None, overall=None, kept=None)
    for row in (*report["robustness"]["ranking"], *report["robustness"]["pairs"]):
        row.update({key: None for key in ("kept", "accuracy", "drop") if key in row})
    kinds = {item["kind"] for item in make_findings(report) if item["chapter"] == "robustness"}
    assert kinds == {"perturbation_rare"}
    assert figures.drops(report) is None and figures.severity(report) is None
    chapter.values(report, str)


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
def test_a_model_stands_typos_better_only_where_the_pair_is_shown_to_differ(first):
    last = next(name for name in TITLES if name != first)
    report = two_models(**{first: 0.05, last: 0.3})
    (text,) = sentences(report, "robustness")
    assert text.startswith(f"{TITLES[first]} stands typos better than {TITLES[last]}: it keeps 9") and "not " in text
    set_difference(report, first, last, "kept", 0.05, half=0.06)  # the same figures, but the pair does not show it
    (text,) = sentences(report, "robustness")
    assert text.startswith("No model is shown to stand typos better than another: they keep")


def test_overlapping_intervals_do_not_hide_a_paired_difference():
    report = two_models(linear_nb=0.1, bilstm_attention=0.12)
    for found in report["robustness"]["models"].values():
        found["kept"] = {**found["kept"], "low": 0.5, "high": 1.0}
    set_difference(report, "linear_nb", "bilstm_attention", "kept", 0.02, half=0.01)
    assert "TF-IDF + naive Bayes stands typos better" in sentences(report, "robustness")[0]


def test_the_model_that_is_shown_to_beat_others_is_named_and_no_others():
    report = two_models(linear_nb=0.05, bilstm_attention=0.055, distilbert_freeze=0.3)
    set_difference(report, "linear_nb", "distilbert_freeze", "kept", 0.2, half=0.3)
    set_difference(report, "linear_nb", "bilstm_attention", "kept", 0.01, half=0.02)
    (text,) = sentences(report, "robustness")
    assert text.startswith("BiLSTM + attention stands typos better than “DistilBERT, frozen”: it keeps")


def test_with_one_seed_a_sentence_is_about_this_run():
    report = two_models(linear_nb=0.05, bilstm_attention=0.3)
    assert "in these runs" not in sentences(report, "robustness")[0], "three seeds, and a model without any"
    report["robustness"]["models"]["bilstm_attention"]["runs"] = 1
    assert "better than BiLSTM + attention in these runs: it" in sentences(report, "robustness")[0]
    assert sentences(report, "perturbation")[0].endswith("points of accuracy in this run.")


def test_a_model_that_guesses_is_not_called_robust():
    report = two_models(linear_nb=0.1, bilstm_attention=0.0)
    assert sentences(report, "robustness_unranked") == []
    report["robustness"]["models"]["bilstm_attention"].update(
        kept=None, clean={"accuracy": estimate(0.31), "confidence": 0.8, "calibration_error": 0.05}
    )
    next(row for row in report["robustness"]["ranking"] if row["model"] == "bilstm_attention").update(kept=None)
    (text,) = sentences(report, "robustness")
    assert text.startswith("On texts with typos, TF-IDF + naive Bayes keeps 90 % of its accuracy above chance")
    (item,) = findings_of_kind(report, "robustness_unranked")
    assert item["text"].startswith("BiLSTM + attention is not ranked for robustness: its accuracy")
    assert "30.0 % of the documents. It reached: BiLSTM + attention 31.0 % [29.0, 33.0]" in item["details"]
    shown = {row["Model"]: row for row in rows(tables.ranking(report))}
    assert shown["BiLSTM + attention"]["Accuracy above chance kept"] == shown["BiLSTM + attention"]["Rank"] == "—"


def test_the_more_accurate_model_that_keeps_less_is_named_and_no_other():
    (text,) = sentences(two_models(linear_nb=0.3, bilstm_attention=0.05), "robustness_and_accuracy")
    assert "TF-IDF + naive Bayes is more accurate on clean text than BiLSTM + attention, but keeps less" in text
    assert sentences(two_models(linear_nb=0.05, bilstm_attention=0.3), "robustness_and_accuracy") == []
    for key in ("clean", "kept"):
        report = two_models(linear_nb=0.3, bilstm_attention=0.05)
        set_difference(report, "linear_nb", "bilstm_attention", key, 0.01, half=0.02)
        assert sentences(report, "robustness_and_accuracy") == [], key
    three = two_models(linear_nb=0.3, bilstm_attention=0.05, bilstm_augmented=0.05)
    (item,) = findings_of_kind(three, "robustness_and_accuracy")
    assert "The same holds for 1 more pair of models." in item["details"]


def test_the_perturbation_that_costs_most_is_named_where_a_loss_is_shown():
    report = two_models()
    (item,) = findings_of_kind(report, "perturbation")
    assert item["text"] == (
        "The perturbation that costs most is homoglyph: with 40 % of the words edited, BiLSTM + attention loses 27.0 "
        "points of accuracy."
    )
    assert "homoglyph: 27.0 [25.8, 28.2] points." in item["details"]
    assert "No loss is shown for contraction, in any model at any share." in item["details"]
    for model in report["robustness"]["models"].values():
        for row in [*model["perturbed"], model["worst"]]:
            row["drop"] = estimate(0.01, 0.02)
    (item,) = findings_of_kind(report, "perturbation")
    assert "no kind of typo is shown to cost any model accuracy" in item["text"] and item["evidence"]["worst"] == {}


def test_tokens_that_are_split_or_become_unknown():
    report = perturbed(sample(), fragility={"distilbert_freeze": 0.2, "bilstm_attention": 0.2})
    assert sentences(report, "perturbed_tokens") == [
        "With 40 % of the words edited, more tokens are unknown, up to 32.0 points for the encoding words "
        "(substitution); texts have more tokens, up to 44.0 % for the encoding wordpieces (substitution)."
    ]
    for row in report["robustness"]["models"]["bilstm_attention"]["perturbed"]:
        row["unknown_added"] = 0.0
    assert "unknown" not in sentences(report, "perturbed_tokens")[0]
    for row in report["robustness"]["models"]["distilbert_freeze"]["perturbed"]:
        row["tokens_added"] = 0.0
    assert sentences(report, "perturbed_tokens")[0].endswith("the share of unknown tokens rises.")


def test_the_heat_map_prints_drops_in_bold_that_are_shown():
    with house_style():
        figure = figures.drops(perturbed(sample()))
        cells = {text.get_text(): text.get_fontweight() for text in figure.axes[0].texts}
        assert cells["27.0"] == "bold" and cells["0.0"] == "normal"
        assert len(figure.axes[0].texts) == 4 * (len(KINDS) - 1)  # expansion edits nearly nothing
        pyplot.close(figure)


def test_each_perturbation_has_a_panel_with_a_line_for_each_model():
    report = perturbed(sample(), kinds=KINDS[2:6], shares=(0.1, 0.4))
    with house_style():
        figure = figures.severity(report)
        panels = [axes for axes in figure.axes if axes.get_visible()]
        assert [axes.get_title(loc="left") for axes in panels] == [
            f"{kind} (398 of 400 texts)" for kind in ("homoglyph", "swap", "neighbouring key", "deletion")
        ]  # fmt: skip
        lines = [line for line in panels[1].get_lines() if len(line.get_xdata())]
        assert len(lines) == 4
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
    assert (
        "TF-IDF + naive Bayes stands typos better than BiLSTM + attention in these"
        in sentences(report, "robustness")[0]
    )
    assert "A published test of 5 variants" in sentences(report, "protocol")[0]
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
