"""Kinds of corpora: one file each. A new kind is a new file here, and its reader in `textstudy/corpora`."""

from typing import Annotated, Union

from pydantic import Field

from textstudy.settings.kinds import find_kinds

KINDS = find_kinds(__name__, __path__, "kind")
Corpus = Annotated[Union[tuple(KINDS.values())], Field(discriminator="kind")]  # noqa: UP007
