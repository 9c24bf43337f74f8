"""Study files: every wrong setting is one sentence that says where, what and what is allowed."""

from pathlib import Path

import pytest
import yaml

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.workflow.catalog import canonical, load_catalog, load_study, training_settings
from textstudy.workflow.comparisons import comparison_plan
from textstudy.workflow.paths import Layout
from textstudy.workflow.trials import all_trials, subset, trial_data, trial_files

STUDIES = ROOT / "config" / "studies"
STUDY = {
    "title": "A study",
    "preparation": {"name": "mine", "corpus": {"kind": "demo"}},
    "encodings": {"words": {"tokenizer": "words"}},
    "models": {
        "linear": {"architecture": "linear"},
        "lstm": {"architecture": "recurrent", "embeddings": "random", "training": {"batch_size": 8}},
    },
}


BERT = {"architecture": "pretrained", "training": {"batch_size": 8}}


PLATEAU = {"batch_size": 8, "schedule": "plateau"}
HYBRID = {"strategy": "hybrid", "head_training": {"batch_size": 8}}


def encoders(**models: dict):
    """The changes that give STUDY models on a pretrained encoder, by name."""
    encoding = {"encodings.pieces": {"tokenizer": "wordpieces", "encoder": "bert-base-uncased"}}
    return encoding | {f"models.{name}": BERT | {"encoding": "pieces"} | model for name, model in models.items()}


def study(tmp_path: Path, changes: dict | None = None, name: str = "mine") -> Path:
    """Write STUDY with `changes` (dotted path → value; None deletes) as a study file."""
    data = yaml.safe_load(yaml.safe_dump(STUDY))
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        node = data
        for parent in parents:
            node = node[parent]
        node[last] = value
        if value is None:
            del node[last]
    (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(data))
    return tmp_path


def load(tmp_path: Path, changes: dict | None = None, **config):
    return load_catalog({"studies": ["mine"], **config}, study(tmp_path, changes))


