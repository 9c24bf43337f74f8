"""Whether the data of a study were clean: duplicates between the splits, shared groups, labels in doubt."""

from textstudy.report.language.numbers import count, count_of, join_items, percent
from textstudy.report.language.types import Finding, Report, finding

MANY = 0.5  # share of test documents of known groups from which it is a doubt
FAR_TOO_MANY = 0.2  # share of the labels: models that are often wrong doubt right labels


def data(report: Report) -> Finding:
    """Return what the audit found in the splits as they were used, in one or two sentences."""
    leaked = _duplicates(report)
    documents = report["corpus"]["documents"]["test"]
    doubts = [*_shared_groups(report), *_doubted_labels(report), *_losses(report)]
    if leaked is None:
        text = "Duplicates between training and test were not counted."
    elif leaked:
        text = f"Not clean: {count(leaked)} of {count(documents)} test documents are duplicates of training documents."
    else:
        text = "No test document is a duplicate of a training document."
    if doubts:
        text += f" But {join_items(doubts)}."
    return finding("data", text, duplicates=leaked, doubts=doubts)


def _duplicates(report: Report) -> int | None:
    """Return how many test documents are duplicates of a training document in the final split."""
    for row in report["audit"]["overlaps"]:
        if (row["stage"], row["first"], row["second"]) == ("split", "train", "test"):
            return row["exact"] + row["near"]
    return None


def _shared_groups(report: Report) -> list[str]:
    """Return the kind of group that most test documents share with training documents, if most do."""
    rows = [row for row in report["audit"].get("groups", []) if row["split"] == "test" and row["documents"]]
    shares = {row["kind"]: row["known"] / row["documents"] for row in rows}
    kind = max(shares, key=lambda kind: (shares[kind], kind), default=None)
    if kind is None or shares[kind] < MANY:
        return []
    return [f"{percent(shares[kind], 0)} % of the test documents share their {kind} with training documents"]


def _doubted_labels(report: Report) -> list[str]:
    errors = report["errors"]
    if not errors or not errors["label_issues"] or not errors["label_issues"]["count"]:
        return []
    number = errors["label_issues"]["count"]
    if number > FAR_TOO_MANY * errors["documents"]:
        return ["so many test labels are in doubt that the models, not the labels, may be wrong"]
    share = percent(number / errors["documents"])
    return [f"{count_of(number, 'test label')} ({share} %) {'is' if number == 1 else 'are'} in doubt"]


def _losses(report: Report) -> list[str]:
    number = len(report["audit"]["warnings"])
    return [f"the preparation has {count_of(number, 'warning')}"] if number else []
