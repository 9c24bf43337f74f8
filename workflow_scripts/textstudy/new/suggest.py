"""A first set of settings for the texts that were seen, each with its reason."""

import math

from textstudy.corpora.labels import labels_alike, merged_names
from textstudy.corpora.splits import SPLITS
from textstudy.new.choice import Choice, listing, share
from textstudy.new.look import Table
from textstudy.new.roles import Roles
from textstudy.new.texts import Texts

_TEST, _VALIDATION = 0.2, 0.15
_LARGE, _SAMPLE = 50_000, 20_000  # documents from which a study begins with a sample, and how many that has
_FLOOR = 50  # characters
_MESSAGES = 0.01  # share of texts with the marks of messages from which cleaning is for them
_LONGEST_KEPT = 1000  # words of a document
_LONGEST_READ = 256  # tokens that a network reads of it
_UNBALANCED = (3, 100)  # times as large as the smallest is the largest class; beyond, weights do more harm than good
_STEPS = 1_500  # of a training that settles
_TOKENS = 40_000_000  # that a training reads, a few minutes on two cores


def suggest(table: Table, roles: Roles, texts: Texts) -> dict[str, Choice]:
    """Return setting → choice, the setting as "section.key"; optional ones that nothing calls for are not there."""
    drawn = min(table.rows, _SAMPLE) if table.rows > _LARGE else table.rows
    documents = round(drawn * texts.distinct / len(table.frame))
    columns = {key: getattr(roles, key) for key in ("text", "title", "label", "split", "identifier", "group", "time")}
    choices = {f"corpus.{key}": choice for key, choice in columns.items() if choice and table.kind == "table"}
    choices |= {f"corpus.{key}": Choice(*reading) for key, reading in table.reading.items()}
    choices |= _labels(texts)
    if drawn < table.rows:
        reason = f"there are {table.rows:,}, and a first report should take minutes; without this line it has all"
        choices["corpus.sample"] = Choice({"size": drawn}, reason)
    choices |= _clean(texts) | _split(_official_parts(table, roles), documents) | _encodings(texts)
    repeated = f"{share(1 - texts.distinct / len(table.frame))} of these texts repeat the words of another"
    choices["deduplicate.near_threshold"] = Choice(0.7, repeated)
    choices |= _linear(texts) | _word_vectors(texts)
    return choices | _training(texts, documents)


def _labels(texts: Texts) -> dict[str, Choice]:
    """Return the names that make one class of labels that look alike, which a run refuses."""
    counts = {label: int(count) for label, count in texts.classes.items()}
    groups = labels_alike(counts)
    if not groups:
        return {}
    reason = f"{listing(groups[0])} look alike; give each a name of its own where they are different classes"
    return {"corpus.labels": Choice(merged_names(counts), reason)}


def _official_parts(table: Table, roles: Roles) -> set[str]:
    """Return the official splits that some document is in."""
    if roles.split is not None:
        return {SPLITS[value.strip().lower()] for value in table.frame[roles.split.value].unique()} - {""}
    return set(table.splits) - {""}


def _clean(texts: Texts) -> dict[str, Choice]:
    headers, quotes, signed = (found >= _MESSAGES for found in (texts.headers, texts.quotes, texts.signatures))
    signatures, blocks = headers or signed, (headers or signed) and not texts.unspaced
    begun = f"{share(texts.headers)} of the texts begin with fields such as From: and Subject:"
    if headers and not signed:
        signs = "messages have them, and the From: line names their authors"
    else:
        signs = f"{share(texts.signatures)} of the texts have a line -- with a signature below it"
    return {
        "clean.headers": Choice(headers, begun),
        "clean.quotes": Choice(quotes, f"{share(texts.quotes)} of the texts have lines that begin with >"),
        "clean.signatures": Choice(signatures, signs),
        "clean.blocks": Choice(blocks, f"they come with messages, which these texts {'are' if blocks else 'are not'}"),
        "clean.minimum_characters": _minimum_characters(texts, messages=headers or signatures),
        "clean.maximum_words": _maximum_words(texts),
    }


def _minimum_characters(texts: Texts, *, messages: bool) -> Choice:
    name = max(texts.short, key=texts.short.get)
    short = texts.short[name]
    if messages and short < 0.02:
        return Choice(_FLOOR, "a shorter message says little, and under 2 % of each class are shorter")
    fewer = f"{share(short)} of class {name!r} have" if short else "none has"
    return Choice(1, f"all with any text stay; {fewer} fewer than {_FLOOR}")