def phases(**changes):
    """The changes that give STUDY a phase, and a model that extends its winner."""
    tuned = {"architecture": "winner", "winner": "choose", "changes": {"dropout": 0.1}}
    phase = {"name": "choose", "models": changes.pop("models", ["lstm"])}
    return {"phases": [phase], "models.tuned": tuned | changes}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"models.lstm.hiden_size": 3}, ["mine.yaml: models.lstm", "'hiden_size'", "mean 'hidden_size'?", "dropout"]),
        ({"models.lstm.cell": "lstmm"}, ["models.lstm.recurrent.cell", "'lstmm'", "'rnn', 'lstm' or 'gru'"]),
        ({"comparisons": [["lstm", "gru"]]}, ["comparisons names 'gru'", "not among the models"]),
        ({"comparisons": [["lstm", "lstm"]]}, ["comparisons compares 'lstm' with itself"]),
        ({"models.lstm.dropout": 1.5}, ["models.lstm", "dropout", "1.5", "less than 1"]),
        ({"models.linear.architecture": "liner"}, ["models.linear", "'liner'", "'linear'", "'recurrent'"]),
        ({"models.lstm.encoding": "letters"}, ["'lstm'", "'letters'", "words"]),
        ({"models.lstm.training.batch_tokens": 5}, ["batch_tokens and batch_size exclude each other"]),
        ({"preparation.corpus": {"kind": "table", "name": "t"}}, ["exactly one of path, resource and hub"]),
        (
            {"preparation.corpus": {"kind": "table", "name": "t", "path": "d d/a{b}.csv"}},
            ["preparation.corpus.table.path is 'd d/a{b}.csv'", "braces are wildcards to Snakemake: rename"],
        ),
        (
            encoders(bert={}) | {"encodings.pieces.encoder": "./a{b}"},
            ["encodings.pieces.wordpieces.encoder is './a{b}'", "braces are wildcards to Snakemake: rename"],
        ),
        (
            {"preparation.corpus": {"kind": "table", "name": "t", "path": "a.csv", "revision": "v1"}},
            ["revision is for data sets of the hub"],
        ),
        (
            encoders(bert={}) | {"encodings.pieces.encoder": "./mine", "encodings.pieces.revision": "v1"},
            ["encodings.pieces.wordpieces", "revision is for encoders of the hub"],
        ),
        (
            {"preparation.corpus": {"kind": "table", "name": "t", "path": "a.csv", "labels": {1.5: "bad"}}},
            ["labels", "the float 1.5", "quotation marks"],
        ),
        ({"title": 2024}, ["title is 2024", 'put the value in quotation marks, "2024"']),
        ({"seeds": 3}, ["seeds is 3", "write [3]"]),
        ({"preparation.corpus.kind": "demos"}, ["preparation.corpus", "'demos'", "'demo'"]),
        ({"models.LSTM": {"architecture": "linear"}}, ["LSTM", "should match pattern"]),
        ({"title": None}, ["title", "Field required"]),
        (phases(winner="chose"), ["'tuned'", "winner of 'chose'", "choose"]),
        (phases(changes={"dropuot": 0.1}), ["'tuned'", "if 'lstm' wins 'choose'", "mean 'dropout'?"]),
        (phases(models=["lstm", "lsmt"]), ["phase 'choose' names 'lsmt'"]),
        (
            phases(models=["lstm", "other"], changes={})
            | {"models.other": {"architecture": "transformer", "embeddings": "random", "training": {"batch_size": 8}}},
            ["'tuned'", "different architectures"],
        ),
        (phases(models=["lstm", "linear"]), ["phase 'choose' names 'linear'", "validated after each epoch"]),
        (
            phases(models=["near"]) | {"models.near": {"architecture": "neighbours"}},
            ["phase 'choose' names 'near'", "validated after each epoch"],
        ),
        (
            phases(models=["all"]) | {"models.all": {"architecture": "ensemble", "members": ["linear", "lstm"]}},
            ["phase 'choose' names 'all'", "validated after each epoch"],
        ),
        (
            phases(models=["again"]) | {"models.again": {"architecture": "refit", "model": "lstm"}},
            ["phase 'choose' names 'again'", "validated after each epoch"],
        ),
        (
            encoders(freeze={}, full={"strategy": "full"}) | phases(models=["freeze", "full"], changes={}),
            ["'tuned'", "different architectures, strategies"],
        ),
        (
            encoders(both=HYBRID) | phases(models=["both"], changes={})
            | {"models.again": {"architecture": "refit", "model": "tuned"}},
            ["'again' refits 'tuned'", "a hybrid has two trainings"],
        ),
        (phases(models=["lstm", "tuned"]), ["'tuned'", "phases before it: none"]),
        ({"seeds": []}, ["seeds"]),
        ({"seeds": [1, 2, 1]}, ["mine.yaml: seeds", "1 stands twice"]),
        ({"seeds": [-1]}, ["seeds.0", "greater than or equal to 0"]),
        ({"perturbations": {"shares": [0.1, 0.2, 0.10]}}, ["perturbations.shares", "0.1 stands twice"]),
        ({"perturbations": {"kinds": ["deletion", "deletion"]}}, ["perturbations.kinds", "'deletion' stands twice"]),
        (
            {"encodings.words.augmentation": {"kinds": ["deletion", "deletion"]}},
            ["augmentation.kinds", "'deletion' stands twice"],
        ),
        ({"models.all": {"architecture": "ensemble", "members": ["linear", "lsmt"]}}, ["'all' names 'lsmt'"]),
        ({"models.all": {"architecture": "ensemble", "members": ["linear"]}}, ["members", "at least 2"]),
        ({"models.first": {"architecture": "cascade", "members": ["linear"]}}, ["members", "at least 2"]),
        ({"models.first": {"architecture": "cascade", "members": ["linear", "lstm"], "loss": 1}}, ["loss is 1"]),
        (
            {"models.both": {"architecture": "ensemble", "members": ["linear", "lstm"]},
             "models.first": {"architecture": "cascade", "members": ["linear", "both"]}},
            ["'first' names 'both'", "itself made from other models"],
        ),
        ({"models.again": {"architecture": "refit", "model": "lsmt"}}, ["'again' names 'lsmt'"]),
        (
            {"models.lstm.training": PLATEAU, "models.again": {"architecture": "refit", "model": "lstm"}},
            ["'again' refits 'lstm'", "plateau watches the validation loss"],
        ),
        (
            {"models.all": {"architecture": "ensemble", "members": ["linear", "lstm"], "training": PLATEAU}},
            ["plateau watches the validation loss", "no validation left"],
        ),
        ({"models.bert": BERT | {"head_training": {}}}, ["head_training belongs to strategy hybrid"]),
        (
            {"models.all": {"architecture": "ensemble", "members": ["linear", "lstm"], "gpu": 2}},
            ["'gpu' is not a known key"],
        ),
        ({"models.bert": BERT | {"strategy": ["lora"]}}, ["models.bert", "strategy", "'freeze', 'full'"]),
        ({"models.bert": BERT | {"lora": {"rank": 4}}}, ["lora belongs to strategy lora"]),
        ({"models.bert": BERT | {"strategy": "lora", "lora": {"rnak": 4}}}, ["models.bert", "mean 'rank'?"]),
        ({"models.bert": BERT | {"layer_decay": 0.9}}, ["layer_decay has no meaning where the encoder is frozen"]),
        ({"learning_curve": {"models": ["lsmt"]}}, ["learning_curve names 'lsmt'", "linear, lstm"]),
        ({"learning_curve": {"shares": [0.1, 0.5]}}, ["learning_curve.shares", "at least 3"]),
        ({"learning_curve": {"shares": [0.1, 0.5, 1.0]}}, ["learning_curve.shares", "less than 1"]),
        ({"search": {"models": {"lsmt": {}}}}, ["search names 'lsmt'", "linear, lstm"]),
        ({"search": {"models": {"lstm": {}}}}, ["search.models.lstm has no space"]),
        (
            {"search": {"models": {"lstm": {"space": {"dropuot": [0.1, 0.2]}}}}},
            ["search of 'lstm' with dropuot 0.", "did you mean 'dropout'?"],
        ),
        (
            {"models.all": {"architecture": "ensemble", "members": ["linear", "lstm"]},
             "search": {"models": {"all": {"space": {"method": ["pool", "average"]}}}}},
            ["search names 'all'", "settings of their own"],
        ),
        (
            {"models.again": {"architecture": "refit", "model": "lstm"},
             "search": {"models": {"lstm": {"space": {"training.schedule": ["constant", "plateau"]}}}}},
            ["'again' refits 'lstm'", "plateau watches the validation loss"],
        ),
        ({"models.bert": BERT | {"encoding": "words"}}, ["'bert' wants the encoding 'words'", "wordpieces"]),
        ({"models.fast": {"architecture": "fasttext"}}, ["'fast' wants the encoding 'ngrams'", "tokenizer ngrams"]),
        (
            {"models.bag": {"architecture": "static", "embeddings": "glove", "encoding": "wordpieces"}},
            ["'bag' wants the encoding 'wordpieces'", "tokenizer words"],
        ),
        (
            {"models.fast": {"architecture": "fasttext", "training": {"weight_decay": 0.01}}},
            ["weight_decay is 0.01", "leave it out"],
        ),
        (
            {"encodings.grams": {"tokenizer": "ngrams", "character_ngrams": [5, 3]}},
            ["character_ngrams is (5, 3)", "as [3, 5]"],
        ),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_sentence(tmp_path, changes, words):
    with pytest.raises(StudyError) as caught:
        load(tmp_path, changes)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message, f"{word!r} is missing in: {message}"


