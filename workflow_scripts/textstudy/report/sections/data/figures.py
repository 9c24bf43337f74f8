"""Figures of the data: classes, lengths, words, and the price of leakage."""

import math
from collections import Counter
from itertools import accumulate

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from textstudy.report.drawing.style import (
    BLUE,
    COLOURS,
    INK,
    LIGHT,
    ORANGE,
    SMALL,
    Charts,
    canvas,
    label,
    number_log_axis,
)
from textstudy.report.language.many_classes import PANELS, has_many, largest
from textstudy.report.language.numbers import count, percent, points
from textstudy.report.language.types import Report

COLOUR_OF = {"train": BLUE, "validation": ORANGE, "test": "#56B4E9"}
HATCH_OF = {"train": "", "validation": "////", "test": "\\\\\\\\"}
QUANTILES = {"median": "median", "p90": "90 %", "p95": "95 %", "maximum": "longest"}


def charts(report: Report) -> Charts:
    """Yield the figures of the data, in the order of the report."""
    for chart in (documents_per_class, words_per_document, frequent_words, class_words, token_lengths, leakage):
        yield chart.__name__, chart


def documents_per_class(report: Report) -> Figure:
    """Draw the documents of each class in each split: stacked bars, or of many classes areas without their names."""
    return _areas(report) if has_many(report) else _bars(report)


def _areas(report: Report) -> Figure:
    """Draw the documents of all classes, the largest class first, each class as wide as the next."""
    corpus = report["corpus"]
    alike = Counter(
        tuple(corpus["by_label"][split].get(name, 0) for split in COLOUR_OF) for name in corpus["labels"]
    )  # documents in each split → classes that have as many
    order = sorted(alike, key=lambda counts: (sum(counts), counts), reverse=True)
    edges = list(accumulate((alike[counts] for counts in order), initial=1))
    figure, axes = canvas(2.8)
    below = [0] * len(edges)
    for split, colour, counts in zip(COLOUR_OF, COLOUR_OF.values(), zip(*order, strict=True), strict=True):
        above = [start + each for start, each in zip(below, [*counts, counts[-1]], strict=True)]
        axes.fill_between(edges, below, above, step="post", facecolor=colour, label=split, hatch=HATCH_OF[split],
                          edgecolor="white", linewidth=0)  # fmt: skip
        below = above
    axes.set_xscale("log")  # else a few large classes are too narrow to be seen
    axes.set_xlim(1, edges[-1])
    number_log_axis(axes, count)
    axes.set_ylim(0, 1.08 * max(1, *below))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlabel("classes, those with the most documents first (logarithmic scale)")
    axes.set_ylabel("documents of a class")
    figure.legend(loc="outside upper left", ncols=3, frameon=False)
    return figure


