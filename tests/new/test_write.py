"""The study that is written: valid, as chosen, commented, and never in place of another."""

import re

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from new.made_up import CHINESE, HINDI, new_study, save, sentences, tickets
from textstudy.cli import app
from textstudy.corpora import folders, table
from textstudy.corpora.labels import labels_alike
from textstudy.errors import StudyError
from textstudy.fetch.resources import resolve
from textstudy.models.linear import LinearTextClassifier
from textstudy.new.command import summary
from textstudy.new.write import study_name, write_study
from textstudy.settings.study import Study
from textstudy.workflow.catalog import canonical, load_study

MAIL = "From: {0} <{0}@example.org>\nSubject: help\n\n> what is that?\n{1}\n{1}\n-- \n{0}, of the office"


def place(data: dict, setting: str):
    """Return what a study says where a choice belongs."""
    section, key = setting.split(".")
    models, preparation = data["models"], data["preparation"]
    homes = {
        "words": lambda: data["encodings"]["words"], "wordpieces": lambda: data["encodings"]["wordpieces"],
        "counts": lambda: models["linear_nb"], "linear": lambda: models["linear_svm"],
        "bilstm": lambda: models["bilstm_attention"], "training": lambda: models["bilstm_attention"]["training"],
    }  # fmt: skip
    return homes.get(section, lambda: preparation[section])()[key]


def uncommented(content: str) -> dict:
    """Return the settings of a study file with those that are commented out."""
    return yaml.safe_load(re.sub(r"(?m)^# (?=  |encodings:|perturbations:|explanations:)", "", content))


