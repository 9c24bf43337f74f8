"""Who wrote a message, in which thread and when."""

import pandas as pd

from textstudy.corpora.conversations import message_context, place_in_newsgroup

FIELDS = {"from": "", "subject": "", "date": "", "message_id": "", "references": "", "label": "sci.space"}


def messages(*changes):
    rows = [{"id": f"m{i}", **FIELDS, **change} for i, change in enumerate(changes)]
    return pd.DataFrame(rows, dtype="str")


def threads(*changes):
    return message_context(messages(*changes))["group_thread"].tolist()


def test_an_author_is_an_address_or_else_a_name():
    senders = ["ann@B.org (Ann)", "Ann B. <ANN@b.ORG>", "(Rashid)", "a!b!carl  (Carl)", ""]
    context = message_context(messages(*({"from": sender} for sender in senders)))
    assert context["group_author"].tolist() == ["ann@b.org", "ann@b.org", "(rashid)", "a!b!carl (carl)", ""]
    assert list(context.index) == ["m0", "m1", "m2", "m3", "m4"]


def test_one_subject_in_one_newsgroup_is_a_thread():
    found = threads(
        {"subject": "Mars"}, {"subject": "Re: mars"}, {"subject": "RE^2: Re:  MARS"}, {"subject": "Re[3]: Mars"},
        {"subject": "Mars", "label": "sci.astro"}, {"subject": "Return to Mars"},
    )  # fmt: skip
    assert len(set(found[:4])) == 1
    assert len(set(found)) == 3


def test_a_message_without_a_subject_has_no_thread():
    assert threads({"subject": "Re: (none)"}, {"subject": "<None>"}, {"subject": "re:"}, {}) == [""] * 4


def test_references_connect_subjects_also_through_messages_that_are_missing():
    found = threads(
        {"subject": "a", "message_id": "<1@x>"},
        {"subject": "b", "message_id": "<2@x>", "references": "<0@x> <1@x>"},
        {"subject": "c", "references": "<9@x>"},
        {"subject": "d", "references": "<9@x>"},
        {"references": "<2@x>"},
        {"subject": "e", "message_id": "<5@x>"},
    )
    assert found[0] == found[1] == found[4] != ""
    assert found[2] == found[3] not in (found[0], found[5])


def test_time_is_there_if_any_message_has_a_date():
    assert "time" not in message_context(messages({}, {"date": "soon"}))
    context = message_context(messages({"date": "Fri, 23 Apr 1993 10:00:00 GMT"}, {}))
    assert str(context["time"].iloc[0]) == "1993-04-23 10:00:00+00:00"
    assert context["time"].isna().tolist() == [False, True]


def test_the_place_in_a_newsgroup_follows_the_number_of_the_article():
    names = ["test/a/300", "train/a/9", "train/a/100", "train/b/7", "train/c/x"]
    places = place_in_newsgroup(pd.Series(names))
    assert places[:4].tolist() == [1.0, 0.0, 0.5, 0.0]
    assert pd.isna(places[4])