def _bars(report: Report) -> Figure:
    corpus = report["corpus"]
    labels = corpus["labels"]
    figure, axes = canvas(1.0 + 0.22 * len(labels))
    left = [0] * len(labels)
    for split, colour in COLOUR_OF.items():
        widths = [corpus["by_label"][split].get(name, 0) for name in labels]  # a split may lack a class
        axes.barh(range(len(labels)), widths, left=left, color=colour, label=split, height=0.72,
                  hatch=HATCH_OF[split], edgecolor="white", linewidth=0.4)  # fmt: skip
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for place, total in enumerate(left):
        axes.annotate(count(total), (total, place), xytext=(3, 0), textcoords="offset points", va="center",
                      fontsize=SMALL)  # fmt: skip
    axes.set_yticks(range(len(labels)), [label(name) for name in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(0, 1.08 * max([1, *left]))
    axes.set_xlabel("documents")
    figure.legend(loc="outside upper left", ncols=3, frameon=False)
    return figure


def words_per_document(report: Report) -> Figure:
    """Draw a histogram of the words per document, with the median and the mean."""
    histogram, words = report["corpus"]["word_histogram"], report["corpus"]["words"]
    edges, counts = histogram["edges"], histogram["counts"]
    figure, axes = canvas(2.6)
    axes.bar(edges[:-1], counts, width=[high - low for low, high in zip(edges, edges[1:], strict=False)], align="edge",
             color=BLUE, edgecolor="white", linewidth=0.5)  # fmt: skip
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.22 * max(counts))
    for name, dash, height in (("median", "solid", 0.97), ("mean", (0, (4, 2)), 0.88)):
        axes.axvline(words[name], color=INK, linestyle=dash, linewidth=1)
        axes.annotate(f"{name} {words[name]:,.0f}", (words[name], height), xycoords=("data", "axes fraction"),
                      xytext=(4, 0), textcoords="offset points", va="top", fontsize=SMALL)  # fmt: skip
    axes.set_xlabel("words per document")
    axes.set_ylabel("documents")
    return figure


def frequent_words(report: Report) -> Figure | None:
    """Draw bars of the most frequent words; None where no word is frequent."""
    words = report["corpus"]["frequent_words"]
    if not words:
        return None
    half = math.ceil(len(words) / 2)
    figure, panels = canvas(0.6 + 0.18 * half, 1, 2, sharex=True)
    for axes, part in zip(panels, (words[:half], words[half:]), strict=True):
        axes.barh(range(len(part)), [row["count"] for row in part], color=BLUE, height=0.72)
        for place, row in enumerate(part):
            axes.annotate(count(row["count"]), (row["count"], place), xytext=(3, 0), textcoords="offset points",
                          va="center", fontsize=SMALL)  # fmt: skip
        axes.set_yticks(range(len(part)), [label(row["word"], 24) for row in part])
        axes.set_ylim(half - 0.4, -0.6)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
    panels[0].set_xlim(0, 1.18 * max(1, *(row["count"] for row in words)))
    figure.supxlabel("occurrences", fontsize=8)
    return figure


def class_words(report: Report) -> Figure | None:
    """Draw a panel for each class: the words with the strongest association; None where no class has any.

    Of many classes those with the most documents are drawn.
    """
    class_words = report["corpus"]["class_words"]
    by_label = {name: class_words[name][:6] for name in largest(report, PANELS) if class_words.get(name)}
    if not by_label:
        return None
    columns = min(4, len(by_label))
    rows = math.ceil(len(by_label) / columns)
    figure, grid = canvas(0.4 + 1.28 * rows, rows, columns, squeeze=False, sharex=True)
    highest = max(row["score"] for words in by_label.values() for row in words)
    for axes in grid.flat[len(by_label) :]:
        axes.set_visible(False)
    for axes, (name, words) in zip(grid.flat, by_label.items(), strict=False):
        axes.barh(range(len(words)), [row["score"] for row in words], color=BLUE, height=0.7)
        axes.set_yticks(range(len(words)), [label(row["word"], 15) for row in words])
        axes.set_ylim(5.6, -0.6)
        axes.set_xlim(0, 1.05 * highest)
        axes.set_title(label(name, 26), loc="left", x=-0.35, y=1.0, pad=3, fontsize=SMALL, fontweight="normal")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(3, min_n_ticks=2))
    figure.supxlabel("association of the word with the class (chi-squared)", fontsize=8)
    return figure


def token_lengths(report: Report) -> Figure | None:
    """Draw the quantiles of the document lengths before truncation, and the cut, for each encoding."""
    encodings = report["encodings"]
    if not encodings:
        return None
    figure, axes = canvas(1.0 + 0.62 * len(encodings))
    for place, row in enumerate(encodings.values()):
        lengths = [row["lengths"][name] for name in QUANTILES]
        axes.plot(lengths, [place] * len(lengths), color=BLUE, marker="o", markersize=4)
        for position, (name, value) in enumerate(zip(QUANTILES.values(), lengths, strict=True)):
            above = position % 2 == 0
            axes.annotate(f"{name}\n{count(value)}", (value, place), xytext=(0, 5 if above else -5),
                          textcoords="offset points", ha="center", va="bottom" if above else "top",
                          fontsize=SMALL)  # fmt: skip
        if row["maximum_length"]:
            axes.plot([row["maximum_length"]] * 2, [place - 0.13, place + 0.13], color=COLOURS[1], linewidth=2)
    limits = [row["maximum_length"] for row in encodings.values()]
    cuts = [f"cut at {count(limit)}" if limit else "not cut" for limit in limits]
    names = [f"{label(name)}\n{cut}" for name, cut in zip(encodings, cuts, strict=True)]
    axes.set_yticks(range(len(encodings)), names)
    axes.set_ylim(len(encodings) - 0.3, -0.75)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(x=0.08)
    axes.set_xlabel("tokens per document, before truncation")
    return figure


def leakage(report: Report) -> Figure | None:
    """Draw bars of the test accuracy of one simple model, on clean text and with each leak; None without leaks."""
    bars = report["leakage"]["variants"]
    if len(bars) < 2:
        return None
    figure, axes = canvas(0.7 + 0.3 * len(bars))
    axes.barh(range(len(bars)), [100 * bar["accuracy"] for bar in bars], color=[BLUE] + [LIGHT] * (len(bars) - 1),
              height=0.66)  # fmt: skip
    for place, bar in enumerate(bars):
        axes.plot([100 * bar["low"], 100 * bar["high"]], [place, place], color=INK, linewidth=1.2)
        change = "" if place == 0 else f"  ({points(bar['difference'])})"
        axes.annotate(percent(bar["accuracy"]) + change, (100 * bar["high"], place), xytext=(4, 0),
                      textcoords="offset points", va="center", fontsize=SMALL)  # fmt: skip
    axes.set_yticks(range(len(bars)), [label(bar["variant"], 60) for bar in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(0, 1.2 * 100 * max(bar["high"] for bar in bars))
    axes.set_xlabel("test accuracy (%) with its 95 % bootstrap interval, and the difference from clean text in points")
    return figure