TEXTS = {
    "english": lambda: tickets(60),
    "hindi": lambda: tickets(60, body=sentences(60, of=HINDI)),
    "chinese": lambda: tickets(60, body=sentences(60, 40, of=CHINESE, space="")),
    "mail": lambda: tickets(60, body=[MAIL.format("anna", text) for text in sentences(60)]),
    "unbalanced": lambda: tickets(60, queue=["a"] * 50 + ["b"] * 10),
    "split": lambda: tickets(60, split=["train", "train", "val", "val", "test", "test"] * 10),
    "numbers": lambda: tickets(60, label=[3, 1, 2] * 20),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_file_says_what_was_chosen_and_so_does_what_is_commented_out(tmp_path, name):
    written, study = new_study(tmp_path, TEXTS[name]())
    whole = uncommented(written.path.read_text(encoding="utf-8"))
    for setting, choice in written.choices.items():
        assert place(whole, setting) == choice.value, setting
        assert choice.reason
    full = Study.model_validate(whole)
    assert {"linear_nb", "linear_svm", "bilstm_attention", "encoder"} == set(full.models)
    assert full.perturbations and full.explanations and full.seeds == (1, 2, 3)
    resolve(full.encodings["wordpieces"].encoder)
    assert (
        set(study.models)
        == set(written.models)
        == set(full.models) - {"encoder"} - ({"bilstm_attention"} if name == "chinese" else set())
    )


def test_plain_english_texts(tmp_path):
    written, study = new_study(tmp_path, tickets(60))
    clean = study.preparation.clean
    assert not (clean.headers or clean.quotes or clean.signatures or clean.blocks)
    assert clean.minimum_characters == 1 and clean.maximum_words is None
    assert study.preparation.split.test == 0.2 and study.preparation.split.validation == 0.15
    assert study.encodings["words"].maximum_length == 16  # 12 words
    assert study.models["bilstm_attention"].embeddings == "random"
    assert study.models["linear_svm"].character_ngrams is None
    assert "encoder: distilbert-base-uncased" in written.path.read_text(encoding="utf-8")


def test_messages_are_cleaned_and_others_are_not(tmp_path):
    clean = new_study(tmp_path, TEXTS["mail"]())[1].preparation.clean
    assert clean.headers and clean.quotes and clean.signatures and clean.blocks and clean.minimum_characters == 50
    own = [f"I want to book {text}\nFrom: Paris\nTo: Rome\nDate: May" for text in sentences(60)]
    clean = new_study(tmp_path, tickets(60, body=own), name="own")[1].preparation.clean
    assert not (clean.headers or clean.quotes or clean.signatures or clean.blocks)


def test_a_class_of_short_texts_is_not_lost(tmp_path):
    mails = [MAIL.format("anna", text) for text in sentences(60)]
    frame = tickets(60, body=["thank you so much" if row % 2 else mails[row] for row in range(60)])
    assert new_study(tmp_path, frame)[1].preparation.clean.minimum_characters == 1


def test_texts_that_are_not_english_get_an_encoder_of_many_languages(tmp_path):
    written, study = new_study(tmp_path, TEXTS["hindi"]())
    assert "multilingual" in written.choices["wordpieces.encoder"].value
    assert study.models["bilstm_attention"].embeddings == "random"
    assert any("Devanagari (all)" in line for line in written.seen)


def test_chinese_is_read_by_characters_and_the_linear_models_learn_from_it(tmp_path):
    frame = TEXTS["chinese"]()
    frame["body"] = [("很好看" if row % 2 else "不想吃") + text for row, text in enumerate(frame["body"])]
    study = new_study(tmp_path, frame)[1]
    assert list(study.models) == ["linear_nb", "linear_svm"] and not study.encodings
    for model in study.models.values():
        assert model.word_ngrams == (1, 3) and model.character_ngrams is None
        classifier = LinearTextClassifier(model.model_dump())
        classifier.fit(frame["body"][:40], frame["queue"][:40], frame["body"][40:50], frame["queue"][40:50])
        assert (classifier.predict(frame["body"][50:]) == frame["queue"][50:]).mean() >= 0.9


def test_unbalanced_classes_are_weighted_unless_one_has_hardly_a_document(tmp_path):
    models = new_study(tmp_path, TEXTS["unbalanced"]())[1].models
    assert models["linear_svm"].class_weights and models["bilstm_attention"].training.class_weights
    assert models["bilstm_attention"].training.select_by == "macro_f1"
    written, study = new_study(tmp_path, tickets(120, queue=["a"] * 119 + ["b"]), name="one")
    assert not study.models["linear_svm"].class_weights
    assert any("fewer than 3 documents" in warning and "'b'" in warning for warning in written.warnings)


@pytest.mark.parametrize("column", [True, False])
def test_the_official_split_is_kept(tmp_path, column):
    if column:
        study = new_study(tmp_path, TEXTS["split"]())[1]
        assert study.preparation.corpus.split == "split"
    else:
        for part in ("train", "test"):
            save(tickets(40), tmp_path / "mine" / f"{part}.csv")
        written = write_study(tmp_path / "mine", folder=tmp_path)
        assert written.path.name == "mine.yaml" and written.choices["split.validation"].value == 0.15
        study = load_study("mine", tmp_path, {}).study
    assert study.preparation.split.test == "official"


def test_a_large_corpus_begins_with_a_sample(tmp_path, monkeypatch):
    monkeypatch.setattr("textstudy.new.suggest._LARGE", 100)
    monkeypatch.setattr("textstudy.new.suggest._SAMPLE", 80)
    assert new_study(tmp_path, tickets(101))[1].preparation.corpus.sample.size == 80
    assert new_study(tmp_path, tickets(100), name="smaller")[1].preparation.corpus.sample is None


def test_what_to_mind_is_said_on_the_screen_and_in_the_file(tmp_path):
    frame = tickets(60, queue=["Spam", "spam", "ham"] * 20, author=["anna", "bert", "carl"] * 20)
    frame.loc[1, "body"] = frame.loc[0, "body"].upper()
    frame.loc[2, "body"] = ""
    frame["day"] = "2024-03-01"
    written, study = new_study(tmp_path, frame, label="queue")
    assert (study.preparation.corpus.group, study.preparation.corpus.time) == ("author", "day")
    content = " ".join(written.path.read_text(encoding="utf-8").replace("#", "").split())
    for sentence in ("'Spam', 'spam' look alike", "more than one label: 1.", "Rows without text: 1."):
        assert any(sentence in warning for warning in written.warnings) and sentence in content
    assert (
        "Column 'author' repeats (3 different values in 60 rows)" in content and "Column 'day' holds dates" in content
    )
    printed = " ".join(summary(written).split())
    assert all(" ".join(part.split()) in printed for part in (*written.warnings, *written.seen, written.command))
    assert "corpus.text: body;" in printed


def test_too_few_texts_for_the_classes_are_said(tmp_path):
    few = new_study(tmp_path, tickets(24, queue=list("abc" * 8)), name="few")[0]
    assert not any("too few" in warning for warning in few.warnings)
    less = new_study(tmp_path, tickets(24, queue=list("abcd" * 6)), name="less")[0]
    assert any("24 different texts are too few for 4 classes" in warning for warning in less.warnings)


def test_equal_texts_are_an_error(tmp_path):
    with pytest.raises(StudyError, match="all 60 texts in column 'body'.*same words"):
        new_study(tmp_path, tickets(60, body=["the same words again"] * 60), text="body")
    assert not list(tmp_path.glob("*.yaml"))


def test_names_for_numbers_are_proposed(tmp_path):
    written, study = new_study(tmp_path, TEXTS["numbers"](), label="label")
    content = written.path.read_text(encoding="utf-8")
    data = yaml.safe_load(content.replace("    # labels:", "    labels:"))
    labels = Study.model_validate(data).preparation.corpus.labels
    assert study.preparation.corpus.labels is None and sorted(labels) == ["1", "2", "3"]


def test_an_existing_study_is_not_overwritten(tmp_path):
    written, _ = new_study(tmp_path, tickets(60))
    before = written.path.read_text(encoding="utf-8")
    with pytest.raises(StudyError, match="data.yaml already.*--name"):
        new_study(tmp_path, tickets(40))
    assert written.path.read_text(encoding="utf-8") == before
    assert new_study(tmp_path, tickets(40), name="other")[0].path == tmp_path / "other.yaml"


def test_a_study_that_does_not_validate_is_not_left(tmp_path, monkeypatch):
    monkeypatch.setattr("textstudy.new.suggest._VALIDATION", 1.5)
    with pytest.raises(StudyError, match="validation"):
        new_study(tmp_path, tickets(60))
    assert [path.name for path in tmp_path.iterdir()] == ["data.jsonl"]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("tickets.csv", "tickets"), ("My Tickets (2024).csv.gz", "my-tickets-2024"), ("v1.2_é.JSONL", "v1-2_e"),
        ("_x.tsv", "x"), ("文.parquet", "texts"), ("folder", "folder"),
    ],
)  # fmt: skip
def test_the_name_comes_from_the_file(tmp_path, file, name):
    assert study_name(tmp_path / file) == name


