"""What report.json holds, key by key: docs/reference/report-json.md is made from it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from textstudy.errors import StudyError
from textstudy.report.schema.data import Audit, Corpus, Encoding, Leakage, LedgerLine, Reported, Study
from textstudy.report.schema.examined import Changes, Errors, Memory, Provenance
from textstudy.report.schema.models import Architecture, Confusion, Finding, Model, Pair, Phase
from textstudy.report.schema.robustness import Explanation, Robustness
from textstudy.report.schema.shapes import Part, key


class Report(Part):
    """Every number of a report. Shares are in 0..1, times and sizes are in the unit that the key names."""

    study: Study
    corpus: Corpus
    ledger: list[LedgerLine] = key("what each step of the preparation kept, and why the rest went", public=True)
    audit: Audit
    leakage: Leakage
    encodings: dict[str, Encoding] = key("encoding → its vocabulary, coverage and lengths", names="ENCODING")
    models: dict[str, Model] = key("model → what it is and what it reaches")
    architectures: dict[str, Architecture] = key("model that is no ensemble and no refit → what it is made of")
    phases: list[Phase] = key("in the study's order")
    errors: Errors | None = key("of the test split")
    robustness: Robustness | None = key("null, or what the perturbations of the study cost its models")
    explanations: dict[str, Explanation] = key("model → why one run of it decided so")
    changes: Changes | None = key("null without a baseline, or what differs from it")
    memory: Memory
    pairs: list[Pair] = key("every two models, by accuracy and by macro F1")
    confusions: dict[str, list[Confusion]] = key("model → its ten strongest confusions")
    reported: Reported | None = key("what a published report states")
    findings: list[Finding] = key("sentences chosen by the numbers")
    provenance: Provenance


def check(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report that obeys the schema, with every optional key that it lacks filled in.

    Raises:
        StudyError: a key is missing, unknown or of another type; the first such key is named.
    """
    try:
        return Report.model_validate(report).model_dump(mode="json")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise StudyError(
            f"report.json would not be what docs/reference/report-json.md says: {_place(faults[0]['loc'])} ({faults[0]['msg']})"
            f"{more}. Mend what writes that key, or the schema in report/schema.py with its documentation."
        ) from None


def _place(location: tuple[int | str, ...]) -> str:
    """Return where a fault is: models.lstm.runs[0].seed."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
