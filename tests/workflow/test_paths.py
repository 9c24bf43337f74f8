"""Where everything lies, for the studies of the project."""

import re
from pathlib import Path

import pytest
import yaml

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.settings.overlay import lay_over
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.paths import Layout, resource_folder
from textstudy.workflow.report import command_line, report_parts, report_steps

CPU = yaml.safe_load((ROOT / "config" / "cpu.yaml").read_text())


@pytest.fixture(scope="module")
def layout() -> Layout:
    studies = ROOT / "config" / "studies"
    return Layout(load_catalog({**CPU, "studies": ["newsgroups-strategies"]}, studies))


def test_an_overlay_fills_the_encoders_role(layout):
    assert layout.encoders() == {("newsgroups", "wordpieces"): "minilm"}
    assert list(layout.resources().values()) == ["20newsgroups", "glove.6B", "minilm", "nltk_data"]


def test_the_quick_overlay_fits_over_the_one_for_cpus():
    quick = yaml.safe_load((ROOT / "config" / "quick.yaml").read_text())
    config = lay_over(CPU, quick) | {"studies": ["reviews-robustness"]}
    catalog = load_catalog(config, ROOT / "config" / "studies")
    study = catalog.studies["reviews-robustness"].study
    assert list(study.seeds) == [1]
    assert set(study.perturbations.models) == set(study.models)


def test_a_model_reads_only_what_it_needs(layout):
    assert list(layout.model_data("newsgroups", "linear_nb")) == ["split"]
    recurrent = layout.model_data("newsgroups", "bilstm_attention")
    assert recurrent["glove"] == "results/encoded/newsgroups/words/glove-50.safetensors"
    frozen = layout.evaluation_data("newsgroups", "distilbert_freeze")
    assert set(frozen) == {"encoding", "features", "split", "encoder"}
    assert frozen["encoder"] == "resources/minilm/files"


def test_only_what_learns_from_frozen_states_gets_a_semantic_audit(layout):
    audit = "results/encoded/newsgroups/wordpieces/semantic.json"
    assert layout.semantic_audits("newsgroups", ["linear_nb", "distilbert_full", "bilstm_attention"]) == []
    assert layout.semantic_audits("newsgroups", ["distilbert_freeze", "distilbert_hybrid"]) == [audit]
    assert audit in layout.data() and audit in report_parts(layout, "newsgroups-strategies")["encodings"]
    assert "semantic_audit" in report_steps(layout, "newsgroups-strategies")
    plain = Layout(load_catalog({**CPU, "studies": ["sst5-phrases"]}, ROOT / "config" / "studies"))
    assert not [
        file for file in (*plain.data(), *report_parts(plain, "sst5-phrases")["encodings"]) if "semantic" in file
    ]
    assert "semantic_audit" not in report_steps(plain, "sst5-phrases")


STUDY = {
    "title": "Phases",
    "preparation": {"name": "p", "corpus": {"kind": "demo"}},
    "encodings": {"words": {"tokenizer": "words"}},
    "seeds": [1, 2],
    "phases": [
        {"name": "choose", "models": ["random", "pretrained"]},
        {"name": "tune", "models": ["attending"]},
    ],
    "models": {
        "random": {
            "architecture": "recurrent",
            "embeddings": "random",
            "pooling": "final",
            "training": {"batch_size": 8},
        },
        "pretrained": {"architecture": "recurrent", "pooling": "final", "training": {"batch_size": 8}},
        "attending": {"architecture": "winner", "winner": "choose", "changes": {"pooling": "dot_attention"}},
        "last": {"architecture": "winner", "winner": "tune", "changes": {"training": {"batch_size": 4}}},
    },
}


def phased(tmp_path, **changes) -> Layout:
    (tmp_path / "phased.yaml").write_text(yaml.safe_dump(STUDY | changes, sort_keys=False))
    return Layout(load_catalog({"studies": ["phased"]}, tmp_path))


def test_only_models_that_attend_depend_on_attention(tmp_path):
    layout = phased(tmp_path)
    assert layout.model_modules("p", "random") == ["textstudy.models.recurrent"]
    assert layout.model_modules("p", "attending") == ["textstudy.models.attention", "textstudy.models.recurrent"]
    assert layout.model_modules("p", "last") == layout.model_modules("p", "attending")