@pytest.mark.parametrize(
    ("file", "options", "message"),
    [
        ("a.csv", {"name": "My Study"}, "'My Study' is no name of a study"),
        ("a{b}.csv", {}, "braces"),
        ("absent.csv", {}, "absent.csv does not exist"),
    ],
)
def test_names_that_cannot_be_are_one_sentence(tmp_path, file, options, message):
    if file != "absent.csv":
        save(tickets(20), tmp_path / file)
    with pytest.raises(StudyError, match=message):
        write_study(tmp_path / file, folder=tmp_path, **options)


def test_a_path_inside_the_checkout_is_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = save(tickets(20), tmp_path / "data" / "mine.csv")
    write_study(file, folder=tmp_path)
    assert load_study("mine", tmp_path, {}).study.preparation.corpus.path == "data/mine.csv"
    with pytest.raises(StudyError, match="no folder config/studies"):
        write_study(file)


def test_the_command_says_what_it_saw_and_chose_and_what_comes_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "studies").mkdir(parents=True)
    save(tickets(60), tmp_path / "data" / "mine.csv")
    result = CliRunner().invoke(app, ["new", "data/mine.csv", "--label", "queue"])
    assert result.exit_code == 0, result.output
    for part in ("data/mine.csv: 60 rows", "corpus.label: queue; --label names it", "config/studies/mine.yaml"):
        assert part in result.output
    assert result.output.endswith("textstudy report --cores all --config 'studies=[mine]'\n")
    assert load_study("mine", tmp_path / "config" / "studies", {}).study.preparation.corpus.path == "data/mine.csv"


