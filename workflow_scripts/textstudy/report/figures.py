"""Draws every figure for which a report has data, as SVG files with stable names."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from textstudy.report import (
    architecture_figures,
    calibration_figures,
    corpus_figures,
    curves,
    diagrams,
    explanation_figures,
    model_figures,
    robustness_figures,
)
from textstudy.report.architectures import alike
from textstudy.report.escape import identifier
from textstudy.report.style import house_style, save

Report = Mapping[str, Any]
Chart = Callable[[Report], Figure | None]


def draw(report: Report, folder: Path) -> list[str]:
    """Draw the figures of `report` into `folder` and return their file names; figures of an earlier drawing go.

    The bytes depend on the report alone: no date, no random identifier.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with house_style():
        for name, chart in _charts(report):
            figure = chart(report)
            if figure is not None:
                drawn.append(f"{identifier(name)}.svg")
                save(figure, folder / drawn[-1])
    for stale in set(folder.glob("*.svg")) - {folder / name for name in drawn}:
        stale.unlink()
    return drawn


def _charts(report: Report) -> Iterator[tuple[str, Chart]]:
    """Yield the file stem of each figure and what draws it, in the order of the report."""
    for chart in (diagrams.recurrence, diagrams.lstm_cell, diagrams.attention, diagrams.transformer_layer):
        yield f"diagram_{chart.__name__}", chart
    yield "documents_per_class", corpus_figures.documents_per_class
    yield "words_per_document", corpus_figures.words_per_document
    yield "frequent_words", corpus_figures.frequent_words
    yield "class_words", corpus_figures.class_words
    yield "token_lengths", corpus_figures.token_lengths
    yield "leakage", corpus_figures.price_of_leakage
    for name, *_ in alike(report):
        yield f"architecture_{name}", partial(architecture_figures.architecture, name=name)
    yield "test_accuracy", model_figures.test_accuracy
    yield "training_loss", curves.training_loss
    yield "validation_accuracy", curves.validation_accuracy
    for phase in report.get("phases") or []:
        yield f"word_vectors_{phase['name']}", partial(curves.word_vectors, phase=phase)
    yield "reliability", calibration_figures.reliability
    yield "robustness_drops", robustness_figures.drops
    yield "robustness_severity", robustness_figures.severity
    yield "deletion_curves", explanation_figures.deletion_curves
    for name in report["models"]:
        yield f"confusion_{name}", partial(model_figures.confusion_matrix, name=name)
        yield f"f1_{name}", partial(model_figures.class_f1, name=name)
    for cost in model_figures.COSTS:
        yield f"accuracy_{cost}", partial(model_figures.efficiency, cost=cost)