def test_an_unknown_study_names_its_neighbour(tmp_path):
    with pytest.raises(StudyError, match="did you mean 'mine'"):
        load_catalog({"studies": ["mime"]}, study(tmp_path))


def test_damaged_yaml_says_where(tmp_path):
    (tmp_path / "mine.yaml").write_text("title: [unclosed\n")
    with pytest.raises(StudyError, match=r"mine\.yaml is not valid YAML.*line 2"):
        load_catalog({"studies": ["mine"]}, tmp_path)


@pytest.mark.parametrize(
    ("models", "lines"),
    [("\n  linear: {architecture: linear}\n\n  linear: {}", "3 and 5"), ("{linear: {}, 'linear': {}}", "2 and 2")],
)
def test_a_key_that_stands_twice_says_where(tmp_path, models, lines):
    (tmp_path / "mine.yaml").write_text(f"title: A\nmodels: {models}\n")
    with pytest.raises(StudyError, match=rf"mine\.yaml.*'linear' stands twice, in lines {lines}"):
        load_catalog({"studies": ["mine"]}, tmp_path)


def test_a_key_may_replace_one_that_is_merged_in(tmp_path):
    text = (study(tmp_path) / "mine.yaml").read_text()
    text += "reported:\n  source: a book\n"
    models = (
        "  models: {one: &one {accuracy: 0.5, f1: 0.4}, two: &two {<<: *one, f1: 0.6}, three: {<<: *two, f1: 0.7}}\n"
    )
    (tmp_path / "mine.yaml").write_text(text + models)
    reported = load_catalog({"studies": ["mine"]}, tmp_path).studies["mine"].study.reported.models
    assert reported["two"] == {"accuracy": 0.5, "f1": 0.6} and reported["three"] == {"accuracy": 0.5, "f1": 0.7}


