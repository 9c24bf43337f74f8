"""The works that a page cites, numbered in the order of their first mention."""

from textstudy.report.language.escaping import Markdown, markdown

# Author, title, place; the title is set in italics.
WORKS = {
    "amidi": ("A. and S. Amidi", "Recurrent Neural Networks cheatsheet", "CS 230, Stanford University"),
    "bahdanau": (
        "D. Bahdanau, K. Cho, Y. Bengio",
        "Neural machine translation by jointly learning to align and translate",
        "arXiv:1409.0473, 2014",
    ),
    "cho": (
        "K. Cho et al.",
        "Learning phrase representations using RNN encoder–decoder for statistical machine translation",
        "arXiv:1406.1078, 2014",
    ),
    "cover": ("T. M. Cover, P. E. Hart", "Nearest neighbor pattern classification", "IEEE TIT 13 (1), 21–27, 1967"),
    "devlin": (
        "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
        "BERT: Pre-training of deep bidirectional Transformers for language understanding",
        "arXiv:1810.04805, 2018",
    ),
    "hochreiter": (
        "S. Hochreiter, J. Schmidhuber",
        "Long short-term memory",
        "Neural Computation 9 (8), 1735–1780, 1997",
    ),
    "howard": (
        "J. Howard, S. Ruder",
        "Universal language model fine-tuning for text classification",
        "arXiv:1801.06146, 2018",
    ),
    "luong": (
        "M.-T. Luong, H. Pham, C. D. Manning",
        "Effective approaches to attention-based neural machine translation",
        "arXiv:1508.04025, 2015",
    ),
    "rennie": (
        "J. D. M. Rennie, L. Shih, J. Teevan, D. R. Karger",
        "Tackling the poor assumptions of naive Bayes text classifiers",
        "ICML, 2003",
    ),
    "salton": (
        "G. Salton, C. Buckley",
        "Term-weighting approaches in automatic text retrieval",
        "Information Processing & Management 24 (5), 513–523, 1988",
    ),
    "sanh": (
        "V. Sanh, L. Debut, J. Chaumond, T. Wolf",
        "DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter",
        "arXiv:1910.01108, 2019",
    ),
    "schmidt": (
        "R. M. Schmidt",
        "Recurrent Neural Networks (RNNs): A gentle introduction and overview",
        "arXiv:1912.05911, 2019",
    ),
    "sherstinsky": (
        "A. Sherstinsky",
        "Fundamentals of recurrent neural network (RNN) and long short-term memory (LSTM) network",
        "Physica D 404, 132306, 2020",
    ),
    "vaswani": ("A. Vaswani et al.", "Attention is all you need", "arXiv:1706.03762, 2017"),
}


class Citations:
    """Numbers works in the order in which they are first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, *works: str) -> Markdown:
        """Return the numbers of the works as links to the list: "[1], [2]"."""
        numbers = [self._numbers.setdefault(work, len(self._numbers) + 1) for work in works]
        return Markdown(", ".join(rf"[\[{number}\]](#reference-{number})" for number in numbers))

    def listed(self) -> list[Markdown]:
        """Return the works cited so far, in the order of their numbers."""
        return [_entry(number, *WORKS[work]) for work, number in self._numbers.items()]


def _entry(number: int, authors: str, title: str, place: str) -> Markdown:
    return Markdown(
        rf"[\[{number}\] {markdown(authors)}, *{markdown(title)}*, {markdown(place)}\.]{{#reference-{number}}}"
    )
