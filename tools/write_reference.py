"""Write the JSON schemas and the reference pages of settings and of report.json from their models: `make docs`."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from textstudy.report.schema.report import Report
from textstudy.settings.config import Config
from textstudy.settings.study import Study

ROOT = Path(__file__).resolve().parent.parent

Schema = Mapping[str, Any]
SETTINGS = """# Every setting

Made by `make docs` from the settings models in `textstudy/settings`; do not edit. Models, encodings and phases
are named in lower case with `_`, studies and preparations with `-` as well.
"""
REPORT = """# report.json

Made by `make docs` from the models in `textstudy/report/schema`; do not edit.

`results/studies/STUDY/report.json` holds every number of a report. Shares are in 0..1, times and sizes are in the unit
that the key names. The rule `collect` refuses to write one with a key missing, unknown or of another type; a key that
is not called optional is always there, if only as null. As a JSON schema: [report.schema.json](report.schema.json).

A path shows a list as `[]` and, in capitals, what the keys of a mapping are names of: NAME is that of a model.

## Public contract

These keys, and those below them, keep their names and meaning.

"""


def schemas() -> dict[Path, str]:
    """Return path → text of the JSON schemas of a study file, of the configuration and of report.json."""
    return {
        ROOT / "docs" / f"{name}.schema.json": json.dumps(
            model.model_json_schema(), separators=(",", ":"), ensure_ascii=False
        )
        + "\n"
        for name, model in (("study", Study), ("config", Config), ("report", Report))
    }


def kind(field: Schema, linked: Container[str] | None = None) -> str:
    """Return a field's type as a reader says it; of parts with a section of their own, all or the `linked`, a link."""
    if "$ref" in field:
        name = _named(field)
        return f"[{name}](#{name.lower()})" if linked is None or name in linked else "object"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " or ".join(kind(option, linked) for option in field[several])
    if field.get("type") == "array":
        return f"list of {kind(field.get('items', {}), linked)}" if "items" in field else "list"
    if field.get("type") == "object":
        values = field.get("additionalProperties")
        return f"mapping to {kind(values, linked)}" if isinstance(values, dict) and values else "mapping"
    return field.get("type", "any value")


def _named(field: Schema) -> str:
    return field["$ref"].rsplit("/", 1)[1]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (headers, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(headers), *lines[1:]]) + "\n"


def section(heading: str, description: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a heading, a description where there is one, and a table of keys."""
    return "\n\n".join([f"## {heading}", *filter(None, [description]), table(headers, rows)])


def settings_reference() -> str:
    """Return the reference page of the settings."""
    parts = [SETTINGS]
    for name, model, place in (("Config", Config, "config.yaml"), ("Study", Study, "config/studies/NAME.yaml")):
        whole = model.model_json_schema()
        found = {f"{name}: `{place}`": whole, **dict(sorted(whole.get("$defs", {}).items()))}
        parts += [
            section(
                heading, schema.get("description", ""), ["key", "value", "default", "meaning"], _setting_rows(schema)
            )
            for heading, schema in found.items()
            if "properties" in schema
        ]
    return "\n".join(parts)


def _setting_rows(schema: Schema) -> Iterator[list[str]]:
    required = schema.get("required", [])
    for key, field in schema["properties"].items():
        default = (
            "required" if key in required else f"`{json.dumps(field.get('default'))}`" if "default" in field else ""
        )
        yield [f"`{key}`", kind(field), default, field.get("description", "")]


def report_reference() -> str:
    """Return the reference page of report.json: a section for each of its keys, and for each part that recurs."""
    whole = Report.model_json_schema()
    parts = whole["$defs"]
    fields = [field for schema in (whole, *parts.values()) for field in schema["properties"].values()]
    places = Counter(name for field in fields for _, name in _held(field, ""))
    shared = [name for name in parts if places[name] > 1]
    headers = ["key", "value", "meaning"]
    paths = list(_keys(whole, parts, shared))
    public = [row for _, field, row in paths if field.get("public")]
    sections = [
        section(key, "", headers, [row for path, _, row in paths if re.split(r"\W", path)[0] == key])
        for key in whole["properties"]
    ]
    for name in shared:
        found = [row for _, _, row in _keys(parts[name], parts, shared)]
        sections.append(section(name, parts[name]["description"], headers, found))
    return "\n".join([REPORT + table(headers, public), *sections])


def _keys(
    schema: Schema, parts: Schema, shared: Container[str], at: str = ""
) -> Iterator[tuple[str, Schema, list[str]]]:
    """Yield (path, field, row) of every key and of those below it, but not of the parts that have their own section."""
    for key, field in schema["properties"].items():
        path, inner = f"{at}{key}", list(_held(field, f"{at}{key}"))
        meaning = field.get("description") or "".join(
            parts[name]["description"] for _, name in inner if name not in shared
        )
        optional = "" if key in schema.get("required", ()) else "optional"
        yield path, field, [f"`{path}`", kind(field, shared), "; ".join(filter(None, [optional, meaning]))]
        for place, name in inner:
            if name not in shared:
                yield from _keys(parts[name], parts, shared, f"{place}.")


def _held(field: Schema, path: str, names: str = "NAME") -> Iterator[tuple[str, str]]:
    """Yield (path, name) of the parts that a field holds, perhaps in a list or a mapping."""
    names = field.get("names", names)
    if "$ref" in field:
        yield path, _named(field)
    for option in field.get("anyOf", ()):
        yield from _held(option, path, names)
    if "items" in field:
        yield from _held(field["items"], f"{path}[]", names)
    if isinstance(field.get("additionalProperties"), dict):
        yield from _held(field["additionalProperties"], f"{path}.{names}", names)


def pages() -> dict[Path, str]:
    """Return path → text of everything that is made from the models of settings and of report.json."""
    return {
        **schemas(),
        ROOT / "docs" / "configuration.md": settings_reference(),
        ROOT / "docs" / "report-json.md": report_reference(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