def test_a_study_in_another_encoding_than_utf_8_says_so(tmp_path):
    (tmp_path / "mine.yaml").write_bytes("title: Größe\n".encode("latin-1"))
    with pytest.raises(StudyError, match=r"mine\.yaml is not in UTF-8 \(.*\): convert it\."):
        load_catalog({"studies": ["mine"]}, tmp_path)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"overrides": {"mien": {"seeds": [1]}}}, ["overrides", "'mien'", "did you mean 'mine'?"]),
        ({"overrides": {"mine": {"models": {"lsmt": None}}}}, ["'lsmt'", "did you mean 'lstm'?", "linear, lstm"]),
        ({"overrides": {"mine": {"models": {1: None, "lstm": None}}}}, ["'1'", "linear, lstm"]),
        ({"overrides": {"mine": {"models": None}}}, ["mine.yaml with its overrides: models", "valid dictionary"]),
        ({"overrides": {"mine": {"models": ["lstm"]}}}, ["mine.yaml with its overrides: models", "valid dictionary"]),
        ({"overrides": {"mine": {"models": {"lstm": None, "linear": None}}}}, ["models", "at least 1"]),
        ({"encoders": {"bert-base-uncasd": "minilm"}}, ["encoders", "'bert-base-uncasd'", "mean 'bert-base-uncased'?"]),
        (
            {"encoders": {"bert-base-uncased": "/a{b}"}},
            ["encoders.bert-base-uncased", "'/a{b}'", "braces are wildcards"],
        ),
        ({"encoders": {"sst": "minilm"}}, ["encoders", "'sst'"]),
    ],
)
def test_a_misspelt_name_in_an_overlay_is_one_sentence(tmp_path, config, words):
    with pytest.raises(StudyError) as caught:
        load(tmp_path, **config)
    for word in words:
        assert word in str(caught.value), f"{word!r} is missing in: {caught.value}"


def test_an_overlay_may_speak_of_studies_that_do_not_run(tmp_path):
    study(tmp_path, encoders(bert={}) | {"encodings.pieces.encoder": "owner/theirs"}, name="other")
    (tmp_path / "broken.yaml").write_text("title: half-writ")
    overlay = {"overrides": {"other": {"models": {"bert": {"dropout": 0.5}}}}, "encoders": {"owner/theirs": "minilm"}}
    assert list(load(tmp_path, **overlay).studies) == ["mine"]
    overlay["overrides"]["other"]["models"]["bert"] = None
    assert list(load(tmp_path, **overlay).studies) == ["mine"]


def test_studies_that_are_no_list(tmp_path):
    with pytest.raises(StudyError, match=r"studies is 'mine': .*write studies=\[mine\]"):
        load_catalog({"studies": "mine"}, study(tmp_path))


def test_labels_may_be_written_as_numbers_truth_values_and_words(tmp_path):
    study(tmp_path)
    text = (tmp_path / "mine.yaml").read_text().replace("kind: demo", "kind: table\n    name: t\n    path: a.csv")
    labels = "{0: bad, 2: good, true: yes, no: no, 'on': off}"
    (tmp_path / "mine.yaml").write_text(text.replace("path: a.csv", f"path: a.csv\n    labels: {labels}"))
    found = load_catalog({"studies": ["mine"]}, tmp_path).preparations["mine"].corpus.labels
    assert found == {
        "0": "bad", "2": "good", "true": "yes", "True": "yes", "TRUE": "yes", "no": "no", "on": "off",
    }  # fmt: skip


