"""Settings of typos: those a study measures its models against, those it trains a model with, and what it explains."""

from typing import Annotated, Literal

from pydantic import Field

from textstudy.perturb.kinds import KINDS
from textstudy.settings.base import Distinct, RuleName, Settings, Share

Kind = Literal[KINDS]


class Sentence(Settings):
    """One sentence that is perturbed many times."""

    text: str = Field(min_length=1, description="The sentence.")
    label: str = Field(description="Its class, as the corpus names it.")
    share: Share = Field(0.1, description="Share of its words that are edited, at least one word.")
    variants: int = Field(100, ge=1, description="Perturbed copies of the sentence.")


class Perturbations(Settings):
    """Typos in a sample of the test documents. They are made once, and every model reads the same texts."""

    kinds: Annotated[tuple[Kind, ...], Distinct] = Field(KINDS, min_length=1, description="Kinds of typos.")
    shares: Annotated[tuple[Share, ...], Distinct] = Field(
        (0.05, 0.1, 0.2, 0.4), min_length=1, description="Shares of the words that are edited."
    )
    documents: int | None = Field(
        1000, ge=1, description="Test documents that are perturbed, a stratified sample. null: all."
    )
    variants: int = Field(1, ge=1, description="Perturbed copies of each document for each kind and share.")
    as_published: bool = Field(
        False,
        description="Make the faults of TextAttack 0.3.10 too, to compare with figures that were published with it.",
    )
    sentence: Sentence | None = Field(
        None, description="Also perturb one sentence many times, as some published tables do."
    )
    models: tuple[RuleName, ...] | None = Field(
        None, description="Models that are tested. null: all but ensembles and refits."
    )


class Augmentation(Settings):
    """Copies of the training documents with typos, beside the documents themselves."""

    kinds: Annotated[tuple[Kind, ...], Distinct] = Field(
        ("combination",), min_length=1, description="Kinds of typos. One is drawn for each copy."
    )
    share: Share = Field(0.2, description="Share of the words of a copy that are edited.")
    copies: int = Field(1, ge=1, description="Perturbed copies of each training document.")


class Explanations(Settings):
    """Which words decided an answer, and a test whether these explanations are faithful."""

    models: tuple[RuleName, ...] | None = Field(
        None, description="Models that are explained. null: all but ensembles and refits."
    )
    documents: int = Field(6, ge=1, description="Documents shown for each model.")
    words: int = Field(12, ge=1, description="Words shown for each class.")
