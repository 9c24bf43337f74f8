"""Settings of typos: those a study measures its models against, those it trains a model with, and what it explains."""

from typing import Annotated, Literal

from pydantic import Field

from textstudy.perturb.kinds import KINDS
from textstudy.settings.base import Distinct, RuleName, Settings, Share

Kind = Literal[KINDS]


class Sentence(Settings):
    """One sentence perturbed many times, as published robustness tables often have it."""

    text: str = Field(min_length=1)
    label: str = Field(description="its class, as the corpus names it")
    share: Share = Field(0.1, description="share of its words that are edited, one at least")
    variants: int = Field(100, ge=1)


class Perturbations(Settings):
    """Typos in a sample of the test documents, made once and put to every model; see docs/perturbations.md."""

    kinds: Annotated[tuple[Kind, ...], Distinct] = Field(KINDS, min_length=1)
    shares: Annotated[tuple[Share, ...], Distinct] = Field(
        (0.05, 0.1, 0.2, 0.4), min_length=1, description="shares of words edited"
    )
    documents: int | None = Field(1000, ge=1, description="test documents, a stratified sample; null: all")
    variants: int = Field(1, ge=1, description="perturbed copies of each document at each share")
    skip_first_character: bool = Field(False, description="leave the first character of a word alone")
    skip_last_character: bool = Field(False, description="leave the last character of a word alone")
    as_published: bool = Field(
        False, description="with the faults of TextAttack 0.3.10, for comparisons with its figures"
    )
    sentence: Sentence | None = None
    models: tuple[RuleName, ...] | None = Field(
        None, description="models that are put to the test; null: all that read texts themselves"
    )


class Augmentation(Settings):
    """Perturbed copies of the training documents beside the documents themselves."""

    kinds: Annotated[tuple[Kind, ...], Distinct] = Field(
        ("combination",), min_length=1, description="one is drawn for each copy"
    )
    share: Share = Field(0.2, description="share of words edited")
    copies: int = Field(1, ge=1, description="perturbed copies of each training document")


class Explanations(Settings):
    """Which words decided: attributions, documents to look at, and whether the attributions mean something."""

    models: tuple[RuleName, ...] | None = Field(None, description="null: all that read texts themselves")
    documents: int = Field(6, ge=1, description="documents shown of each model")
    words: int = Field(12, ge=1, description="top words shown of each class")