def test_yes_and_no_still_switch(tmp_path):
    study(tmp_path, {"preparation.clean": {"headers": True}})
    text = (tmp_path / "mine.yaml").read_text().replace("headers: true", "headers: no\n    quotes: off")
    (tmp_path / "mine.yaml").write_text(text)
    clean = load_catalog({"studies": ["mine"]}, tmp_path).preparations["mine"].clean
    assert not clean.headers and not clean.quotes and clean.signatures


def test_a_revision_goes_with_its_encoder_and_not_with_a_stand_in(tmp_path):
    pinned = encoders(bert={}) | {"encodings.pieces.revision": "v1"}
    assert Layout(load(tmp_path, pinned)).encoders() == {("mine", "pieces"): "bert-base-uncased@v1"}
    overlay = {"encoders": {"bert-base-uncased": "minilm"}}
    assert Layout(load(tmp_path, pinned, **overlay)).encoders() == {("mine", "pieces"): "minilm"}


def test_an_unknown_key_of_the_configuration(tmp_path):
    with pytest.raises(StudyError, match="'miror' is not a known key; did you mean 'mirror'"):
        load(tmp_path, miror="x")


def test_overrides_are_laid_over_and_told(tmp_path):
    catalog = load(tmp_path, overrides={"mine": {"models": {"lstm": {"hidden_size": 7}}}})
    loaded = catalog.studies["mine"]
    assert loaded.study.models["lstm"].hidden_size == 7
    assert loaded.scaled == [{"setting": "models.lstm.hidden_size", "full": 128, "used": 7}]


def test_an_overlay_may_leave_a_model_out(tmp_path):
    loaded = load(tmp_path, overrides={"mine": {"models": {"lstm": None}}}).studies["mine"]
    assert list(loaded.study.models) == ["linear"]
    assert not loaded.study.encodings, "no other model reads it"
    assert {row["setting"]: row["used"] for row in loaded.scaled}["models.lstm"] == "left out"


def test_a_comparison_goes_with_a_model_that_is_left_out(tmp_path):
    changes = {
        "models.gru": {**STUDY["models"]["lstm"], "cell": "gru"},
        "comparisons": [["gru", "lstm"], ["gru", "linear"]],
    }
    loaded = load(tmp_path, changes, overrides={"mine": {"models": {"lstm": None}}}).studies["mine"]
    assert loaded.study.comparisons == [("gru", "linear")]
    assert [row["setting"] for row in loaded.scaled] == ["models.lstm"], "the model is the difference"
    chosen = load(tmp_path, changes, overrides={"mine": {"comparisons": []}}).studies["mine"]
    assert [row["setting"] for row in chosen.scaled] == ["comparisons"]


def test_any_two_models_may_be_compared(tmp_path):
    """Winners, refits and ensembles too: only a refit is not among the models from which validation chooses."""
    made = {"models.again": {"architecture": "refit", "model": "linear"},
            "models.both": {"architecture": "ensemble", "members": ["linear", "lstm"], "method": "pool"}}  # fmt: skip
    questions = [["linear", "again"], ["tuned", "lstm"], ["both", "linear"]]
    settings = load(tmp_path, phases() | made | {"comparisons": questions}).studies["mine"].study
    assert comparison_plan(settings) == {
        "chosen_from": ["both", "linear", "lstm", "tuned"],
        "questions": [["again", "linear"], ["both", "linear"], ["lstm", "tuned"]],
        "deterministic": ["again", "linear"],
    }


def test_the_published_studies_say_what_they_compare_and_train_three_times():
    for path in STUDIES.glob("*.yaml"):
        settings = load_study(path.stem, STUDIES, {}).study
        assert settings.seeds == (1, 2, 3) and settings.comparisons, path.stem


def test_studies_that_contradict_each_other_are_refused(tmp_path):
    study(tmp_path, {"models.lstm.hidden_size": 9}, name="other")
    with pytest.raises(StudyError, match="model 'mine/lstm' differently"):
        load_catalog({"studies": ["mine", "other"]}, study(tmp_path))


