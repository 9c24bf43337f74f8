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
        of_all = f"of {count_of(documents, 'test document')}"
        found_near = f"{count(near)} {of_all} ({percent(near / documents)} %)" if near else f"none {of_all}"
        parts = [
            f"Nearest in meaning (by the states of {audit['encoder']}): {found_near} {'have' if near > 1 else 'has'} a "
            f"training document with a similarity of {audit['near']:g} or more; among training documents, "
            f"{percent(train['near'] / train['documents'])} % have another one so near."
        ]
        right = percent(test["same_label"] / documents)
        parts.append(f"The label of the nearest training document is right for {right} % of the test documents")
        if 0 < near < documents:
            rest = (test["same_label"] - test["near_same_label"]) / (documents - near)
            parts[-1] += f", and for {percent(rest)} % without the near ones"
        found.append(finding("semantic", " ".join(parts) + ".", encoding=name, test=test, train=train))
    return found