# pandas writes a carriage return so that no reader of CSV can tell it from the end of a row, and JSON only up to a NUL.
STRINGS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1, max_size=8)
VISIBLE = STRINGS.filter(str.strip)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(VISIBLE, min_size=2, max_size=2, unique=True),
    labels=st.lists(VISIBLE, min_size=2, max_size=4, unique_by=str.strip),
    count=st.integers(16, 60),
    ending=st.sampled_from(["csv", "tsv.gz", "jsonl", "parquet"]),
)
def test_any_table_with_a_clear_text_and_label_gives_a_study_that_the_pipeline_reads(
    tmp_path_factory, names, labels, count, ending
):
    assume(names[1].strip() not in {label.strip() for label in labels})  # it would pass for a row
    folder = tmp_path_factory.mktemp("new")
    frame = tickets(count, queue=[labels[row % len(labels)] for row in range(count)])
    frame.columns = names
    written = write_study(save(frame, folder / f"mine.{ending}"), folder=folder)
    corpus = load_study("mine", folder, {}).study.preparation.corpus
    documents = table.read(None, canonical(corpus))
    assert len(documents) == count
    assert documents["label"].nunique() == len(labels) - sum(len(alike) - 1 for alike in labels_alike(labels))
    assert documents["text"].tolist() == frame[names[0]].tolist()
    assert written.command.endswith("'studies=[mine]'")


def class_folders(folder, *, count=60, encoding="utf-8"):
    """Write texts of two classes as files in folders for the splits and classes."""
    for number, text in enumerate(sentences(count)):
        part, label = ("train", "test")[number % 4 == 0], ("neg", "pos")[number % 3 == 0]
        path = folder / part / label / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"naïve {text}", encoding=encoding)
    return folder


def test_class_folders(tmp_path):
    corpus = class_folders(tmp_path / "My films")
    (corpus / "README.pdf").write_bytes(b"%PDF")
    written = write_study(corpus, folder=tmp_path)
    study = load_study("my-films", tmp_path, {}).study
    found = study.preparation.corpus
    assert (found.kind, found.path, found.encoding) == ("folders", str(corpus), "utf-8")
    assert study.preparation.split.test == "official"
    assert len(folders.read(None, canonical(found))) == 60
    assert written.seen[0].endswith("60 texts in class folders") and written.seen[-1].startswith("classes: 2: 'neg' 40")
    assert "Not read: 'README.pdf (no text file)'." in written.warnings
    with pytest.raises(StudyError, match="class folders, which have no columns"):
        write_study(corpus, folder=tmp_path, text="text", name="other")


def test_class_folders_in_another_encoding(tmp_path):
    corpus = class_folders(tmp_path / "films", encoding="latin-1")
    written = write_study(corpus, folder=tmp_path)
    assert written.choices["corpus.encoding"].value == "latin-1"
    documents = folders.read(None, canonical(load_study("films", tmp_path, {}).study.preparation.corpus))
    assert documents["text"].str.startswith("naïve ").all()


def test_a_quoted_tsv_file_is_read_as_such(tmp_path):
    frame = tickets(60, note=['the "so-called" note'] * 60)
    frame["body"] = '"Oh", he said.\n' + frame["body"]
    write_study(save(frame, tmp_path / "mine.tsv"), folder=tmp_path)
    corpus = load_study("mine", tmp_path, {}).study.preparation.corpus
    assert corpus.quoting is True
    assert table.read(None, canonical(corpus))["text"].tolist() == frame["body"].tolist()


def test_labels_that_look_alike_are_made_one_class_in_a_study_that_runs(tmp_path):
    written, study = new_study(tmp_path, tickets(60, queue=["Spam", "spam", "ham"] * 20))
    assert study.preparation.corpus.labels == {"Spam": "spam", "spam": "spam", "ham": "ham"}
    assert "'Spam', 'spam' look alike" in written.choices["corpus.labels"].reason
    documents = table.read(None, canonical(study.preparation.corpus))
    assert documents["label"].value_counts().to_dict() == {"spam": 40, "ham": 20}
