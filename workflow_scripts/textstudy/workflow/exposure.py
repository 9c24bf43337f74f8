"""What is known of whether an encoder, or word vectors, may have read the texts of a study before."""

from typing import Any

from textstudy.fetch.resources import REGISTRY, resolve
from textstudy.workflow.paths import Layout
from textstudy.workflow.report import resources_of

LANGUAGE_MODEL = "language model"


def exposure(layout: Layout, study: str) -> dict[str, Any]:
    """Return what may have been read before, and by what.

    Returns:
        `corpus`: `public` (True, False, or None where nobody says), and `published`, the year from which everybody can
        read it, or None. `readers`: for each encoder, language model and set of word vectors that a model starts
        from, `resource`, `kind`, `models`, `published`, `learned_from` and `card` ("" where its publisher is not
        registered here).
    """
    settings = layout.catalog.studies[study].study
    readers: dict[str, list[str]] = {}
    asked: dict[str, list[str]] = {}  # of language models at endpoints, of which nothing is registered
    for model in settings.models:
        for resource in sorted(resources_of(layout, settings.preparation.name, model)):
            if resolve(resource).kind != "corpus":
                readers.setdefault(resource, []).append(model)
        if endpoint := getattr(settings.models[model], "endpoint", None):
            asked.setdefault(f"{endpoint.model} at {endpoint.host}", []).append(model)
    here, unknown = set(layout.language_models().values()), {"published": None, "learned_from": "", "card": ""}
    found = [(resolve(resource), models) for resource, models in sorted(readers.items())]
    return {
        "corpus": _corpus(settings),
        "readers": [
            {
                "resource": each.name, "kind": LANGUAGE_MODEL if each.name in here else each.kind, "models": models,
                "published": each.published, "learned_from": each.learned_from, "card": each.card,
            }
            for each, models in found
        ]
        + [
            {"resource": name, "kind": LANGUAGE_MODEL, "models": models, **unknown}
            for name, models in sorted(asked.items())
        ],
    }  # fmt: skip


def _corpus(settings: Any) -> dict[str, Any]:
    """Return whether a corpus is public and since when: as the author of the study says, else as its source does."""
    corpus, said = settings.preparation.corpus, settings.data_statement.published
    registered = REGISTRY[corpus.resource] if corpus.resource else None
    published = said if said is not None else registered.published if registered else None
    public = True if published or registered or corpus.streamed else False if corpus.synthetic else None
    return {"public": public, "published": published}
