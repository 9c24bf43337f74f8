"""What to do next: the steps that would make a decision surer or better, the most useful first."""

from textstudy.report.decision.choice import Choice
from textstudy.report.decision.data import FAR_TOO_MANY, doubted_labels, mostly_known_groups
from textstudy.report.language.growth import growth_verdict
from textstudy.report.language.numbers import count, count_of, join_items, percent
from textstudy.report.language.ranks import list_titles, paired_test, quoted_title
from textstudy.report.language.types import Finding, Report, finding

MOST = 3  # steps that are worth reading
SEEDS = 3  # from which a spread over trainings means something
FROM_DOCUMENTS = 0.7  # share of a standard error from which more documents make it smaller by much
DOUBTED = 0.02  # share of labels in doubt from which reading them is worth its work


def next_steps(report: Report, choice: Choice) -> list[Finding]:
    """Return at most three steps."""
    makers = (
        _look_at_collapsed, _train_more_seeds, _split_by_group, _label_more, _read_labels, _collect_more_tests, _refit,
    )  # fmt: skip
    return [item for make in makers for item in make(report, choice)][:MOST]


def _look_at_collapsed(report: Report, choice: Choice) -> list[Finding]:
    names = [name for name, model in report["models"].items() if model["collapsed"]]
    if not names:
        return []
    text = f"Repair the training of {list_titles(report, names)}, which collapsed."
    return [finding("collapsed", text, models=names)]


def _train_more_seeds(report: Report, choice: Choice) -> list[Finding]:
    few = [
        name for name, model in report["models"].items()
        if not model["deterministic"] and not model["refits"] and len(model["seeds"]) < SEEDS
    ]  # fmt: skip
    if not few:
        return []
    fewest = min(len(report["models"][name]["seeds"]) for name in few)
    trained = "once" if fewest == 1 else f"{fewest} times"
    of = f"{len(few)} of {count_of(len(report['models']), 'model')}"
    text = f"Train with {SEEDS} seeds or more: {of} {'was' if len(few) == 1 else 'were'} trained {trained}."
    return [finding("seeds", text, models=few)]


def _split_by_group(report: Report, choice: Choice) -> list[Finding]:
    kinds = list(mostly_known_groups(report))
    if not kinds:
        return []
    text = f"Split by {join_items(kinds)}, if the model will meet texts of new ones."
    return [finding("split", text, kinds=kinds)]


def _label_more(report: Report, choice: Choice) -> list[Finding]:
    """Say what more training documents would bring the recommended model, where its learning curve shows it."""
    curve = report["growth"].get(choice.recommended)
    if not curve or growth_verdict(curve) != "more":
        return []
    gain = curve["more"][0]["gain"]
    low, high = percent(gain["low"]), percent(gain["high"])
    text = f"Label more: twice as many training documents would bring {low} to {high} points."
    return [finding("training_documents", text, gain=gain)]


def _read_labels(report: Report, choice: Choice) -> list[Finding]:
    number, share = doubted_labels(report)
    if not DOUBTED <= share <= FAR_TOO_MANY:
        return []
    return [finding("labels", f"Have a person read the {count(number)} test labels in doubt.", count=number)]


def _collect_more_tests(report: Report, choice: Choice) -> list[Finding]:
    """Say that more documents would tell the candidates apart, where a test is not clear for want of documents."""
    rivals = [name for name in choice.candidates if name != choice.recommended]
    tests = {name: paired_test(report, choice.recommended, name) for name in rivals}
    open_ones = {
        name: pair for name, pair in tests.items()
        if pair and pair["verdict"] == "unclear" and pair["documents_error"] >= FROM_DOCUMENTS * pair["standard_error"]
    }  # fmt: skip
    if not open_ones:
        return []
    smallest = min(pair["smallest_shown"] for pair in open_ones.values())
    text = f"Label more test documents, if differences under {percent(smallest)} points matter."
    return [finding("test_documents", text, models=list(open_ones), smallest_shown=smallest)]


def _refit(report: Report, choice: Choice) -> list[Finding]:
    refit = next((name for name, model in report["models"].items() if model["refits"] == choice.recommended), None)
    if refit:
        text = f"Use {quoted_title(report, refit)}, the same model trained on the validation documents too."
    else:
        text = "Before use, train it once more on training and validation documents together."
    return [finding("refit", text, model=refit)]
