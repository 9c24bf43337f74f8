"""The questions of the checklist, each with a function that answers it from the report; None where it cannot."""

from collections.abc import Callable
from typing import NamedTuple

from textstudy.report.language.devices import unused_gpus
from textstudy.report.language.numbers import count, count_of, join_items, seconds, watt_hours
from textstudy.report.language.ranks import learner
from textstudy.report.language.types import Report
from textstudy.report.sections.data.exposure_findings import may_have_read
from textstudy.report.sections.errors.label_noise import estimated_noise

Answer = Callable[[Report], str | None]


class Item(NamedTuple):
    """A question, how it is answered, and the tables and figures where more stands."""

    question: str
    answer: Answer
    places: tuple[str, ...] = ()


def _source(report: Report) -> str | None:
    if report["study"]["synthetic"]:
        return "A generator that is part of textstudy wrote the texts."
    corpora = [row for row in report["provenance"]["resources"] if row["kind"] == "corpus"]
    return "; ".join(row["citation"] for row in corpora) or None


def _licence(report: Report) -> str | None:
    found = ["texts: that of textstudy"] if report["study"]["synthetic"] else []
    found += [f"{row['name']}: {row['licence']}" for row in report["provenance"]["resources"]]
    return "; ".join(found) or None


def _sizes(report: Report) -> str:
    parts = [f"{count(number)} {split}" for split, number in report["corpus"]["documents"].items()]
    return f"{join_items(parts)} documents of {count_of(len(report['corpus']['labels']), 'class')}."


def _split(report: Report) -> str | None:
    lines = [line["reason"] for line in report["ledger"] if line["step"] == "split"]
    return f"{lines[-1].capitalize()}." if lines else None


def _excluded(report: Report) -> str | None:
    lines = report["ledger"]
    if not lines:
        return None
    before, after = lines[0]["documents_in"], lines[-1]["documents_out"]
    return f"{count(before - after)} of {count(before)} documents were left out; the ledger says why."


def _leaks(report: Report) -> str | None:
    rows = [row for row in report["audit"]["overlaps"] if row["stage"] == "split"]
    if not rows:
        return None
    shared = sum(row["exact"] + row["near"] for row in rows)
    return f"Checked: {count(shared) if shared else 'no'} duplicates between the parts of the split."


def _said(key: str) -> Answer:
    return lambda report: (report["study"]["settings"].get("data_statement") or {}).get(key)


def _models(report: Report) -> str:
    kinds = sorted({model["name_in_sentence"] for model in report["models"].values()})
    return f"{count_of(len(report['models']), 'model')}: {'; '.join(kinds)}."


def _parameters(report: Report) -> str:
    totals = [total for model in report["models"].values() if (total := model["parameters"]["total"])]
    return f"From {count(min(totals))} to {count(max(totals))}." if totals else "Not known."


def _pretrained(report: Report) -> str | None:
    found = report["exposure"]
    if not found:
        return None
    verdicts = {"yes": "may have read these texts", "perhaps": "may have read these texts", "no": "has not read them",
                "unknown": "is not known to have read them"}  # fmt: skip
    parts = [f"{each['resource']} {verdicts[may_have_read(found['corpus'], each)]}" for each in found["readers"]]
    return f"{join_items(parts)}." if parts else "No model is pretrained."


def _search(report: Report) -> str | None:
    parts = []
    if report["phases"]:
        compared = sum(len(phase["ranking"]) for phase in report["phases"])
        parts.append(f"{count_of(len(report['phases']), 'phase')} compared {count_of(compared, 'model')}")
    searched = [budget["trials"] for budget in report["tuning"].values() if budget["search"]]
    if searched:
        parts.append(f"searches of {count_of(len(searched), 'model')} made {count_of(sum(searched), 'trial')}")
    choosing = sum(bool(model["chosen"]) for model in report["models"].values())
    if choosing:
        parts.append(f"{count_of(choosing, 'model')} chose values on validation while training")
    if not parts:
        return None
    settings = "other settings" if searched else "settings"
    return f"{join_items(parts)}. How the {settings} in the study file were found is not recorded."


def _seeds(report: Report) -> str:
    seeds = sorted({seed for model in report["models"].values() for seed in model["seeds"]})
    runs = sum(len(model["runs"]) for model in report["models"].values())
    return f"Seeds {join_items([str(seed) for seed in seeds])}; {count_of(runs, 'run')} in all."