def test_studies_may_share_what_they_agree_on_and_differ_in_titles(tmp_path):
    study(tmp_path, {"title": "Another", "models.lstm.title": "shown otherwise"}, name="other")
    catalog = load_catalog({"studies": ["mine", "other"]}, study(tmp_path))
    assert sorted(catalog.models) == [("mine", "linear"), ("mine", "lstm")]


def test_a_deterministic_model_runs_once(tmp_path):
    assert load(tmp_path, {"seeds": [4, 5]}).runs("mine") == [("linear", 4), ("lstm", 4), ("lstm", 5)]


def test_an_ensemble_runs_as_often_as_its_members_differ(tmp_path):
    models = {
        "models.two": {"architecture": "linear", "classifier": "svm"},
        "models.fixed": {"architecture": "ensemble", "members": ["linear", "two"]},
        "models.varied": {"architecture": "ensemble", "members": ["linear", "lstm"]},
        "models.learned": {"architecture": "ensemble", "members": ["linear", "two"], "method": "learned"},
        "models.first": {"architecture": "cascade", "members": ["linear", "two"]},
        "models.again": {"architecture": "refit", "model": "fixed"},
    }
    runs = [model for model, _ in load(tmp_path, {"seeds": [4, 5], **models}).runs("mine")]
    assert {name: runs.count(name) for name in ("fixed", "again", "varied", "learned", "first")} == {
        "fixed": 1, "again": 1, "varied": 2, "learned": 2, "first": 1,
    }  # fmt: skip


def test_the_order_of_keys_never_counts(tmp_path):
    one = canonical({"b": {"y": 1, "x": (2, 3)}, "a": 0})
    assert list(one) == ["a", "b"] and list(one["b"]) == ["x", "y"] and one["b"]["x"] == [2, 3]


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("overlay", [None, "cpu.yaml"])
def test_the_studies_of_the_project_are_valid(path, overlay):
    config = yaml.safe_load((ROOT / "config" / overlay).read_text()) if overlay else {}
    assert load_catalog({**config, "studies": [path.stem]}, STUDIES).runs(path.stem)


def test_changes_of_a_winner_are_read_as_the_settings_that_they_replace(tmp_path):
    """YAML 1.1 takes 1e-3, without a point, for text."""
    changes = {"dropout": "1e-1", "training": {"learning_rate": "1e-3", "betas": [0.8, "9e-1"]}}
    later = {"architecture": "winner", "winner": "tune", "changes": {"training": {"epsilon": "1e-6"}}}
    phased = phases(changes=changes) | {"models.later": later}
    phased["phases"] = [*phased["phases"], {"name": "tune", "models": ["tuned"]}]
    catalog = load(tmp_path, phased)
    tuned = {"dropout": 0.1, "training": {"learning_rate": 0.001, "betas": [0.8, 0.9]}}
    assert canonical(catalog.models["mine", "tuned"].changes) == canonical(tuned)
    assert catalog.models["mine", "later"].changes == {"training": {"epsilon": 1e-6}}


def test_one_gpu_and_no_adapters_are_no_settings_of_a_training(tmp_path):
    """Models that have neither keep the settings, and so the runs, that they had before there were any."""
    several = {"models.lstm.gpu": 2} | phases(changes={"gpu": 1}) | encoders(bert={"lora": None})
    catalog = load(tmp_path, several)
    settings = {name: training_settings(catalog.candidates["mine", name][0]) for name in ("lstm", "tuned", "bert")}
    assert settings["lstm"]["gpu"] == 2 and not {"gpu", "lora"} & {*settings["tuned"], *settings["bert"]}
    assert catalog.models["mine", "tuned"].changes == {"gpu": 1}


def test_changes_that_give_a_winner_a_part_hold_all_of_it(tmp_path):
    changes = {"strategy": "hybrid", "head_training": {"batch_size": 8}}
    catalog = load(tmp_path, encoders(bert={"strategy": "full"}) | phases(models=["bert"], changes=changes))
    kept = catalog.models["mine", "tuned"].changes["head_training"]
    assert kept == catalog.candidates["mine", "tuned"][0].model_dump(mode="json")["head_training"]
    assert kept["epochs"] == 20


