"""The schema of report.json; docs/reference/report-json.md is made from it."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from textstudy.errors import StudyError
from textstudy.report.schema.audit import Audit, Leakage
from textstudy.report.schema.comparisons import Confusion, Finding, Pair, Phase
from textstudy.report.schema.data import Corpus, Encoding, Reported, Study
from textstudy.report.schema.decision import Decision
from textstudy.report.schema.errors import Errors
from textstudy.report.schema.exports import Export
from textstudy.report.schema.exposure import Exposure
from textstudy.report.schema.growth import Growth
from textstudy.report.schema.ledger import LedgerLine
from textstudy.report.schema.models import Architecture, Model
from textstudy.report.schema.provenance import Changes, Costs, Memory, Provenance
from textstudy.report.schema.robustness import Explanation, Robustness
from textstudy.report.schema.scrutiny import Scrutiny
from textstudy.report.schema.shapes import Part, key
from textstudy.report.schema.tuning import Budget


class Report(Part):
    """All numbers of a report. Shares are in 0..1; times and sizes are in the unit that the key names."""

    study: Study
    corpus: Corpus
    ledger: list[LedgerLine] = key("what each step of the preparation kept, what it dropped and why", public=True)
    audit: Audit
    leakage: Leakage
    encodings: dict[str, Encoding] = key("encoding → vocabulary, coverage and lengths", names="ENCODING")
    models: dict[str, Model] = key("model → settings, scores and costs")
    architectures: dict[str, Architecture] = key("model → its modules; ensembles and refits are left out")
    phases: list[Phase] = key("in the order of the study")
    exposure: Exposure | None = key("what encoders may have read before", default=None)
    errors: Errors | None = key("errors on the test split")
    scrutiny: Scrutiny | None = key("what the scores hide: subgroups, labels in doubt, shifted classes", default=None)
    robustness: Robustness | None = key("null if the study has no perturbations")
    explanations: dict[str, Explanation] = key("model → explanations of one run")
    growth: dict[str, Growth] = key("model → its learning curve over training size; empty without any", default={})
    tuning: dict[str, Budget] = key("model → how many of its settings were tried; no ensembles and refits", default={})
    exports: list[Export] = key("networks in forms that need no torch; empty without any", default=[])
    changes: Changes | None = key("differences from an earlier run; null without one")
    costs: Costs
    memory: Memory
    pairs: list[Pair] = key("paired tests of two models on one score")
    confusions: dict[str, list[Confusion]] = key("model → its ten strongest confusions")
    reported: Reported | None = key("scores of a published report; null without one")
    findings: list[Finding] = key("sentences made from the numbers")
    decision: Decision | None = key(
        "the model to use, and why; null where no model was scored on validation documents", default=None, public=True
    )
    provenance: Provenance
    checksum: str | None = Field(
        None,
        exclude=True,  # storage adds it to every file, and takes it off
        description="CRC-32 of the bytes of the file, computed with eight zeros in place of its digits",
    )


def check(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report that obeys the schema; optional keys that it lacks are filled in.

    Raises:
        StudyError: a key is missing, unknown or of another type; the first such key is named.
    """
    try:
        return Report.model_validate(report).model_dump(mode="json")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise StudyError(
            f"report.json does not obey docs/reference/report-json.md: {_place(faults[0]['loc'])} ({faults[0]['msg']})"
            f"{more}. Correct the code that writes this key, or the schema in textstudy/report/schema."
        ) from None


def _place(location: tuple[int | str, ...]) -> str:
    """Return where a fault is: models.lstm.runs[0].seed."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
