"""Which documents to label next: unsure ones, no two alike."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, identity

from textstudy.use.watch.label_next import choose_next


def test_documents_that_the_model_is_sure_of_come_never_and_copies_come_once():
    probabilities = np.array([[1.0, 0.0]] * 5 + [[0.6, 0.4]] * 5)
    words = csr_matrix(np.array([[1.0, 0, 0]] * 5 + [[0, 1, 0]] * 4 + [[0, 0, 1]]))
    chosen = choose_next(words, probabilities, 10)
    assert len(chosen) == 2 and 9 in chosen and set(chosen) & {5, 6, 7, 8}


def test_two_classes_of_doubt_in_the_same_words_are_different_documents():
    probabilities = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    assert sorted(choose_next(csr_matrix(np.ones((2, 1))), probabilities, 2)) == [0, 1]


@given(st.integers(0, 12), st.integers(1, 8), st.integers(0, 5))
def test_as_many_as_asked_for_each_once_and_always_the_same(count, documents, seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(3), documents)
    chosen = choose_next(identity(documents, format="csr"), probabilities, count)
    assert len(chosen) == len(set(chosen)) == min(count, documents)
    assert chosen == choose_next(identity(documents, format="csr"), probabilities, count)


def test_the_first_is_the_most_unsure():
    probabilities = np.array([[0.9, 0.1], [0.5, 0.5], [0.7, 0.3]])
    assert choose_next(identity(3, format="csr"), probabilities, 1) == [1]