CURVE = {"learning_curve": {"shares": [0.1, 0.125, 0.7]}, "seeds": [4, 5]}
SEARCH = {"search": {"trials": 2, "models": {"lstm": {"space": {"dropout": [0.1, 0.2, 0.3]}}}}}


def test_a_learning_curve_trains_every_model_with_each_share_and_seed(tmp_path):
    catalog = load(tmp_path, CURVE | phases())
    trials = all_trials(catalog)
    assert {name for _, model, name in trials if model == "linear"} == {"share_10", "share_12_5", "share_70"}
    assert {model for _, model, _ in trials} == {"linear", "lstm", "tuned"}
    assert all(trial.seeds == (4, 5) and trial.parts == ("test",) for trial in trials.values())
    files = trial_files("mine", [trials["mine", "linear", "share_70"]], "trial.json")
    assert files == [f"results/trials/mine/linear/share_70/{seed}/trial.json" for seed in (4, 5)]
    tuned = trial_data(Layout(catalog), "mine", trials["mine", "tuned", "share_10"], "4")
    assert "winner" in tuned, "it extends what the phase selected"


def test_a_subset_is_drawn_as_the_split_was(tmp_path):
    catalog = load(tmp_path, CURVE | {"preparation.split": {"by": "group", "group": "author"}})
    found = subset(Layout(catalog), "mine", all_trials(catalog)["mine", "linear", "share_10"])
    assert found == {"share": 0.1, "by": "group", "group": "author"}


def test_a_search_tries_settings_on_validation_with_the_first_seed(tmp_path):
    catalog = load(tmp_path, SEARCH | CURVE)
    trials = {name: trial for (_, model, name), trial in all_trials(catalog).items() if model == "lstm"}
    assert [name for name in trials if name.startswith("settings")] == ["settings_1", "settings_2"]
    first, layout = trials["settings_1"], Layout(catalog)
    assert (first.seeds, first.parts, first.share) == ((4,), ("validation",), None)
    assert subset(layout, "mine", first) is None
    assert first.settings.dropout == catalog.studies["mine"].study.drawn["lstm"][0]["dropout"]

    best = "results/searches/mine/lstm/best.json"
    assert "winner" not in trial_data(layout, "mine", first, "4"), "a trial cannot wait for the best trial"
    assert trial_data(layout, "mine", trials["share_10"], "4")["winner"] == best, "its curve is that of the best trial"
    assert layout.training_data("mine", "lstm", "4")["winner"] == best and layout.selections() == {0: [best]}
    assert "winner" not in layout.training_data("mine", "linear", "4")


@pytest.mark.parametrize(
    "other", [{}, SEARCH | {"seeds": [7]}, {"search": {"models": {"lstm": {"space": {"dropout": [0.4, 0.5]}}}}}]
)
def test_studies_that_search_one_model_in_two_ways_are_refused(tmp_path, other):
    study(tmp_path, other, name="other")
    study(tmp_path, SEARCH)
    with pytest.raises(StudyError, match="Study 'other' defines the search of 'mine/lstm' differently"):
        load_catalog({"studies": ["mine", "other"]}, tmp_path)


def test_an_overlay_that_leaves_a_model_out_leaves_out_its_search(tmp_path):
    study(tmp_path, {"search": {"models": {"linear": {}, "lstm": {"space": {"dropout": [0.1, 0.2]}}}}})
    config = {"studies": ["mine"], "overrides": {"mine": {"models": {"lstm": None}}}}
    assert set(load_catalog(config, tmp_path).studies["mine"].study.drawn) == {"linear"}
    study(tmp_path, SEARCH)
    assert load_catalog(config, tmp_path).studies["mine"].study.search is None


def test_a_phase_may_select_a_searched_model(tmp_path):
    catalog = load(tmp_path, SEARCH | phases(changes={"hidden_size": 7}))
    dropouts = [changes["dropout"] for changes in catalog.studies["mine"].study.drawn["lstm"]]
    found = catalog.candidates["mine", "tuned"]
    assert [(each.dropout, each.hidden_size) for each in found] == [(dropout, 7) for dropout in dropouts]
    assert list(Layout(catalog).selections()) == [0, 1], "searches are the first stage"
