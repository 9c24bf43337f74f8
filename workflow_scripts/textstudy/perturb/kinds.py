"""The names of the perturbations, in a module of their own because the settings must not import more."""

KINDS = (
    "contract",
    "extend",
    "homoglyph",
    "neighbour_swap",
    "qwerty",
    "deletion",
    "insertion",
    "substitution",
    "combination",
)
COMBINED = ("contract", "extend", "homoglyph", "qwerty", "deletion", "insertion")  # a combination draws one of these
