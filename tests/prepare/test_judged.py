"""Cleaning against what was written: known for the demo corpus, judged by hand for messages of 20 Newsgroups."""

import importlib.util

import pandas as pd
import pytest

from paths import ROOT

_spec = importlib.util.spec_from_file_location("judge_cleaning", ROOT / "benchmarks" / "judge_cleaning.py")
judge_cleaning = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(judge_cleaning)


@pytest.mark.parametrize("seed", [1993, 7])
def test_the_demo_is_cleaned_down_to_what_its_authors_wrote(seed):
    taken, left = judge_cleaning.shares(judge_cleaning.judge_demo(seed, 1200))
    assert taken <= 0.1
    assert left <= 0.1


def test_judged_messages_are_cleaned_as_well_as_the_documentation_says(mirror):
    messages = pd.read_csv(judge_cleaning.JUDGED, sep="\t", dtype=str, keep_default_na=False)
    judgements = {one.id: one for one in judge_cleaning.judge_messages(mirror / "20newsgroups", messages)}
    assert len(judgements) == len(messages) == 180
    for sample, ids in messages.groupby("sample")["id"]:
        shares = judge_cleaning.shares([judgements[id_] for id_ in ids])
        assert all(share <= most for share, most in zip(shares, judge_cleaning.EXPECTED[sample], strict=True)), sample


def test_the_file_of_judgements_holds_no_text():
    for line in judge_cleaning.JUDGED.read_text(encoding="utf-8").splitlines()[1:]:
        sample, id_, *cells = line.split("\t")
        assert sample in judge_cleaning.EXPECTED and id_.count("/") == 2
        assert all(set(cell) <= set("0123456789,-") for cell in cells)


def test_numbers_of_lines():
    assert judge_cleaning.numbers_of("2-4,7") == {2, 3, 4, 7}
    assert judge_cleaning.numbers_of("") == set()
