"""Whether the data of a study were clean: duplicates between the splits, shared groups, labels in doubt."""

from textstudy.report.language.leaks import duplicates_in_test
from textstudy.report.language.numbers import count, count_of, join_items, percent
from textstudy.report.language.types import Finding, Report, finding

MANY = 0.5  # share of test documents of known groups from which it is a doubt, and another split worth its work
FAR_TOO_MANY = 0.2  # share of the labels: models that are often wrong doubt right labels


def data(report: Report) -> Finding:
    """Return what the audit found in the splits as they were used, in one or two sentences."""
    leaked = duplicates_in_test(report)
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


def mostly_known_groups(report: Report) -> dict[str, float]:
    """Return kind of group → share of the test documents whose group training documents have too, if it is large."""
    rows = [row for row in report["audit"]["groups"] if row["split"] == "test" and row["documents"]]
    shares = {row["kind"]: row["known"] / row["documents"] for row in rows}
    return {kind: share for kind, share in shares.items() if share >= MANY}


def _shared_groups(report: Report) -> list[str]:
    """Return the kind of group that most test documents share with training documents, if most do."""
    shares = mostly_known_groups(report)
    if not shares:
        return []
    kind = max(shares, key=lambda kind: (shares[kind], kind))
    return [f"{percent(shares[kind], 0)} % of the test documents share their {kind} with training documents"]


def doubted_labels(report: Report) -> tuple[int, float]:
    """Return how many test labels are in doubt, and their share; zeros where nobody looked."""
    errors = report["errors"]
    if not errors or not errors["label_issues"]:
        return 0, 0.0
    number = errors["label_issues"]["count"]
    return number, number / errors["documents"]


def _doubted_labels(report: Report) -> list[str]:
    number, share = doubted_labels(report)
    if not number:
        return []
    if share > FAR_TOO_MANY:
        return ["so many test labels are in doubt that the models, not the labels, may be wrong"]
    return [f"{count_of(number, 'test label')} ({percent(share)} %) {'is' if number == 1 else 'are'} in doubt"]


def _losses(report: Report) -> list[str]:
    number = len(report["audit"]["warnings"])
    return [f"the preparation has {count_of(number, 'warning')}"] if number else []
