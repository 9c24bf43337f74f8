"""The decision of a report: which model to use, why, what others would cost, how sure this is, and what to do next.

Every sentence is chosen by the numbers of report.json. The choice itself is made on validation; test only checks it.
"""

from typing import Any

from textstudy.report.decision.alternatives import alternatives
from textstudy.report.decision.certainty import certainty
from textstudy.report.decision.choice import Choice, choose
from textstudy.report.decision.data import data
from textstudy.report.decision.next_steps import next_steps
from textstudy.report.language.costs import cheapest, latency, training_memory, training_seconds
from textstudy.report.language.hosts import hosts
from textstudy.report.language.numbers import decimal, interval_in_sentence, join_items, percent, seconds
from textstudy.report.language.ranks import list_titles, mean_score, quoted_title, score
from textstudy.report.language.types import Finding, Report, finding

NAMED = 3  # models beyond which a sentence only counts them


def decide(report: Report) -> dict[str, Any] | None:
    """Return what report.json keeps under `decision`; None where no model was scored on validation documents."""
    choice = choose(report)
    if choice is None:
        return None
    return {
        "recommended": choice.recommended,
        "best": choice.best,
        "candidates": choice.candidates,
        "reason": [reason(report, choice), check_on_test(report, choice)],
        "cost": cost(report, choice),
        "alternatives": alternatives(report, choice),
        "certainty": certainty(report, choice),
        "data": data(report),
        "next_steps": next_steps(report, choice),
    }


def reason(report: Report, choice: Choice) -> Finding:
    """Return why the model is recommended, in one sentence on validation accuracy and cost."""
    recommended, best, number = choice.recommended, choice.best, len(choice.candidates)
    highest = percent(mean_score(report, best, split="validation"))
    accuracy = percent(mean_score(report, recommended, split="validation"))
    cheapest_of_all = recommended in cheapest(report, choice.candidates)  # else one at more than half its cost is
    if len(report["models"]) == 1:
        text = "It is the only model, so there was nothing to choose."
    elif recommended == best and number > 1:
        others = "the one other model" if number == 2 else f"any of the {number - 1} other models"
        text = (
            f"It is right most often on validation documents ({highest} %), and "
            f"{'' if cheapest_of_all else 'about '}as cheap to use as {others} not shown to be worse there."
        )
    elif recommended == best:
        shown = (
            "every other model is shown to be worse there" if choice.worse else "no test compares it with the others"
        )
        text = f"It is right most often on validation documents ({highest} %), and {shown}."
    else:
        text = (
            f"It is {'the' if cheapest_of_all else 'one of the'} cheapest to use of the {number} models not shown to "
            f"be worse than the best on validation documents, {quoted_title(report, best)} ({accuracy} against "
            f"{highest} %)."
        )
    if len(choice.tied) > 1:
        names = choice.tied[1:]
        others = list_titles(report, names) if len(names) <= NAMED else f"{len(names)} other models"
        text += f" {others} {'costs' if len(choice.tied) == 2 else 'cost'} about as little."
    if choice.collapsed:
        text += f" Left out: {list_titles(report, choice.collapsed)}, with runs that predict nearly always one class."
    return finding("reason", text, candidates=choice.candidates, worse=choice.worse, untested=choice.untested,
                   collapsed=choice.collapsed)  # fmt: skip


def check_on_test(report: Report, choice: Choice) -> Finding:
    """Return the accuracy on the test documents, which had no part in the choice."""
    accuracy = score(report, choice.recommended, split="test", metric="accuracy")
    text = "It has no test accuracy."
    if accuracy:
        text = f"On test documents, which had no part in the choice, it is right for {interval_in_sentence(accuracy)}."
    return finding("test", text, accuracy=accuracy)


def cost(report: Report, choice: Choice) -> Finding:
    """Return what the recommended model costs."""
    name = choice.recommended
    memory = report["models"][name]["inference"]["memory_mb"]
    costs = {
        "latency_ms": latency(report, name), "memory_mb": memory,
        "training_seconds": training_seconds(report, name), "training_memory_mb": training_memory(report, name),
    }  # fmt: skip
    use = f"{decimal(costs['latency_ms'])} ms" + ("" if memory is None else f" and {decimal(memory)} MB of memory")
    text = (
        f"A document takes {use}. A training takes {seconds(costs['training_seconds'])} and "
        f"{decimal(costs['training_memory_mb'])} MB."
    )
    if sent := hosts(report, name):
        text += f" Each text is sent to {join_items(sent)}."
    return finding("cost", text, **costs)
