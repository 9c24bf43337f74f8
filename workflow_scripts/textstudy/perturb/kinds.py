"""The names of the perturbations: for the settings, for those who perturb and for the report, which import no more."""

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
COMBINED = ("contract", "extend", "homoglyph", "qwerty", "deletion", "insertion")  # one of which a combination draws
