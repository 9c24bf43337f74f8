"""The parts of report.json on changes since an earlier run, on memory, and on provenance."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Part, key


class Difference(Part):
    """Something that differs from the earlier run."""

    what: str
    before: Any
    after: Any


class ModelChange(Part):
    """How a model changed; it has numbers only if its status is `compared`."""

    status: Literal["unchanged", "compared", "incomparable", "added", "removed"]
    before: float | None = key("test accuracy in the earlier run", default=None)
    after: float | None = key("test accuracy now", default=None)
    difference: float | None = key("on the same documents", default=None)
    low: float | None = key("lower end of its 95 % interval, corrected for all models compared", default=None)
    high: float | None = key("its upper end", default=None)
    p_value: float | None = key(default=None)
    adjusted_p_value: float | None = key("corrected for all models compared", default=None)
    significant: bool | None = key("whether `adjusted_p_value` is below 0.05", default=None)
    scope: Literal["settings", "runs"] | None = key("as for pairs", default=None)
    documents: int | None = key(default=None)


class Changes(Part):
    """Differences from the earlier run that `make baseline` kept for comparison."""

    kept: str = key("date and time at which the earlier run was kept")
    models: dict[str, ModelChange]
    settings: list[Difference]
    data: list[Difference]
    code: list[Difference]
    software: list[Difference]


class LargestJob(Part):
    """The largest job of a step."""

    step: str
    job: str
    peak_mb: float = key("in MB of 10⁶ bytes, as measured by Snakemake")
    limit_exceeded: bool


class Memory(Part):
    """Peak memory of the steps."""

    limit_gb: float | None = key("limit of the study in GB of 10⁹ bytes; null without one")
    steps: list[LargestJob] = key("highest peak first")


class ResourceFile(Part):
    """A file of a resource."""

    sha256: str
    size: int = key("bytes")


class Resource(Part):
    """A downloaded resource."""

    name: str
    kind: str = key("corpus, vectors or encoder")
    source: str
    revision: str | None = key("commit on the Hugging Face hub, or version of a package; null for other sources")
    sha256: str = key("of the main file")
    files: dict[str, ResourceFile] = key("path → file", names="PATH")
    licence: str
    citation: str
    fetched: str = key("date of the download, in UTC")


class Provenance(Part):
    """The software, machine, resources and code behind the report."""

    versions: dict[str, str] = key("software → version", names="SOFTWARE")
    machine: dict[str, Any] = key("system, processor and cores of the machine that collected the report")
    resources: list[Resource]
    code: dict[str, str] = key("step of the preparation or comparison → digest of its code", names="STEP")
    commands: list[str] = key("commands that make the report again")
