"""The vectorizers of word and character n-grams against scikit-learn's."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfTransformer, TfidfVectorizer

from textstudy import ragged
from textstudy.character_ngrams import CharacterVectorizer
from textstudy.ngrams import NgramVectorizer, weigh
from textstudy.stop_words import ENGLISH
from textstudy.words import find_words

WORDS = [
    "a",
    "the",
    "do",
    "don't",
    "not",
    "ab",
    "zebra",
    "很好",
    "दिन",
    "दीन",
    "C++",
    "😀",
    "$5",
    "'",
    "-",
    "é",
    "e\u0301",
]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=8)


def reference(ngram_range, least, sublinear=True, stop_words=None):
    """Return scikit-learn's vectorizer."""
    return TfidfVectorizer(
        tokenizer=find_words,
        token_pattern=None,
        lowercase=False,
        ngram_range=ngram_range,
        min_df=least,
        sublinear_tf=sublinear,
        stop_words=stop_words,
        dtype=np.float32,
    )


@settings(max_examples=60)
@given(
    texts=TEXTS,
    unseen=TEXTS,
    ngram_range=st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 2), (2, 4), (3, 3)]),
    least=st.integers(1, 3),
    sublinear=st.booleans(),
    stop_words=st.sampled_from([None, "english"]),
    chunk=st.sampled_from([1, 10, 1000]),
)
@example(["a b a b", "b a b"], ["a b"], (2, 2), 1, True, None, 1)
def test_features_are_those_of_scikit_learn(texts, unseen, ngram_range, least, sublinear, stop_words, chunk):
    ours = NgramVectorizer(ngram_range, minimum_document_frequency=least, sublinear=sublinear, stop_words=stop_words)
    theirs = reference(ngram_range, least, sublinear, stop_words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ragged, "CHUNK", chunk)
        try:
            expected = theirs.fit_transform(texts)
        except ValueError:
            with pytest.raises(ValueError, match="no n-gram"):
                ours.fit_transform(texts)
            return
        features = ours.fit_transform(texts)
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        assert ours.vocabulary_ == theirs.vocabulary_
        np.testing.assert_array_equal(ours.idf_, theirs.idf_)
        assert ours.idf_.dtype == features.dtype == np.float32
        np.testing.assert_allclose(features.toarray(), expected.toarray(), rtol=1e-6)
        np.testing.assert_allclose(ours.transform(unseen).toarray(), theirs.transform(unseen).toarray(), rtol=1e-6)
        assert features.has_sorted_indices
        again = NgramVectorizer(
            ngram_range, minimum_document_frequency=least, sublinear=sublinear, stop_words=stop_words
        )
        again.restore(ours.words, ours.ngrams, ours.idf_)
        assert (again.transform(texts) != features).nnz == 0
        analyze = theirs.build_analyzer()
        for text in unseen:
            words = ours.analyze(text)
            found = [(feature, " ".join(words[start:end])) for feature, start, end in ours.occurrences(words)]
            known = [ngram for ngram in analyze(text) if ngram in theirs.vocabulary_]
            assert sorted(ngram for _, ngram in found) == sorted(known)
            assert all(theirs.vocabulary_[ngram] == feature for feature, ngram in found)


def test_a_real_number_of_texts_has_the_same_features():
    generator = np.random.default_rng(0)
    words = np.array([f"w{number}" for number in range(3000)])
    texts = [" ".join(words[np.minimum(generator.zipf(1.3, 80), 3000) - 1]) for _ in range(3000)]
    ours, theirs = NgramVectorizer((1, 2), minimum_document_frequency=2), reference((1, 2), 2)
    features, expected = ours.fit_transform(texts), theirs.fit_transform(texts)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(ours.idf_, theirs.idf_)
    expected.sort_indices()
    assert np.array_equal(features.indices, expected.indices) and np.array_equal(features.indptr, expected.indptr)
    np.testing.assert_allclose(features.data, expected.data, rtol=1e-6)


@pytest.mark.parametrize("sublinear", [False, True])
def test_weights_are_those_of_scikit_learn_bit_for_bit(sublinear):
    counts = scipy.sparse.random(500, 2000, 0.05, "csr", np.float32, rng=0)
    counts.data = 1 + np.arange(counts.nnz, dtype=np.float32) % 7
    transformer = TfidfTransformer(sublinear_tf=sublinear).fit(counts)
    idf = transformer.idf_.astype(np.float32)
    transformer.idf_ = idf
    expected = transformer.transform(counts.copy())
    assert weigh(counts, idf, sublinear=sublinear).data.tobytes() == expected.data.tobytes()


@settings(max_examples=60)
@given(
    texts=TEXTS,
    unseen=st.lists(st.text(max_size=30), max_size=4),
    ngram_range=st.sampled_from([(1, 1), (1, 3), (2, 4), (3, 5), (5, 5)]),
    sublinear=st.booleans(),
)
@example(["a\x1fb  İx\u2003c", "ab"], ["", "  ", "A\u0130b"], (1, 3), True)
def test_character_ngrams_are_those_of_scikit_learn_bit_for_bit(texts, unseen, ngram_range, sublinear):
    options = {"analyzer": "char_wb", "ngram_range": ngram_range, "sublinear_tf": sublinear, "dtype": np.float32}
    theirs, ours = TfidfVectorizer(**options), CharacterVectorizer(ngram_range, sublinear=sublinear)
    try:
        expected = theirs.fit_transform(texts)
    except ValueError:  # no text has a character
        return
    assert (ours.fit_transform(texts) != expected).nnz == 0
    again = CharacterVectorizer(ngram_range, sublinear=sublinear).restore(ours.ngrams, ours.idf_)
    for new in (texts, texts + unseen):
        found, expected = again.transform(new), theirs.transform(new)
        assert found.data.tobytes() == expected.data.tobytes()
        assert np.array_equal(found.indices, expected.indices) and np.array_equal(found.indptr, expected.indptr)
    for text in texts + unseen:
        assert sorted(ours.analyze(text)) == sorted(theirs.build_analyzer()(text))


def test_stop_words_are_those_of_scikit_learn():
    assert ENGLISH == ENGLISH_STOP_WORDS