def test_an_extension_reads_the_winner_and_the_data_of_every_candidate(tmp_path):
    layout = phased(tmp_path)
    assert "glove" not in layout.model_data("p", "random")
    assert layout.model_data("p", "last") == layout.model_data("p", "pretrained")
    assert layout.run_data("p", "random", "1") == {}
    assert layout.run_data("p", "last", "2") == {"winner": "results/phases/p/tune/winner.json"}
    assert layout.selections() == {1: ["results/phases/p/choose/winner.json"], 2: ["results/phases/p/tune/winner.json"]}
    assert layout.catalog.phase_runs("p", "choose") == [
        ("random", 1),
        ("random", 2),
        ("pretrained", 1),
        ("pretrained", 2),
    ]
    assert report_parts(layout, "phased")["phases"] == [
        f"results/phases/p/{phase}/ranking.json" for phase in ("choose", "tune")
    ]


def test_a_report_reads_a_file_of_every_run(layout):
    parts = report_parts(layout, "newsgroups-strategies")
    assert len(parts["runs"]) == 5 * len(layout.catalog.runs("newsgroups-strategies")) == 5 * 8
    assert "resources/minilm/manifest.json" in parts["manifests"]
    assert "results/encoded/newsgroups/wordpieces/features.json" in parts["encodings"]


def test_the_command_of_a_report_names_its_overlays_and_what_was_set_beside_them():
    folder = Path("/somewhere/textstudy")
    given = {"studies": ["mine", "other"], "mirror": "/mirror", "encoders": {"bert-base-uncased": "my encoder"}}
    files = [folder / "config" / "cpu.yaml", Path("/elsewhere/more.yaml")]
    assert command_line("mine", files, given, folder, folder) == (
        "snakemake --cores all report --configfile config/cpu.yaml /elsewhere/more.yaml --config 'studies=[mine]' "
        """'encoders={"bert-base-uncased": "my encoder"}'"""
    )
    command = "snakemake --cores all report --directory /elsewhere --config 'studies=[mine]'"
    assert command_line("mine", [], {}, folder, Path("/elsewhere")) == command


def test_what_is_trained_with_its_encoder_reads_it(layout):
    assert set(layout.model_data("newsgroups", "distilbert_full")) == {"encoding", "encoder"}
    assert set(layout.model_data("newsgroups", "distilbert_hybrid")) == {"encoding", "encoder", "features"}
    # A hybrid's head began on cached states; what it has become is evaluated with its own encoder.
    assert set(layout.evaluation_data("newsgroups", "distilbert_hybrid")) == {"encoding", "encoder", "split"}
    assert "textstudy.encode.encoders" in layout.model_modules("newsgroups", "distilbert_full")
    assert "textstudy.encode.encoders" not in layout.model_modules("newsgroups", "distilbert_freeze")


@pytest.fixture(scope="module")
def ensembles() -> Layout:
    return Layout(load_catalog({"studies": ["newsgroups-backbones"]}, ROOT / "config" / "studies"))


def test_an_ensemble_reads_its_members_predictions_and_nothing_else(ensembles):
    run = "newsgroups", "ensemble_all"
    assert ensembles.kind(*run).learner == "ensemble"
    assert ensembles.model_data(*run) == {} and ensembles.model_modules(*run) == []
    folder = "results/models/newsgroups"
    # A member that runs once for all seeds stands for each of them.
    assert ensembles.run_data(*run, "3")["members"][:3] == [
        f"{folder}/linear_nb/1/predictions.parquet",
        f"{folder}/linear_svm/1/predictions.parquet",
        f"{folder}/bert_frozen/3/predictions.parquet",
    ]
    assert ensembles.evaluated_parts("newsgroups", "bert") == ["train", "validation", "test"]
    assert ensembles.evaluated_parts("newsgroups", "linear_nb") == ["validation", "test"]


def test_the_refit_of_an_ensemble_joins_the_refits_of_its_members(ensembles):
    run = "newsgroups", "ensemble_all_refit"
    assert ensembles.kind(*run).learner == "ensemble"
    assert ensembles.members(*run) == [
        "linear_nb_refit",
        "linear_svm_refit",
        "bert_frozen_refit",
        "bert_neighbours_refit",
        "bert",
        "bilstm_embeddings",
    ]
    assert ensembles.run_data(*run, "2")["base"] == "results/models/newsgroups/ensemble_all/2/training.json"


