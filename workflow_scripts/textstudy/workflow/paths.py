"""Where everything lies: the files that each step of the configured studies reads."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from textstudy.fetch.resources import REGISTRY
from textstudy.settings.data import Corpus
from textstudy.settings.encoder_use import holds_encoder
from textstudy.settings.models import DefinedModel
from textstudy.storage.table_files import table_files
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


def manifest(resource: str) -> str:
    """Return the manifest that stands for a fetched resource."""
    return f"{resource_folder(resource)}/manifest.json"


def prepared(preparation: str, file: str) -> str:
    """Return a file of a preparation."""
    return f"results/prepared/{preparation}/{file}"


def encoded(preparation: str, encoding: str, file: str) -> str:
    """Return a file of an encoding."""
    return f"results/encoded/{preparation}/{encoding}/{file}"


def perturbed(preparation: str) -> str:
    """Return the perturbed test documents of a preparation."""
    return f"results/perturbed/{preparation}/samples.parquet"


def winner(preparation: str, phase: str) -> str:
    """Return the file that names the winner of a phase, with its settings."""
    return f"results/phases/{preparation}/{phase}/winner.json"


def ranking(preparation: str, phase: str) -> str:
    """Return the file that shows how a phase was decided."""
    return f"results/phases/{preparation}/{phase}/ranking.json"


def _attends(model: DefinedModel) -> bool:
    """Whether a model resolves the attention by name at run time."""
    return "attention" in str(getattr(model, "pooling", "")) or getattr(model, "attention", False)


@dataclass(frozen=True)
class Layout:
    """Paths, by what the configured studies hold."""

    catalog: Catalog

    def corpus(self, name: str) -> Corpus:
        """Return the settings of a corpus."""
        return next(p.corpus for p in self.catalog.preparations.values() if p.corpus.name == name)

    def corpus_source(self, name: str) -> str | list[str]:
        """Return what a corpus is read from: a resource, the user's files, or nothing (generated, or streamed)."""
        corpus = self.corpus(name)
        if getattr(corpus, "resource", None):
            return manifest(corpus.resource)
        path = getattr(corpus, "path", None)
        if path and Path(path).is_dir():  # its own time stamp does not say that a file in it was edited
            return list(map(str, table_files(Path(path))))
        return path or []

    def documents(self, preparation: str) -> str:
        """Return the parsed corpus behind a preparation."""
        return f"results/corpora/{self.catalog.preparations[preparation].corpus.name}/documents.parquet"

    def cleaning_data(self, preparation: str) -> dict[str, str]:
        """Return what cleaning reads: the parsed corpus, and the stop words where they are to go."""
        files = {"documents": self.documents(preparation)}
        if self.catalog.preparations[preparation].clean.content_words:
            files["stop_words"] = manifest(STOP_WORDS)
        return files

    def encoders(self) -> dict[tuple[str, str], str]:
        """Return (preparation, encoding) → the encoder resource of each subword encoding."""
        return {
            key: self.catalog.encoder(encoding.encoder)
            for key, encoding in self.catalog.encodings.items()
            if encoding.tokenizer == "wordpieces"
        }

    def resources(self) -> dict[str, str]:
        """Return folder name → resource, for everything that the studies may fetch."""
        corpora = {getattr(p.corpus, "resource", None) for p in self.catalog.preparations.values()}
        names = {*corpora, *self.encoders().values(), "glove.6B", STOP_WORDS} - {None}
        return {Path(resource_folder(name)).name: name for name in sorted(names)}

    def model_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that a run resolves by name: its architecture's, and the attention if it attends."""
        candidates = self.catalog.candidates[preparation, name]
        if candidates[0].architecture == "ensemble":
            return ["textstudy.train.meta_model"] if candidates[0].method == "learned" else []
        modules = {model.architecture for model in candidates}
        modules |= {"attention"} if any(map(_attends, candidates)) else set()
        named = [f"textstudy.models.{module}" for module in sorted(modules)]
        if "encoder" in self.model_data(preparation, name):
            named.append("textstudy.encode.encoders")
        if any(getattr(model, "frozen_layers", 0) for model in candidates):
            named.append("textstudy.train.lower_layers")
        return named

    def evaluation_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that an evaluation resolves by name: the run's, and for networks how they predict."""
        network = self.is_network(preparation, name)
        return self.model_modules(preparation, name) + (["textstudy.evaluate.networks"] if network else [])

    def description_modules(self, preparation: str, name: str) -> list[str]:
        """Return the modules that a description resolves by name: the run's, and for networks how they are traced."""
        network = self.is_network(preparation, name)
        return self.model_modules(preparation, name) + (["textstudy.describe.networks"] if network else [])

    def architecture(self, preparation: str, name: str) -> str:
        """Return the architecture of a model; the candidates of a winner share one."""
        return self.catalog.candidates[preparation, name][0].architecture

    def learner(self, preparation: str, name: str) -> str:
        """Return how a model learns: as linear, network, neighbours or ensemble."""
        architecture = self.architecture(preparation, name)
        return architecture if architecture in ("linear", "neighbours", "ensemble") else "network"

    def is_network(self, preparation: str, name: str) -> bool:
        """Whether a model predicts with torch, however it has learned."""
        return self.learner(preparation, name) not in ("linear", "ensemble")

    def model_data(self, preparation: str, name: str) -> dict[str, str]:
        """Return what a training reads of the data: texts; token ids with word vectors, an encoder or its states."""
        candidates = self.catalog.candidates[preparation, name]
        model = candidates[0]
        if model.architecture == "linear":
            return {"split": prepared(preparation, "split.parquet")}
        if model.architecture == "ensemble":
            return {}
        files = {"encoding": encoded(preparation, model.encoding, "encoding.arrow")}
        if any(getattr(candidate, "embeddings", None) == "glove" for candidate in candidates):
            files["glove"] = encoded(preparation, model.encoding, f"glove-{model.embedding_size}.safetensors")
        strategy = getattr(model, "strategy", None)
        if strategy in ("freeze", "hybrid"):
            files["features"] = encoded(preparation, model.encoding, "features.safetensors")
        if holds_encoder({"architecture": model.architecture, "strategy": strategy}):
            files["encoder"] = manifest(self.encoders()[preparation, model.encoding])
        return files

    def run_data(self, preparation: str, name: str, seed: str) -> dict[str, str | list[str]]:
        """Return what a run reads of other runs: the winner it extends, the run it refits, its members' predictions."""
        model = self.catalog.models[preparation, name]
        files: dict[str, str | list[str]] = {}
        if model.architecture == "winner":
            files["winner"] = winner(preparation, model.winner)
        if model.architecture == "refit":
            files["base"] = self.run_file(preparation, model.model, seed, "training.json")
        if self.architecture(preparation, name) == "ensemble":
            files |= self.base_predictions(preparation, name, seed)
            files["members"] = [
                self.run_file(preparation, member, seed, "predictions.parquet")
                for member in self.members(preparation, name)
            ]
        return files

    def base_predictions(self, preparation: str, name: str, seed: str) -> dict[str, str]:
        """Return the predictions of the run that a refit refits; a training of its own has no use for them."""
        model = self.catalog.models[preparation, name]
        if model.architecture != "refit":
            return {}
        return {"base_predictions": self.run_file(preparation, model.model, seed, "predictions.parquet")}

    def evaluated_parts(self, preparation: str, name: str) -> list[str]:
        """Return the splits that a run predicts: train only for ensembles that are fitted there."""
        fitted = (
            model.members
            for (where, _), model in self.catalog.models.items()
            if where == preparation and model.architecture == "ensemble" and model.fitted_on == "train"
        )
        return [*(["train"] if any(name in members for members in fitted) else []), "validation", "test"]

    def members(self, preparation: str, name: str) -> list[str]:
        """Return the members of an ensemble; those of a refitted one are their own refits, where there are any."""
        return self.catalog.members[preparation, name]

    def run_file(self, preparation: str, name: str, seed: str, file: str) -> str:
        """Return a file of a run; a model that has one run for all seeds stands for each of them."""
        seeds = self.catalog.seeds(preparation, name)
        seed = int(seed) if int(seed) in seeds else seeds[0]
        return f"results/models/{preparation}/{name}/{seed}/{file}"

    def evaluation_data(self, preparation: str, name: str) -> dict[str, str]:
        """Return what an evaluation reads beside the run: the model's data, texts, the encoder or its tokenizer."""
        files = {**self.model_data(preparation, name), "split": prepared(preparation, "split.parquet")}
        if "encoder" in files:  # it is part of the trained network, which needs no cached states
            files.pop("features", None)
        encoder = self.encoders().get(
            (preparation, getattr(self.catalog.candidates[preparation, name][0], "encoding", ""))
        )
        return files | ({"encoder": manifest(encoder)} if encoder else {})

    def encoding_modules(self, preparation: str, encoding: str) -> list[str]:
        """Return the modules that the making of an encoding resolves by name."""
        augmented = self.catalog.encodings[preparation, encoding].augmentation is not None
        return ["textstudy.perturb.augment"] if augmented else []

    def selections(self) -> dict[int, list[str]]:
        """Return depth → the winners' files, in the order in which phases build on one another."""
        found: dict[int, list[str]] = {}
        for preparation, phase in self.catalog.phases:
            depth = self.catalog.phase_depth(preparation, phase)
            found.setdefault(depth, []).append(winner(preparation, phase))
        return found

    def audited(self) -> list[str]:
        """Return what says that every preparation is as it should be."""
        files = ("audit.json", "corpus.json", "leakage.json")
        return [prepared(name, file) for name in sorted(self.catalog.preparations) for file in files]

    def data(self) -> list[str]:
        """Return everything that a training reads, and the audits."""
        files = set(self.audited())
        for preparation, name in self.catalog.models:
            files |= set(self.model_data(preparation, name).values())
        return sorted(files)

    def runs(self, study: str) -> list[str]:
        """Return the folder of every run of a study."""
        preparation = self.catalog.studies[study].study.preparation.name
        return [f"results/models/{preparation}/{model}/{seed}" for model, seed in self.catalog.runs(study)]
