"""Where everything lies: the files that each step of the configured studies reads."""

from dataclasses import dataclass
from pathlib import Path

from textstudy.catalog import Catalog
from textstudy.config import Corpus
from textstudy.model_settings import Model

RUN_FILES = ("metrics.json", "efficiency.json", "training.json", "history.json", "settings.json")


def resource_folder(resource: str) -> str:
    """Return the folder of a resource; names on the hub and local folders hold slashes, folders here do not."""
    return "resources/" + resource.strip("./").replace("/", "--")


def manifest(resource: str) -> str:
    """Return the manifest that stands for a fetched resource."""
    return f"{resource_folder(resource)}/manifest.json"


def prepared(preparation: str, file: str) -> str:
    """Return a file of a preparation."""
    return f"results/prepared/{preparation}/{file}"


def encoded(preparation: str, encoding: str, file: str) -> str:
    """Return a file of an encoding."""
    return f"results/encoded/{preparation}/{encoding}/{file}"


def model_modules(model: Model) -> list[str]:
    """Return the modules that a model resolves by name at run time: its own, and the attention if it attends."""
    attends = getattr(model, "pooling", None) == "attention"
    return [f"textstudy.models.{name}" for name in (model.architecture, *(["attention"] if attends else []))]


def evaluation_modules(model: Model) -> list[str]:
    """Return the modules that an evaluation resolves by name: the model's, and for networks how they predict."""
    return model_modules(model) + ([] if model.architecture == "linear" else ["textstudy.evaluate.networks"])


@dataclass(frozen=True)
class Layout:
    """Paths, by what the configured studies hold."""

    catalog: Catalog

    def corpus(self, name: str) -> Corpus:
        """Return the settings of a corpus."""
        return next(p.corpus for p in self.catalog.preparations.values() if p.corpus.name == name)

    def corpus_source(self, name: str) -> str | list[str]:
        """Return what a corpus is read from: a resource, a file of the user's, or nothing (generated, or streamed)."""
        corpus = self.corpus(name)
        if getattr(corpus, "resource", None):
            return manifest(corpus.resource)
        return getattr(corpus, "path", None) or []

    def documents(self, preparation: str) -> str:
        """Return the parsed corpus behind a preparation."""
        return f"results/corpora/{self.catalog.preparations[preparation].corpus.name}/documents.parquet"

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
        names = {*corpora, *self.encoders().values(), "glove.6B"} - {None}
        return {Path(resource_folder(name)).name: name for name in sorted(names)}

    def model_data(self, preparation: str, model: Model) -> dict[str, str]:
        """Return the prepared files that a model reads: texts, or token ids with word vectors or cached states."""
        if model.architecture == "linear":
            return {"split": prepared(preparation, "split.parquet")}
        files = {"encoding": encoded(preparation, model.encoding, "encoding.arrow")}
        if model.architecture == "recurrent" and model.embeddings == "glove":
            files["glove"] = encoded(preparation, model.encoding, f"glove-{model.embedding_size}.safetensors")
        if model.architecture == "pretrained":
            files["features"] = encoded(preparation, model.encoding, "features.safetensors")
        return files

    def evaluation_data(self, preparation: str, model: Model) -> dict[str, str]:
        """Return what an evaluation reads beside the run: the model's data, texts, the encoder behind its states."""
        files = {**self.model_data(preparation, model), "split": prepared(preparation, "split.parquet")}
        if model.architecture == "pretrained":
            files["encoder"] = manifest(self.encoders()[preparation, model.encoding])
        return files

    def data(self) -> list[str]:
        """Return everything that a training reads, and the audits."""
        files = {prepared(name, file) for name in self.catalog.preparations for file in ("audit.json", "leakage.json")}
        for (preparation, _), model in self.catalog.models.items():
            files |= set(self.model_data(preparation, model).values())
        return sorted(files)

    def runs(self, study: str) -> list[str]:
        """Return the folder of every run of a study."""
        preparation = self.catalog.studies[study].study.preparation.name
        return [f"results/models/{preparation}/{model}/{seed}" for model, seed in self.catalog.runs(study)]

    def report_parts(self, study: str) -> dict[str, list[str]]:
        """Return every file whose numbers stand in a study's report, by kind."""
        settings = self.catalog.studies[study].study
        name, corpus = settings.preparation.name, settings.preparation.corpus
        summaries = {encoded(name, encoding, "encoding.json") for encoding in settings.encodings}
        resources = {getattr(corpus, "resource", None)} - {None}
        for model in settings.models.values():
            files = self.evaluation_data(name, model)
            summaries |= {
                str(Path(files[kind]).with_suffix(".json")) for kind in ("glove", "features") if kind in files
            }
            resources |= {"glove.6B"} if "glove" in files else set()
            resources |= {self.encoders()[name, model.encoding]} if "encoder" in files else set()
        steps = [prepared(name, f"{step}.json") for step in ("clean", "unique", "split")]
        return {
            "ledger": [f"results/corpora/{corpus.name}/parse.json", *steps],
            **{kind: [prepared(name, f"{kind}.json")] for kind in ("corpus", "audit", "leakage")},
            "encodings": sorted(summaries),
            "manifests": sorted(map(manifest, resources)),
            "runs": [f"{run}/{file}" for run in self.runs(study) for file in RUN_FILES],
        }
