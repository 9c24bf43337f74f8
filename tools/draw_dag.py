"""Draw the rules of the pipeline, from fetch to report, as docs/pictures/dag.svg: `make docs`.

The places of the boxes are chosen by hand, so that the picture reads from top to bottom. A test checks that every rule
is in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "dag.svg"

WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP, MARGIN, TITLE = 1000, 172, 46, 16, 14, 30
STAGE_GAP = 44  # between two stages, for the arrow and its words
STYLE = """
  text { font-family: "DejaVu Sans", Verdana, sans-serif; fill: #1c2733; }
  .title { font-size: 14px; font-weight: bold; } .file { font-size: 11px; fill: #5b6b7b; }
  .rule { font-family: "DejaVu Sans Mono", Menlo, monospace; font-size: 12.5px; font-weight: bold; }
  .makes { font-size: 10.5px; fill: #44525f; } .passes { font-size: 11.5px; fill: #5b6b7b; }
  .stage { fill: #f1f5f9; stroke: #cbd5e1; } .box { fill: #ffffff; stroke: #64748b; }
  .arrow { fill: none; stroke: #64748b; stroke-width: 1.4; marker-end: url(#head); }
  .flow { fill: none; stroke: #1d6fa5; stroke-width: 2.2; marker-end: url(#flow-head); }
"""


@dataclass(frozen=True)
class Stage:
    """A group of rules: title, file in rules/, left edge, number of columns, the rules with what each makes, arrows."""

    title: str
    file: str
    left: int
    columns: int
    rules: tuple[tuple[str, str], ...]
    arrows: tuple[tuple[str, str], ...] = ()

    @property
    def width(self) -> int:
        return self.columns * BOX_WIDTH + (self.columns - 1) * GAP + 2 * MARGIN

    @property
    def height(self) -> int:
        rows = -(-len(self.rules) // self.columns)
        return TITLE + rows * BOX_HEIGHT + (rows - 1) * GAP + MARGIN

    def corner(self, rule: str, top: int) -> tuple[int, int]:
        """Return the upper left corner of a rule's box, with the stage at height `top`."""
        row, column = divmod([name for name, _ in self.rules].index(rule), self.columns)
        return self.left + MARGIN + column * (BOX_WIDTH + GAP), top + TITLE + row * (BOX_HEIGHT + GAP)


# Rows of stages from top to bottom.
ROWS = (
    (Stage("Resources", "resources.smk", 10, 2, (("fetch", "archives, vectors, encoders"),)),),
    (
        Stage(
            "Preparation", "prepare.smk", 10, 5,
            (
                ("parse", "documents and labels"), ("clean", "no headers, no quotes"),
                ("deduplicate", "each text once"), ("split", "train, validation, test"),
                ("audit", "stops the run at a leak"), ("explore", "sizes, lengths, words"),
                ("leakage", "the price of each leak"),
            ),
            (("parse", "clean"), ("clean", "deduplicate"), ("deduplicate", "split"), ("split", "audit")),
        ),
    ),
    (
        Stage(
            "Encodings", "encode.smk", 10, 4,
            (
                ("distill", "vectors of its tokens"), ("encode_wordpieces", "token ids of an encoder"),
                ("features", "states of the encoder"), ("semantic_audit", "texts near in meaning"),
                ("encode_words", "token ids, vocabulary"), ("glove", "word vectors"),
                ("encode_ngrams", "hashed n-grams"),
            ),
            (
                ("encode_words", "glove"), ("encode_wordpieces", "features"), ("features", "semantic_audit"),
                ("encode_wordpieces", "distill"),
            ),
        ),
    ),
    (
        Stage(
            "Training", "train.smk", 10, 3,
            (("train_MODEL", "weights, one run a seed"), ("select_winner", "the winner of a phase")),
            (("train_MODEL", "select_winner"), ("select_winner", "train_MODEL")),
        ),
        Stage(
            "Trials", "trials.smk", 602, 2,
            (
                ("train_trial", "predictions of one run"), ("grow", "would more labels help?"),
                ("select_trial", "settings of the best"),
                ("summarize_search", "what each trial reached"),
            ),
            (("train_trial", "grow"), ("train_trial", "select_trial")),
        ),
    ),
    (
        Stage(
            "Evaluation", "evaluate.smk", 10, 2,
            (
                ("evaluate", "predictions, metrics"), ("compare", "intervals, paired tests"),
                ("describe", "parts of the network"), ("examine_errors", "shared errors, labels"),
                ("compare_baseline", "changes since kept results"), ("measure_costs", "time and memory of predictions"),
                ("evaluate_ensemble", "the same of ensembles"), ("scrutinize", "subgroups, label noise"),
                ("evaluate_prompted", "answers, and their cost"),
            ),
            (("evaluate", "compare"),),
        ),
        Stage(
            "Robustness and explanations", "robustness.smk", 412, 3,
            (
                ("perturb", "test texts with typos"), ("score_robustness", "scores on these texts"),
                ("summarize_robustness", "drops, with intervals"), ("explain", "words that decided"),
                ("check_explanations", "faithful or not"),
            ),
            (
                ("perturb", "score_robustness"), ("score_robustness", "summarize_robustness"),
                ("explain", "check_explanations"),
            ),
        ),
    ),
    (
        Stage(
            "Exports", "exports.smk", 602, 2,
            (("export", "a network without torch"), ("measure_exports", "what that gains and loses")),
            (("export", "measure_exports"),),
        ),
    ),
    (
        Stage(
            "Report", "report.smk", 10, 5,
            (
                ("collect", "report.json"), ("figures", "drawings of a chapter"), ("render", "report.html, report.pdf"),
                ("card", "model card of a run"), ("index", "the page of all studies"),
            ),
            (("collect", "figures"), ("figures", "render")),
        ),
    ),
)  # fmt: skip
# Arrows between stages: from, to, where across, and what they carry.
FLOWS = (
    ("Resources", "Preparation", 90, "corpora; later stages read word vectors and encoders"),
    ("Preparation", "Encodings", 90, "audited texts"),
    ("Preparation", "Robustness and explanations", 579, "test texts"),
    ("Encodings", "Training", 90, "token ids, vectors, states"),
    ("Training", "Evaluation", 90, "runs"),
    ("Evaluation", "Training", 190, "predictions of an ensemble's members"),
    ("Training", "Robustness and explanations", 520, "runs"),
    ("Evaluation", "Report", 90, "predictions, scores, tests"),
    ("Robustness and explanations", "Report", 520, "drops, explanations"),
    ("Exports", "Report", 650, "accuracy, latency, size"),
    ("Report", "Exports", 850, "how a run is used"),
)


def drawing() -> str:
    """Return the picture as SVG."""
    tops, top = {}, 10
    for row in ROWS:
        tops |= {stage.title: (stage, top) for stage in row}
        top += max(stage.height for stage in row) + STAGE_GAP
    height = top - STAGE_GAP + 10
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="The rules of the pipeline, from fetch to report"><style>{STYLE}</style><defs>'
        f"{_head('head', '#64748b')}{_head('flow-head', '#1d6fa5')}</defs>"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    )
    stages = [line for stage, top in tops.values() for line in _stage(stage, top)]
    flows = [line for first, second, x, carried in FLOWS for line in _flow(*tops[first], *tops[second], x, carried)]
    return "\n".join([head, *stages, *flows, "</svg>"]) + "\n"


def _flow(first: Stage, top: int, second: Stage, to: int, x: int, carried: str) -> Iterator[str]:
    start, end = (top + first.height, to - 3) if to > top else (top, to + second.height + 3)
    yield f'<path class="flow" d="M{x} {start} V{end}"/>'
    yield _text("passes", x + 10, max(start, end) - STAGE_GAP / 2 + 6, carried)


def _stage(stage: Stage, top: int) -> Iterator[str]:
    yield f'<rect class="stage" x="{stage.left}" y="{top}" width="{stage.width}" height="{stage.height}" rx="8"/>'
    yield _text("title", stage.left + MARGIN, top + 20, stage.title)
    yield _text("file", stage.left + stage.width - MARGIN, top + 20, f"rules/{stage.file}", anchor="end")
    for rule, makes in stage.rules:
        x, y = stage.corner(rule, top)
        yield f'<rect class="box" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>'
        yield _text("rule", x + BOX_WIDTH / 2, y + 20, rule, anchor="middle")
        yield _text("makes", x + BOX_WIDTH / 2, y + 36, makes, anchor="middle")
    for first, second in stage.arrows:
        (x, y), (to, _) = stage.corner(first, top), stage.corner(second, top)
        back = (second, first) in stage.arrows
        height = y + BOX_HEIGHT / 2 + (7 if back and to < x else -7 if back else 0)
        start, end = (x + BOX_WIDTH, to - 2) if to > x else (x, to + BOX_WIDTH + 2)
        yield f'<path class="arrow" d="M{start} {height} H{end}"/>'


def _text(kind: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _head(name: str, color: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{color}"/></marker>'
    )


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawing(), encoding="utf-8")
