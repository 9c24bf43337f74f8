"""Figures of the data: classes, lengths, words, and what duplicates across splits are worth."""

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from textstudy.report.drawing.style import BLUE, COLOURS, INK, LIGHT, ORANGE, SMALL, Charts, canvas, label
from textstudy.report.language.leakage import leakage_variants
from textstudy.report.language.numbers import count, percent, points

SPLITS = {"train": BLUE, "validation": ORANGE, "test": "#56B4E9"}
HATCHES = {"train": "", "validation": "////", "test": "\\\\\\\\"}


def charts(report: Mapping[str, Any]) -> Charts:
    """Yield the figures of the data, in the order of the report."""
    for chart in (documents_per_class, words_per_document, frequent_words, class_words, token_lengths, leakage):
        yield chart.__name__, chart


def documents_per_class(report: Mapping[str, Any]) -> Figure | None:
    """Stacked bars: documents of each class in each split."""
    by_label = report["corpus"].get("by_label")
    labels = report["corpus"].get("labels")
    if not by_label or not labels:
        return None
    figure, axes = canvas(1.0 + 0.22 * len(labels))
    left = [0] * len(labels)
    for split in (split for split in SPLITS if split in by_label):
        widths = [by_label[split].get(name, 0) for name in labels]
        axes.barh(range(len(labels)), widths, left=left, color=SPLITS[split], label=split, height=0.72,
                  hatch=HATCHES[split], edgecolor="white", linewidth=0.4)  # fmt: skip
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


def words_per_document(report: Mapping[str, Any]) -> Figure | None:
    """Histogram of document lengths with the median and the mean."""
    histogram, words = report["corpus"].get("word_histogram"), report["corpus"].get("words", {})
    if not histogram or not sum(histogram["counts"]):
        return None
    edges, counts = histogram["edges"], histogram["counts"]
    figure, axes = canvas(2.6)
    axes.bar(edges[:-1], counts, width=[high - low for low, high in zip(edges, edges[1:], strict=False)], align="edge",
             color=BLUE, edgecolor="white", linewidth=0.5)  # fmt: skip
    if _grows(edges):
        axes.set_xscale("symlog", linthresh=max(1, edges[1]), linscale=0.4)
        axes.set_xticks(_thinned(edges), [count(edge) for edge in _thinned(edges)])
        axes.minorticks_off()
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.22 * max(counts))
    for name, dash, height in (("median", "solid", 0.97), ("mean", (0, (4, 2)), 0.88)):
        if words.get(name) is not None and edges[0] <= words[name] <= edges[-1]:
            axes.axvline(words[name], color=INK, linestyle=dash, linewidth=1)
            axes.annotate(f"{name} {words[name]:,.0f}", (words[name], height), xycoords=("data", "axes fraction"),
                          xytext=(4, 0), textcoords="offset points", va="top", fontsize=SMALL)  # fmt: skip
    axes.set_xlabel("words per document")
    axes.set_ylabel("documents")
    return figure


def _grows(edges: list[float]) -> bool:
    """Whether the bins widen, as those of a logarithmic histogram do."""
    return (edges[-1] - edges[-2]) > 4 * (edges[1] - edges[0])


def _thinned(edges: list[float]) -> list[float]:
    step = max(1, math.ceil(len(edges) / 12))
    return edges[::step]


def frequent_words(report: Mapping[str, Any]) -> Figure | None:
    """Bars of the most frequent words."""
    words = report["corpus"].get("frequent_words", [])[:30]
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


def class_words(report: Mapping[str, Any]) -> Figure | None:
    """Small multiples: the words most associated with each class."""
    by_label = {name: words[:6] for name, words in report["corpus"].get("class_words", {}).items() if words}
    if not by_label:
        return None
    columns = min(4, len(by_label))
    rows = math.ceil(len(by_label) / columns)
    figure, grid = canvas(0.4 + 1.28 * rows, rows, columns, squeeze=False, sharex=True)
    largest = max(row["score"] for words in by_label.values() for row in words)
    for axes in grid.flat[len(by_label) :]:
        axes.set_visible(False)
    for axes, (name, words) in zip(grid.flat, by_label.items(), strict=False):
        axes.barh(range(len(words)), [row["score"] for row in words], color=BLUE, height=0.7)
        axes.set_yticks(range(len(words)), [label(row["word"], 15) for row in words])
        axes.set_ylim(5.6, -0.6)
        axes.set_xlim(0, 1.05 * largest)
        axes.set_title(label(name, 26), loc="left", x=-0.35, y=1.0, pad=3, fontsize=SMALL, fontweight="normal")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(3, min_n_ticks=2))
    figure.supxlabel("association of the word with the class (chi-squared)", fontsize=8)
    return figure


def token_lengths(report: Mapping[str, Any]) -> Figure | None:
    """For each encoding, the quantiles of document length before truncation and where the cut falls."""
    encodings = {name: row for name, row in report.get("encodings", {}).items() if row.get("lengths")}
    if not encodings:
        return None
    figure, axes = canvas(1.0 + 0.62 * len(encodings))
    for place, row in enumerate(encodings.values()):
        quantiles = {name: row["lengths"][name] for name in ("median", "p90", "p95", "maximum")}
        axes.plot(list(quantiles.values()), [place] * 4, color=BLUE, marker="o", markersize=4)
        names = {"median": "median", "p90": "90 %", "p95": "95 %", "maximum": "longest"}
        for position, (name, value) in enumerate(quantiles.items()):
            axes.annotate(f"{names[name]}\n{count(value)}", (value, place), xytext=(0, 5 if position % 2 == 0 else -5),
                          textcoords="offset points", ha="center", va="bottom" if position % 2 == 0 else "top",
                          fontsize=SMALL)  # fmt: skip
        if row.get("maximum_length"):
            axes.plot([row["maximum_length"]] * 2, [place - 0.13, place + 0.13], color=COLOURS[1], linewidth=2)
    cuts = [row.get("maximum_length") for row in encodings.values()]
    names = [label(name) + (f"\ncut at {count(cut)}" if cut else "") for name, cut in zip(encodings, cuts, strict=True)]
    axes.set_yticks(range(len(encodings)), names)
    axes.set_ylim(len(encodings) - 0.3, -0.75)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(x=0.08)
    axes.set_xlabel("tokens per document, before truncation")
    return figure


def leakage(report: Mapping[str, Any]) -> Figure | None:
    """Bars of one simple model's test accuracy on clean text and with each leak left in."""
    bars = leakage_variants(report)
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
    axes.set_xlabel(
        "test accuracy (%), with 95 % bootstrap intervals; in brackets the difference to clean text in points"
    )
    return figure