def _compute(report: Report) -> str:
    models = report["models"].values()
    total = sum(len(model["runs"]) * model["seconds"]["train"] for model in models)
    joules: dict[str, float] = {}
    for model in models:
        for counter, energy in model["energy_joules"].items():
            joules[counter] = joules.get(counter, 0.0) + len(model["runs"]) * energy
    energy = f"{watt_hours(joules)} Wh." if joules else "Energy was not counted."
    return f"All trainings together took {seconds(total)}. {energy}"


def _infrastructure(report: Report) -> str:
    devices = sorted({f"{each['device']} ({each['precision']})" for model in report["models"].values()
                      for each in model["devices"]})  # fmt: skip
    machine = report["provenance"]["machine"]
    known = [f"{machine['processor']}", f"{machine['cores']} cores", f"{machine['system']}"]
    unused = unused_gpus(report["models"].values())
    return f"Trained on {join_items(devices)}.{unused} The report was made on: {', '.join(known)}."


def _software(report: Report) -> str:
    return ", ".join(f"{name} {version}" for name, version in report["provenance"]["versions"].items()) + "."


def _code(report: Report) -> str:
    steps = count_of(len(report["provenance"]["code"]), "step")
    return f"By digests of the code of {steps} and of each training; a command makes the report again."


def _metrics(report: Report) -> str:
    return "Accuracy, macro and weighted F1, macro precision and recall, log loss and calibration error."


def _uncertainty(report: Report) -> str:
    several = sum(len(model["seeds"]) > 1 for model in report["models"].values())
    random = sum(not model["deterministic"] for model in report["models"].values())
    return (
        f"95 % intervals for all scores; spread over seeds for {count(several)} of {count(random)} models with random "
        "parts."
    )


def _tests(report: Report) -> str:
    number = len(report["pairs"])
    return f"{count_of(number, 'paired test')}, corrected for their number." if number else "No."


def _validation(report: Report) -> str:
    known = sum(bool(model["validation"]) for model in report["models"].values())
    return f"For {count(known)} of {count(len(report['models']))} models."


def _limits(report: Report) -> str | None:
    found = report["scrutiny"]
    if not found:
        return None
    kinds = count_of(len(found["subgroups"]), "division")
    return f"Accuracy by {kinds} of the test documents, and under other shares of the classes."


def _labels(report: Report) -> str | None:
    noise = estimated_noise(report)
    return f"{count_of(noise['doubted'].get('test', 0), 'test label')} are in doubt." if noise else None


def _robustness(report: Report) -> str:
    return "Measured on texts with typos." if report["robustness"] else "Not measured."


def _baseline(report: Report) -> str:
    simple = [name for name in report["models"] if learner(report, name) == "linear"]
    return f"{count_of(len(simple), 'linear model')} as a simple baseline." if simple else "No simple baseline."


CHECKLIST: dict[str, tuple[Item, ...]] = {
    "Data": (
        Item("Where do the texts come from?", _source, ("table-resources",)),
        Item("Under which licences are data and pretrained parts?", _licence, ("table-resources",)),
        Item("How many documents and classes are there?", _sizes, ("figure-documents_per_class",)),
        Item("How were they divided?", _split, ("table-ledger",)),
        Item("What was left out, and why?", _excluded, ("table-ledger",)),
        Item("Do the parts of the split share texts?", _leaks, ("table-overlaps",)),
        Item("Who gave the labels, and how?", _said("annotators")),
        Item("How good are the labels?", _labels, ("table-label-noise",)),
        Item("What about personal data and consent?", _said("consent")),
    ),
    "Models and training": (
        Item("Which models were compared?", _models, ("table-summary",)),
        Item("Is there a simple baseline?", _baseline, ("table-summary",)),
        Item("How many parameters do they have?", _parameters, ("table-efficiency",)),
        Item("May pretrained parts have read the texts before?", _pretrained),
        Item("How were settings searched?", _search),
        Item("Which seeds, and how many runs?", _seeds, ("table-summary",)),
        Item("How much computing did it take?", _compute, ("table-efficiency",)),
        Item("On which machines?", _infrastructure, ("table-versions",)),
        Item("With which software?", _software, ("table-versions",)),
        Item("Which version of the code?", _code, ("table-code",)),
    ),
    "Evaluation": (
        Item("Which metrics?", _metrics, ("table-scores",)),
        Item("Are scores given with their uncertainty?", _uncertainty, ("table-scores",)),
        Item("Are differences tested?", _tests),
        Item("Is there a validation score for each test score?", _validation, ("table-scores",)),
        Item("For which texts do the scores hold?", _limits, ("table-class-shares",)),
        Item("How robust are the models?", _robustness),
        Item("What are the risks of using them?", _said("risks")),
    ),
}
