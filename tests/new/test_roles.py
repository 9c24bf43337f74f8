"""Which column is what: what is clear is seen, what is not is one sentence with the candidates and the option."""

import pytest

from new.made_up import save, sentences, tickets
from textstudy.errors import StudyError
from textstudy.new.look import read_texts
from textstudy.new.roles import find_roles


def roles(folder, frame, **named):
    return find_roles(read_texts(save(frame, folder / "mine.jsonl")), **named)


def test_odd_names_do_not_matter_where_the_values_are_clear(tmp_path):
    frame = tickets(60, nr=list(range(60))).rename(columns={"body": "Spalte 1: #Inhalt", "queue": "ZUSTÄNDIG?"})
    found = roles(tmp_path, frame)
    assert (found.text.value, found.label.value) == ("Spalte 1: #Inhalt", "ZUSTÄNDIG?")
    assert found.title is found.split is found.identifier is None


def test_all_roles(tmp_path):
    count = 60
    more = {
        "ticketId": [f"T-{row:04}" for row in range(count)],
        "Subject": sentences(count, 3, seed=2),
        "part": (["train"] * 4 + ["dev", "test"]) * (count // 6),
        "customer_id": [f"c{row % 7}" for row in range(count)],
        "created": [f"2024-03-{1 + row % 28:02} 10:15:00" for row in range(count)],
        "link": [f"https://example.org/{row}" for row in range(count)],
        "customer_country": ["fr", "de", "it"] * (count // 3),
        "note": [""] * count,
    }
    found = roles(tmp_path, tickets(count, **more))
    named = {role: getattr(found, role).value for role in ("text", "label", "title", "split", "identifier")}
    assert named == {
        "text": "body", "label": "queue", "title": "Subject", "split": "part", "identifier": "ticketId",
    }  # fmt: skip
    assert [column.name for column in found.groups] == ["customer_id"] and found.dates == ["created"]
    assert (found.group.value, found.time.value) == ("customer_id", "created")


def test_several_groups_and_dates_that_cannot_be_read(tmp_path):
    more = {"author": ["a", "b", "c"] * 20, "thread": ["s", "t"] * 30, "day": ["31.05.2024"] * 60}
    found = roles(tmp_path, tickets(60, **more), label="queue")
    assert found.group.value == ["author", "thread"]
    assert (found.dates, found.time) == (["day"], None)


def test_two_candidates_for_the_label_are_named_with_the_option(tmp_path):
    frame = tickets(60, team=["a", "b", "c"] * 20).rename(columns={"queue": "urgent"})
    with pytest.raises(StudyError, match="'urgent' or 'team': say which with --label"):
        roles(tmp_path, frame)
    assert roles(tmp_path, frame, label="team").label.value == "team"


def test_a_name_that_fits_decides_among_candidates_for_the_label(tmp_path):
    found = roles(tmp_path, tickets(60, source=["a", "b", "c"] * 20, label=[0, 1, 1] * 20))
    assert found.label.value == "label" and set(found.other_labels) == {"source", "queue"}


def test_a_column_without_a_name_has_no_role(tmp_path):
    frame = tickets(60).assign(**{"": ["a", "b", "c"] * 20})
    assert find_roles(read_texts(save(frame, tmp_path / "mine.csv"))).other_labels == []


def test_a_measure_is_no_label(tmp_path):
    found = roles(tmp_path, tickets(60, tag_confidence=[row % 12 / 8 for row in range(60)]))
    assert found.label.value == "queue" and found.other_labels == []


def test_of_two_columns_with_the_same_classes_the_names_are_taken(tmp_path):
    found = roles(tmp_path, tickets(60, label=[0, 1] * 30).rename(columns={"queue": "label_text"}))
    assert found.label.value == "label_text" and found.other_labels == []


def test_two_candidates_for_the_text_are_named_with_the_option(tmp_path):
    frame = tickets(60, question2=sentences(60, seed=3)).rename(columns={"body": "question1"})
    with pytest.raises(StudyError, match="'question1' or 'question2'.*--text|'question2' or 'question1'.*--text"):
        roles(tmp_path, frame)
    found = roles(tmp_path, frame, text="question2")
    assert (found.text.value, found.label.value) == ("question2", "queue")


def test_a_name_alone_makes_no_text(tmp_path):
    found = roles(tmp_path, tickets(60, text=["yes", "no", "maybe"] * 20))
    assert found.text.value == "body"


def test_labels_of_several_words_are_no_texts(tmp_path):
    frame = tickets(60, category=["a long name of a class", "another name of one"] * 30).drop(columns="queue")
    assert roles(tmp_path, frame.assign(body=sentences(60, 2))).text.value == "body"


@pytest.mark.parametrize(
    ("columns", "named", "message"),
    [
        ({"queue": ["only"] * 60}, {"label": "queue"}, "the same value 'only' in all rows.*two classes"),
        ({"label": ["only"] * 60}, {}, "the same value 'only'"),
        ({"queue": list(range(60))}, {}, "no column .* looks like labels.*'queue' \\(60 different values\\).*--label"),
        ({"queue": list(range(60))}, {"label": "queue"}, "60 different values in 60 rows"),
        ({"label": [["a"], ["a", "b"]] * 30}, {}, "'label' .* one label a document \\(list in row 0"),
        ({"label": ["['a']", "['a']", "['a', 'b']"] * 20}, {}, "one label a document.*'a', 'b'"),
        ({"label": ["a", "b", "a"] * 19 + ["b", "", "a"]}, {}, "no label in 1 of 60 rows, the first .* row 58"),
        ({}, {"label": "queu"}, "--label names the column 'queu'.*did you mean 'queue'"),
        ({}, {"text": "text"}, "--text names the column 'text'.*it has 'body', 'queue'"),
        ({"body": list(range(60))}, {}, "no column .* looks like texts.*--text"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_an_error(tmp_path, columns, named, message):
    with pytest.raises(StudyError, match=message):
        roles(tmp_path, tickets(60).assign(**columns), **named)


def test_a_file_of_the_folder_without_the_label_is_named(tmp_path):
    save(tickets(30), tmp_path / "mine" / "train.csv")
    save(tickets(10).drop(columns="queue"), tmp_path / "mine" / "test.csv")
    with pytest.raises(StudyError, match="test.csv has no column 'queue'"):
        find_roles(read_texts(tmp_path / "mine"))


def test_an_id_that_repeats_or_is_missing_is_none(tmp_path):
    assert roles(tmp_path, tickets(60, id=[*range(59), 0])).identifier is None
    assert roles(tmp_path, tickets(60, id=[None, *range(59)])).identifier is None
