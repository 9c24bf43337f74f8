"""How far a score, or a difference of scores, may be off: for other documents, and for other trainings.

A score was measured on some documents with some trainings. Both could have been others, so both add to its error:
the documents by their influences (`evaluate.influence`), or by those of their groups where they come in threads or are
by the same authors, and the trainings by the variance over the seeds. The degrees of freedom of the sum are those of
Satterthwaite (1946).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from textstudy.evaluate.percentiles import LEVEL

POWER = 0.8  # with which a difference of the smallest size shown is found
MARGIN = 0.01  # within which two scores count as equivalent: one percentage point


@dataclass(frozen=True)
class Error:
    """How far a figure may be off.

    Attributes:
        variance: of the figure.
        scatter: half the variance of that variance, which is itself an estimate.
        reach: the variance times the 95 % quantile of Student's t with the degrees of freedom of its estimate.
    """

    variance: float = 0.0
    scatter: float = 0.0
    reach: float = 0.0

    @classmethod
    def estimated(cls, variance: float, freedom: float, *, kept: float | None = None) -> "Error":
        """Return the error of an estimated variance, of which only a part may be `kept`."""
        kept = variance if kept is None else kept
        return cls(kept, variance**2 / freedom, kept * float(student.ppf((1 + LEVEL) / 2, freedom)))

    @property
    def size(self) -> float:
        """The standard error."""
        return float(np.sqrt(self.variance))

    @property
    def freedom(self) -> float:
        """The degrees of freedom (Satterthwaite 1946)."""
        return self.variance**2 / self.scatter if self.scatter else 1.0

    def __add__(self, other: "Error") -> "Error":
        """Return the error of a sum of independent figures."""
        return Error(self.variance + other.variance, self.scatter + other.scatter, self.reach + other.reach)

    def quantile(self, level: float) -> float:
        """Return how far from a difference the two ends of an interval of this level are."""
        return self.size * float(student.ppf((1 + level) / 2, self.freedom))

    @property
    def cautious_quantile(self) -> float:
        """How many standard errors from a single score the two ends of its 95 % interval are (Cochran and Cox 1957).

        The variance of two or three trainings may be far too small by chance. In a difference there are two of them;
        for one score the quantile of Satterthwaite's degrees of freedom is then too small.
        """
        return self.reach / self.variance if self.variance else float(student.ppf((1 + LEVEL) / 2, 1e6))


def documents_error(influence: np.ndarray, groups: np.ndarray | None = None, *, pseudo: float = 0.0) -> Error:
    """Return the error of a mean influence (documents,) over other documents.

    Args:
        groups: (documents,) number of the group of each; documents of a group vary together.
        pseudo: squared influences added, so that a few documents without any difference do not prove that there is
            none. For a difference of accuracies 2 stands for one document more that only either model gets right
            (Bonett and Price 2012).
    """
    sums = influence if groups is None else np.bincount(groups, weights=influence)
    count = len(sums)
    if count < 2:
        return Error(float("inf"), float("inf"), float("inf"))
    variance = (count / (count - 1) * float(sums @ sums) + pseudo) / (len(influence) + pseudo) ** 2
    return Error.estimated(variance, count - 1.0)


def trainings_error(by_run: Sequence[float], noise: float, *, another: bool = False) -> Error:
    """Return the error of a mean over other trainings; of one training nothing is known, and the error is 0.

    Runs differ for two reasons: the trainings differ, and single documents fall on one side or the other in each. The
    second is part of the documents' error already, so it is taken off here, as in a crossed analysis of variance.

    Args:
        by_run: the score of each run.
        noise: what single documents add to the variance of a run's score.
        another: whether to add the error of one other training, whose score the mean is to predict.
    """
    runs = len(by_run)
    if runs < 2:
        return Error()
    variance = float(np.var(by_run, ddof=1))
    if another:  # whose documents are others too, so nothing is taken off
        return Error.estimated((1 / runs + 1) * variance, runs - 1.0)
    return Error.estimated(variance / runs, runs - 1.0, kept=max(0.0, variance - noise) / runs)


def interval_of_share(share: float, error: Error, documents: int) -> tuple[float, float]:
    """Return the 95 % interval of a score between 0 and 1.

    It is the score interval of Wilson (1927), for as many independent documents as would give this error. It stays
    between 0 and 1, and near them it is not symmetric. A perfect score has no error; then all documents count.
    """
    variance = share * (1 - share)
    count = variance / error.variance if error.variance and variance else documents
    square = error.cautious_quantile**2
    centre = (share + square / (2 * count)) / (1 + square / count)
    reach = np.sqrt(square * (variance / count + square / (4 * count**2))) / (1 + square / count)
    return float(max(0.0, centre - reach)), float(min(1.0, centre + reach))


def interval_of_mean(mean: float, error: Error) -> tuple[float, float]:
    """Return the 95 % interval of a figure without bounds."""
    reach = error.cautious_quantile * error.size
    return mean - reach, mean + reach


@dataclass(frozen=True)
class Verdict:
    """What is shown of a difference, at a level that holds for all comparisons of its family together.

    The interval and the p-value are corrected alike (Bonferroni; Dunn 1961): the interval leaves out 0 exactly where
    the p-value is below 0.05.

    Attributes:
        low: lower end of the corrected interval.
        high: its upper end.
        p_value: two-sided, of this comparison alone.
        adjusted_p_value: the same for all comparisons.
        significant: whether the corrected interval leaves out 0.
        equivalent: whether the difference is shown to be smaller than `MARGIN` (two one-sided tests, Schuirmann 1987).
        smallest_shown: the smallest true difference that would be shown with 80 % probability.
    """

    low: float
    high: float
    p_value: float
    adjusted_p_value: float
    significant: bool
    equivalent: bool
    smallest_shown: float


def judge(difference: float, error: Error, comparisons: int) -> Verdict:
    """Return what is shown of a difference that is one of so many comparisons."""
    alpha = (1 - LEVEL) / comparisons
    reach = error.quantile(1 - alpha)
    size = abs(difference) / error.size if error.size else np.inf if difference else 0.0
    p_value = float(2 * student.sf(size, error.freedom))
    return Verdict(
        low=difference - reach,
        high=difference + reach,
        p_value=p_value,
        adjusted_p_value=min(1.0, comparisons * p_value),
        significant=abs(difference) > reach,
        equivalent=abs(difference) + error.quantile(1 - 2 * alpha) < MARGIN,
        smallest_shown=reach + float(error.size * student.ppf(POWER, error.freedom)),
    )
