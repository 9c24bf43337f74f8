"""Language models that were asked by a prompt: what they were asked, what they answered, and what that cost."""

from typing import Any

from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.numbers import MISSING, count, decimal, join_items, percent
from textstudy.report.language.ranks import models_of, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

LONGEST = 3000  # characters of a prompt that are shown
HEADER = ["Model", "Language model", "Asked at", "Examples", "Documents", "Cut", "Outside the labels",
          "Tokens of a prompt", "of an answer", "Cost of 1,000 documents", "Median (s)", "p95 (s)",
          "Probabilities"]  # fmt: skip
CAPTION = (
    "Language models that were asked by a prompt, over all runs. Documents: of validation and test. Cut: those whose "
    "beginning alone was shown. Outside the labels: documents whose answer is none of the labels; unless "
    "log-probabilities say more, they have the shares of the classes in training and count as the largest. Tokens: "
    "means for a document, as the endpoint counts them. Cost: by the prices that the study states. Median and p95: "
    "time of an answer when it was first asked, others beside it. Probabilities: from log-probabilities of the "
    "endpoint, likelihoods of the labels, or, where there are none, from the answer alone, which has all but a share "
    "that the study states (`smoothing`); that is no measure of confidence."
)
SOURCES = {"logprobs": "log-probabilities", "likelihood": "likelihoods", "answer": "answer alone", "outside": None}


def prompted_models(report: Report) -> Table:
    """Return what each language model was asked, and what that cost."""
    rows = []
    for name in models_of(report, "prompted"):
        asked = report["models"][name]["prompted"]
        seconds = asked["seconds"] or {"median": None, "p95": None}
        cost = asked["cost_per_1000"]
        examples = count(asked["examples"]) + (f", {count(asked['examples_cut'])} cut" if asked["examples_cut"] else "")
        sources = [words for source, words in SOURCES.items() if words and asked["sources"].get(source)]
        rows.append([
            title(report, name), asked["language_model"], asked["host"] or "this machine", examples,
            count(asked["documents"]), count(asked["texts_cut"]),
            f"{count(asked['outside'])} ({percent(asked['outside'] / asked['documents'])} %)",
            decimal(asked["tokens"]["prompt"]), decimal(asked["tokens"]["answer"]),
            MISSING if cost is None else f"{decimal(cost)} {asked['currency']}",
            decimal(seconds["median"]), decimal(seconds["p95"]), join_items(sources) if sources else MISSING,
        ])  # fmt: skip
    return Table("table-prompted", CAPTION, HEADER, "lll" + "r" * 9 + "l", rows)


def prompts(report: Report) -> list[tuple[str, Markdown]]:
    """Return the title of each of these models and its prompt, as a quotation line by line; texts in it are escaped."""
    return [(title(report, name), quote(report["models"][name]["prompted"])) for name in models_of(report, "prompted")]


def quote(asked: dict[str, Any]) -> Markdown:
    """Return a prompt as a quotation; of a long one the beginning and the end."""
    prompt = asked["prompt"]
    if len(prompt) > LONGEST:
        left_out = len(prompt) - LONGEST
        half = LONGEST // 2
        prompt = f"{prompt[:half]}\n\n[{count(left_out)} characters are left out here]\n\n{prompt[-half:]}"
    lines = [f"> {markdown(line)}  " if line.strip() else ">" for line in prompt.split("\n")]  # two spaces end a line
    return Markdown("\n".join(lines))
