"""Where everything lies: the files that each step of the configured studies reads."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from textstudy.fetch.resources import REGISTRY
from textstudy.settings.corpora import Corpus
from textstudy.settings.models import DefinedModel
from textstudy.settings.models.ensemble import EnsembleModel
from textstudy.settings.models.refit import RefitModel
from textstudy.settings.models.winner import WinnerModel
from textstudy.storage.checksums import RESOURCE_FILES
from textstudy.storage.table_files import fingerprint, table_files
from textstudy.workflow.catalog import Catalog

STOP_WORDS = "nltk_data"  # the resource with the list of English stop words


def resource_folder(resource: str) -> str:
    """Return the folder of a resource: its name where it is registered; else that name without slashes and a digest.

    Without the digest `./mine`, `../mine` and `/mine`, three encoders, would share one folder.
    """
    if resource in REGISTRY:
        return f"resources/{resource}"
    digest = hashlib.sha256(resource.encode()).hexdigest()[:8]
    return f"resources/{resource.strip('./').replace('/', '--')}-{digest}"


def resource_files(resource: str) -> str:
    """Return the folder with the files of a fetched resource."""
    return f"{resource_folder(resource)}/{RESOURCE_FILES}"


def manifest_file(resource: str) -> str:
    """Return what says where a fetched resource came from, and when."""
    return f"{resource_folder(resource)}/manifest.json"


def run_folder(preparation: str, model: str, seed: int) -> str:
    """Return the folder of a run."""
    return f"results/models/{preparation}/{model}/{seed}"


def prepared_file(preparation: str, file: str) -> str:
    """Return a file of a preparation."""
    return f"results/prepared/{preparation}/{file}"


def encoded_file(preparation: str, encoding: str, file: str) -> str:
    """Return a file of an encoding."""
    return f"results/encoded/{preparation}/{encoding}/{file}"


def perturbed_samples(preparation: str) -> str:
    """Return the perturbed test documents of a preparation."""
    return f"results/perturbed/{preparation}/samples.parquet"


def winner_file(preparation: str, phase: str) -> str:
    """Return the file that names the winner of a phase, with its settings."""
    return f"results/phases/{preparation}/{phase}/winner.json"


def ranking_file(preparation: str, phase: str) -> str:
    """Return the file that shows how a phase was decided."""
    return f"results/phases/{preparation}/{phase}/ranking.json"


def best_trial_file(preparation: str, model: str) -> str:
    """Return the file that names the best trial of a model's search, with its settings."""
    return f"results/searches/{preparation}/{model}/best.json"


