"""Whether an encoder may have read the texts before, so that its scores are too high for texts that are new."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.ranks import list_titles
from textstudy.report.language.types import Finding, Report, finding

LEARNED_FROM = {
    "encoder": "Encoders learn from texts, not from the labels of this study.",
    "language model": "A language model may have read the labels beside them.",
}


def exposure(report: Report) -> list[Finding]:
    """Return a finding for each encoder and language model: whether it may have read the texts of the study before.

    Word vectors are left to the data statement: they know words, not texts.
    """
    found = report["exposure"]
    if not found:
        return []
    read = [each for each in found["readers"] if each["kind"] in LEARNED_FROM]
    return [_finding(report, found["corpus"], each) for each in read]


def _finding(report: Report, corpus: Mapping[str, Any], reader: Mapping[str, Any]) -> Finding:
    verdict, name = may_have_read(corpus, reader), f"The {reader['kind']} {reader['resource']}"
    text = {
        "yes": f"{name} may have read these texts before: they are public since {corpus['published']}, and it is of "
        f"{reader['published']}.",
        "perhaps": f"{name} may have read these texts before: they are public, but not all of the dates are recorded.",
        "unknown": f"{name} is not known to have read these texts before: nothing says that they are public.",
        "no": f"{name} cannot have read these texts before: {_why_not(corpus, reader)}.",
    }[verdict]
    details = [_learned(reader)]
    if verdict in ("yes", "perhaps"):
        details.append(
            f"If it has, the accuracy of {list_titles(report, reader['models'])} may be too high for texts that are "
            f"new. {LEARNED_FROM[reader['kind']]} Nothing here can tell whether it has."
        )
    evidence = {"verdict": verdict, **corpus}
    return finding("exposure", text, details=" ".join(details), resource=reader["resource"], **evidence)


def may_have_read(corpus: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
    """Return whether an encoder may have read a corpus: "yes", "perhaps", "unknown" or "no"."""
    if corpus["public"] is False:
        return "no"
    if corpus["public"] is None:
        return "unknown"
    if corpus["published"] is None or reader["published"] is None:
        return "perhaps"
    return "yes" if corpus["published"] <= reader["published"] else "no"


def _why_not(corpus: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
    if corpus["public"] is False:
        return "a generator wrote them for this study"
    return f"it is of {reader['published']}, and they were published in {corpus['published']}"


def _learned(reader: Mapping[str, Any]) -> str:
    if reader["learned_from"]:
        return f"Its publisher says that it learned from {reader['learned_from']} ({reader['card']})."
    see = f"; see {reader['card']}" if reader["card"] else ""
    return f"What it learned from is not recorded here{see}."