def _maximum_words(texts: Texts) -> Choice:
    if texts.unspaced:
        return Choice(None, "they are counted by spaces, which these texts do without, so all stay")
    if texts.longest <= _LONGEST_KEPT:
        return Choice(None, f"the longest text has {texts.longest:,}, so all stay whole")
    kept = min(max(400, 100 * math.ceil(texts.longest_5_percent / 100)), _LONGEST_KEPT)
    return Choice(kept, f"{_most(texts)}, and the longest {texts.longest:,}")


def _split(parts: set[str], documents: int) -> dict[str, Choice]:
    choices = {}
    if "test" in parts:
        choices["split.test"] = Choice("official", "the corpus has its own")
    else:
        drawn = _TEST * documents
        points = 98 / math.sqrt(drawn)  # 1.96 standard errors of a share of one half
        known = f"on which an accuracy is known to ± {points:.0f} points or better"
        choices["split.test"] = Choice(_TEST, f"this share of all, some {drawn:,.0f}, {known}")
    if "validation" not in parts:
        reason = "this share of the training texts"
        choices["split.validation"] = Choice(_VALIDATION, reason)
    return choices


def _encodings(texts: Texts) -> dict[str, Choice]:
    english = "distilbert-base-uncased", "it is small and for English, a 269 MB download"
    other = "distilbert/distilbert-base-multilingual-cased", "it is small and for 104 languages, a 542 MB download"
    pieces = texts.longest_5_percent * (1.1 if texts.unspaced else 1.4) + 2
    choices = {
        "wordpieces.encoder": Choice(*(english if texts.english else other)),
        "wordpieces.maximum_length": Choice(_up_to(pieces, 32, 512), _most(texts)),
    }
    if not texts.unspaced:
        tokens = 1.2 * texts.longest_5_percent
        choices["words.maximum_length"] = Choice(_up_to(tokens, 16, _LONGEST_READ), _most(texts))
    return choices


def _linear(texts: Texts) -> dict[str, Choice]:
    if texts.unspaced:
        ngrams = Choice([1, 3], "without spaces, each character is a word, and two or three of them are one")
    else:
        ngrams = Choice([1, 2], "single words and pairs")
    return {"linear.class_weights": _class_weights(texts), "counts.word_ngrams": ngrams}


def _word_vectors(texts: Texts) -> dict[str, Choice]:
    if texts.english:
        other = "the alternative, glove, has vectors of English words, an 862 MB download"
    else:
        other = "the alternative, glove, has vectors of English words only"
    return {
        "bilstm.embeddings": Choice("random", other),
        "bilstm.embedding_size": Choice(100, "so many are enough for a small network; glove has 50, 100, 200 or 300"),
    }


def _training(texts: Texts, documents: int) -> dict[str, Choice]:
    """Return how the network learns: some _STEPS steps at least, if that does not read more than _TOKENS."""
    train = documents * (1 - _TEST) * (1 - _VALIDATION)
    tokens = train * min(1.2 * texts.mean + 1, _LONGEST_READ)
    batch = min(max(2 ** round(math.log2(tokens / 40)), 256), 2048) if tokens > 40 else 256
    least = 4 if len(texts.classes) <= 5 else 8  # many classes take longer to tell apart
    settled = min(max(math.ceil(_STEPS / max(tokens / batch, 1)), least), 30)
    epochs = max(min(settled, round(_TOKENS / tokens)), 3)
    weights = _class_weights(texts)
    judged = "unequal classes count the same in it" if weights.value else "it is the share of right answers"
    return {
        "training.epochs": Choice(epochs, f"some {epochs * tokens / batch:,.0f} steps on {train:,.0f} texts"),
        "training.batch_tokens": Choice(batch, f"they are some {batch / (tokens / train):,.0f} texts"),
        "training.class_weights": weights,
        "training.select_by": Choice("macro_f1" if weights.value else "accuracy", judged),
    }


def _class_weights(texts: Texts) -> Choice:
    times = texts.classes.max() / texts.classes.min()
    compared = f"the largest class has {times:,.1f} times as many texts as the smallest"
    if times >= _UNBALANCED[1]:
        return Choice(False, f"{compared}, whose few would outweigh all others")
    return Choice(bool(times >= _UNBALANCED[0]), compared)


def _most(texts: Texts) -> str:
    return f"95 % of the texts have at most {texts.longest_5_percent:,} {texts.unit}"


def _up_to(wanted: float, step: int, most: int) -> int:
    """Return `wanted`, rounded up to a multiple of `step` and at most `most`."""
    return min(step * max(math.ceil(wanted / step), 1), most)
