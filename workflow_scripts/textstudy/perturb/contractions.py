"""English contractions and their expansions: "don't" and "do not"."""

_REGULAR = {
    ("n't", " not"): "are could did do does had has have is might must need ought should was were would",
    ("'d", " would"): "I he i it she that there they we you",
    ("'d", " did"): "how where",
    ("'d've", " would have"): "he you",
    ("'ll", " will"): "I he how i it she they we who you",
    ("'m", " am"): "I i",
    ("'re", " are"): "they we what you",
    ("'s", " is"): "he how it she that there what when where who why",
    ("'ve", " have"): "I could i might must should they we where who would you",
}
_IRREGULAR = {
    "can't": "cannot",
    "can't've": "cannot have",
    "how'd'y": "how do you",
    "ma'am": "madam",
    "shan't": "shall not",
    "won't": "will not",
}

_EXPANSIONS = {
    stem + short: stem + long for (short, long), stems in _REGULAR.items() for stem in stems.split()
} | _IRREGULAR


def _in_both_cases(table: dict[str, str]) -> dict[str, str]:
    """Return the table with every pair also as at the beginning of a sentence: "Don't" and "Do not"."""
    return table | {key[0].upper() + key[1:]: value[0].upper() + value[1:] for key, value in table.items()}


EXPANSIONS = _in_both_cases(_EXPANSIONS)
CONTRACTIONS = {long: short for short, long in EXPANSIONS.items()}  # those of three words are never looked up

# As in TextAttack 0.3.10, where one contraction counts as the expansion of another.
PUBLISHED_EXPANSIONS = _EXPANSIONS | {"ain't": "isn't"}
PUBLISHED_CONTRACTIONS = {long: short for short, long in _EXPANSIONS.items()}