@dataclass(frozen=True)
class Layout:
    """Paths, by what the configured studies hold."""

    catalog: Catalog

    def preparation(self, study: str) -> str:
        """Return the preparation of a study."""
        return self.catalog.studies[study].study.preparation.name

    def corpus(self, name: str) -> Corpus:
        """Return the settings of a corpus."""
        return next(p.corpus for p in self.catalog.preparations.values() if p.corpus.name == name)

    def corpus_source(self, name: str) -> str | list[str]:
        """Return what a corpus is read from: a resource, the user's files, or nothing (generated, or streamed)."""
        corpus = self.corpus(name)
        if corpus.resource:
            return resource_files(corpus.resource)
        path = corpus.files
        if path and Path(path).is_dir() and not corpus.many_files:  # a folder does not say that a file in it was edited
            return list(map(str, table_files(Path(path))[0]))
        return path or []

    def corpus_state(self, name: str) -> str | None:
        """Return a digest that changes with the files of a corpus, where they are too many to be inputs one by one."""
        corpus = self.corpus(name)
        return fingerprint(Path(corpus.files)) if corpus.many_files and Path(corpus.files).is_dir() else None

    def documents(self, preparation: str) -> str:
        """Return the parsed corpus behind a preparation."""
        return f"results/corpora/{self.catalog.preparations[preparation].corpus.name}/documents.parquet"

    def corrections(self, preparation: str) -> dict[str, str]:
        """Return the file of the labels that a person corrected, with the corpus that it is checked against."""
        file = self.catalog.preparations[preparation].relabel
        return {"relabel": file, "documents": self.documents(preparation)} if file else {}

    def cleaning_data(self, preparation: str) -> dict[str, str]:
        """Return what cleaning reads: the parsed corpus, and the stop words where they are to go."""
        files = {"documents": self.documents(preparation)}
        if self.catalog.preparations[preparation].clean.content_words:
            files["stop_words"] = resource_files(STOP_WORDS)
        return files

    def encoders(self) -> dict[tuple[str, str], str]:
        """Return (preparation, encoding) → the encoder resource of each subword encoding."""
        return {
            key: self.catalog.encoder(encoding.encoder, encoding.revision)
            for key, encoding in self.catalog.encodings.items()
            if encoding.tokenizer == "wordpieces"
        }

    def language_models(self) -> dict[tuple[str, str], str]:
        """Return (preparation, model) → the resource of each language model that is asked here."""
        named = {key: getattr(model, "language_model", None) for key, model in self.catalog.models.items()}
        return {key: name for key, name in named.items() if name}

    def resources(self) -> dict[str, str]:
        """Return folder name → resource, for everything that the studies may fetch."""
        corpora = {p.corpus.resource for p in self.catalog.preparations.values()}
        names = {*corpora, *self.encoders().values(), *self.language_models().values(), "glove.6B", STOP_WORDS} - {None}
        return {Path(resource_folder(name)).name: name for name in sorted(names)}

    def kind(self, preparation: str, name: str) -> DefinedModel:
        """Return settings that state what kind of model an entry is; the candidates of a winner share one kind."""
        return self.catalog.candidates[preparation, name][0]

    def model_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that a run imports by name, whichever candidate it turns out to be."""
        candidates = self.catalog.candidates[preparation, name]
        return sorted({module for model in candidates for module in model.modules})

    def training_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that a training imports by name: the run's, and the script of its way of learning."""
        return [*self.model_modules(preparation, name), f"train_{self.kind(preparation, name).learner}"]

    def evaluation_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that an evaluation imports by name: the run's, and for networks how they predict."""
        known = self.kind(preparation, name).predictor
        return self.model_modules(preparation, name) + ([f"textstudy.evaluate.{known}"] if known else [])

    def description_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that a description imports by name: the run's, and for networks how they are traced."""
        known = self.kind(preparation, name).describer
        return self.model_modules(preparation, name) + ([f"textstudy.describe.{known}"] if known else [])

    def model_data(self, preparation: str, name: str) -> dict[str, str]:
        """Return what a training reads of the data, under the names that its kind of model gives it."""
        model = self.kind(preparation, name)
        inputs = set().union(*(candidate.inputs for candidate in self.catalog.candidates[preparation, name]))
        paths = {
            "split": lambda: prepared_file(preparation, "split.parquet"),
            "encoding": lambda: encoded_file(preparation, model.encoding, "encoding.arrow"),
            "glove": lambda: encoded_file(preparation, model.encoding, f"glove-{model.embedding_size}.safetensors"),
            "distilled": lambda: encoded_file(
                preparation, model.encoding, f"distilled-{model.embedding_size}.safetensors"
            ),
            "features": lambda: encoded_file(preparation, model.encoding, "features.safetensors"),
            "encoder": lambda: resource_files(self.encoder_of(preparation, name)),
        }
        return {name: path() for name, path in paths.items() if name in inputs}

    def encoder_of(self, preparation: str, name: str) -> str | None:
        """Return the resource of the pretrained encoder, or the language model, that a model reads; None without."""
        model = self.kind(preparation, name)
        found = self.encoders().get((preparation, getattr(model, "encoding", "")))
        return getattr(model, "language_model", None) or found

    def semantic_audits(self, preparation: str, models: Iterable[str]) -> list[str]:
        """Return the semantic audit of each encoding whose states some of the models learn from."""
        read = (self.model_data(preparation, name).get("features") for name in models)
        return sorted({encoded_file(preparation, Path(file).parent.name, "semantic.json") for file in read if file})

    def training_data(self, preparation: str, name: str, seed: str) -> dict[str, str | list[str]]:
        """Return everything that a training reads: of the data, and of other runs."""
        return {**self.model_data(preparation, name), **self.run_data(preparation, name, seed)}

    def run_data(self, preparation: str, name: str, seed: str) -> dict[str, str | list[str]]:
        """Return what a run reads of other runs.

        That is the winner that it extends, the best trial of its search, the run that it refits, or its members'
        predictions.
        """
        model, learner = self.catalog.models[preparation, name], self.kind(preparation, name).learner
        files: dict[str, str | list[str]] = {}
        if isinstance(model, WinnerModel):
            files["winner"] = winner_file(preparation, model.winner)
        if self.catalog.searches[preparation, name]:
            files["winner"] = best_trial_file(preparation, name)
        if isinstance(model, RefitModel):
            read = {"base": "training.json", "base_settings": "settings.json"}
            read |= {"base_weights": "weights.safetensors"} if learner in ("linear", "ensemble") else {}
            files |= {key: self.run_file(preparation, model.model, seed, file) for key, file in read.items()}
        if learner == "ensemble":
            read = {"members": "predictions.parquet", "labels": "settings.json", "sizes": "training.json"}
            for key, file in read.items():
                files[key] = [
                    self.run_file(preparation, member, seed, file) for member in self.members(preparation, name)
                ]
        return files

    def base_evaluation(self, preparation: str, name: str, seed: str) -> dict[str, str]:
        """Return the predictions of the run that a refit refits, and its temperature where it has one."""
        model = self.catalog.models[preparation, name]
        if not isinstance(model, RefitModel):
            return {}
        files = {"base_predictions": self.run_file(preparation, model.model, seed, "predictions.parquet")}
        return files | self.calibration(preparation, model.model, seed, key="base_calibration")

    def calibration(self, preparation: str, name: str, seed: str, key: str = "calibration") -> dict[str, str]:
        """Return the fitted temperature of a run, which its predictions are scaled by; nothing without scaling."""
        if not self.kind(preparation, name).temperature_scaling:
            return {}
        return {key: self.run_file(preparation, name, seed, "calibration.json")}

    def evaluated_parts(self, preparation: str, name: str) -> list[str]:
        """Return the splits that a run predicts: train only for ensembles that are fitted there."""
        return [*(["train"] if (preparation, name) in self._read_in_training else []), "validation", "test"]

    @cached_property
    def _read_in_training(self) -> set[tuple[str, str]]:
        """(preparation, model) of the members whose predictions for train an ensemble is fitted on."""
        return {
            (preparation, member)
            for (preparation, _), model in self.catalog.models.items()
            if isinstance(model, EnsembleModel) and model.fitted_on == "train"
            for member in model.members
        }

    def members(self, preparation: str, name: str) -> list[str]:
        """Return the members of an ensemble; those of a refitted one are their own refits, where there are any.

        Other models have none.
        """
        return self.catalog.members.get((preparation, name), [])

    def run_file(self, preparation: str, name: str, seed: str, file: str) -> str:
        """Return a file of a run; a model that has one run for all seeds stands for each of them."""
        seeds = self.catalog.seeds(preparation, name)
        seed = int(seed) if int(seed) in seeds else seeds[0]
        return f"{run_folder(preparation, name, seed)}/{file}"

    def evaluation_data(self, preparation: str, name: str) -> dict[str, str]:
        """Return what an evaluation reads beside the run: the model's data, texts, the encoder or its tokenizer."""
        files = {**self.model_data(preparation, name), "split": prepared_file(preparation, "split.parquet")}
        if "encoder" in files:  # it is part of the trained network, which needs no cached states
            files.pop("features", None)
        encoder = self.encoder_of(preparation, name)
        return files | ({"encoder": resource_files(encoder)} if encoder else {})

    def encoding_modules(self, preparation: str, encoding: str) -> list[str]:
        """Return the modules that the making of an encoding resolves by name."""
        augmented = self.catalog.encodings[preparation, encoding].augmentation is not None
        return ["textstudy.perturb.augment"] if augmented else []

    def selections(self) -> dict[int, list[str]]:
        """Return depth → the winners' files, in the order in which phases build on one another; searches are first."""
        searched = [best_trial_file(*key) for key, trials in self.catalog.searches.items() if trials]
        found: dict[int, list[str]] = {0: searched} if searched else {}
        for preparation, phase in self.catalog.phases:
            depth = self.catalog.phase_depth(preparation, phase)
            found.setdefault(depth, []).append(winner_file(preparation, phase))
        return found

    def audited(self) -> list[str]:
        """Return what says that every preparation is as it should be."""
        files = ("audit.json", "corpus.json", "leakage.json")
        return [prepared_file(name, file) for name in sorted(self.catalog.preparations) for file in files]

    def data(self) -> list[str]:
        """Return everything that a training reads, and the audits."""
        files = set(self.audited())
        for preparation, name in self.catalog.models:
            files |= {*self.model_data(preparation, name).values(), *self.semantic_audits(preparation, [name])}
        return sorted(files)

    def runs(self, study: str) -> list[str]:
        """Return the folder of every run of a study."""
        return [run_folder(self.preparation(study), model, seed) for model, seed in self.catalog.runs(study)]
