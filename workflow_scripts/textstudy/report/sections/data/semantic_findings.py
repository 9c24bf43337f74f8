"""What the semantic audit found: test documents with a training document that says nearly the same."""

from textstudy.report.language.numbers import count, count_of, percent
from textstudy.report.language.types import Finding, Report, finding


def neighbours(report: Report) -> list[Finding]:
    """Return one finding for each encoding with a semantic audit and test documents."""
    found = []
    for name, encoding in report["encodings"].items():
        audit = encoding["semantic"]
        if not audit or not audit["splits"]["test"]["documents"]:
            continue
        test, train = audit["splits"]["test"], audit["splits"]["train"]
        documents, near = test["documents"], test["near"]
        number = count(near) if near else "None"
        have = "have" if near > 1 else "has"
        text = (
            f"{number} of {count_of(documents, 'test document')} ({percent(near / documents)} %) {have} a training "
            "document that says nearly the same."
        )
        parts = [
            f"By the states of {audit['encoder']}, with a similarity of {audit['near']:g} or more. Among training "
            f"documents, {percent(train['near'] / train['documents'])} % have another one so near."
        ]
        right = percent(test["same_label"] / documents)
        parts.append(f"The label of the nearest training document is right for {right} % of the test documents")
        if 0 < near < documents:
            rest = (test["same_label"] - test["near_same_label"]) / (documents - near)
            parts[-1] += f", and for {percent(rest)} % without the near ones"
        details = " ".join(parts) + "."
        found.append(finding("semantic", text, details=details, encoding=name, test=test, train=train))
    return found