def test_names_of_the_hub_become_one_folder():
    assert re.fullmatch("resources/owner--name-[0-9a-f]{8}", resource_folder("owner/name"))
    assert re.fullmatch("resources/models--mine-[0-9a-f]{8}", resource_folder("./models/mine"))


def test_encoders_of_like_names_have_folders_of_their_own():
    names = ["bert-base-uncased", "./bert-base-uncased", "../bert-base-uncased", "/bert-base-uncased"]
    folders = {resource_folder(name) for name in names}
    assert len(folders) == len(names)
    assert all(Path(folder).parent == Path("resources") for folder in folders)
    assert resource_folder("bert-base-uncased") == "resources/bert-base-uncased", "what is registered keeps its name"


def ensemble_study(tmp_path: Path, name: str, *refits: str) -> None:
    """Write a study with an ensemble, its refit, and refits of these of its members."""
    linear = {"linear": {"architecture": "linear"}, "svm": {"architecture": "linear", "classifier": "svm"}}
    joined = {
        "both": {"architecture": "ensemble", "members": ["linear", "svm"]},
        "both_refit": {"architecture": "refit", "model": "both"},
    }
    models = linear | joined | {f"{model}_refit": {"architecture": "refit", "model": model} for model in refits}
    study = {"title": name, "preparation": STUDY["preparation"], "models": models}
    (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(study, sort_keys=False))


def test_the_refit_of_an_ensemble_asks_its_own_study_alone_for_refits(tmp_path):
    ensemble_study(tmp_path, "without")
    linear = {"linear": {"architecture": "linear"}, "linear_refit": {"architecture": "refit", "model": "linear"}}
    study = {"title": "with", "preparation": STUDY["preparation"], "models": linear}
    (tmp_path / "with.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    for studies in (["without"], ["without", "with"], ["with", "without"]):
        layout = Layout(load_catalog({"studies": studies}, tmp_path))
        assert layout.members("p", "both_refit") == layout.members("p", "both") == ["linear", "svm"]


def test_studies_whose_ensembles_have_other_refits_are_refused_together(tmp_path):
    """One name would stand for two trainings."""
    ensemble_study(tmp_path, "without")
    ensemble_study(tmp_path, "with", "linear")
    assert Layout(load_catalog({"studies": ["with"]}, tmp_path)).members("p", "both_refit") == ["linear_refit", "svm"]
    with pytest.raises(StudyError, match="the members of 'p/both_refit' differently"):
        load_catalog({"studies": ["without", "with"]}, tmp_path)


def table_study(tmp_path: Path, path: Path | str) -> Layout:
    """Write a study of one's own texts under `path`, and return its layout."""
    preparation = {"name": "p", "corpus": {"kind": "table", "name": "mine", "path": str(path)}}
    study = {"title": "Mine", "preparation": preparation, "models": {"linear": {"architecture": "linear"}}}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(study))
    return Layout(load_catalog({"studies": ["own"]}, tmp_path))


def test_a_corpus_in_a_folder_is_read_from_each_of_its_files(tmp_path):
    folder = tmp_path / "texts"
    (folder / "more.csv").mkdir(parents=True)
    for name in (
        "train.CSV",
        "b.jsonl.gz",
        "more.csv/test.tsv",
        "a.v2.parquet",
        "README.md",
        "notes.gz",
        ".hidden",
        "._b.csv",
    ):
        (folder / name).touch()
    names = ["a.v2.parquet", "b.jsonl.gz", "more.csv/test.tsv", "train.CSV"]
    assert table_study(tmp_path, folder).corpus_source("mine") == [str(folder / name) for name in names]
    assert table_study(tmp_path, folder / "train.CSV").corpus_source("mine") == str(folder / "train.CSV")
    assert table_study(tmp_path, folder / "gone.csv").corpus_source("mine") == str(folder / "gone.csv")


def test_a_file_with_braces_in_the_folder_of_a_corpus_is_refused(tmp_path):
    """Snakemake takes them for wildcards and knows no escape."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a{b}.csv").touch()
    with pytest.raises(StudyError, match=r"texts/a\{b\}\.csv.*braces are wildcards to Snakemake: rename"):
        table_study(tmp_path, folder).corpus_source("mine")
