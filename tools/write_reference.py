"""Write the JSON schemas and the reference pages of settings and of report.json from their models: `make docs`."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from textstudy.report.schema.report import Report
from textstudy.settings.config import Config
from textstudy.settings.study import Study

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"

Schema = Mapping[str, Any]
CHOOSING = {"kind": "Corpus", "tokenizer": "Encoding", "architecture": "Model"}  # key → what its value is a kind of
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
SETTINGS = """# Settings

This page is made by `make docs` from the settings models in `textstudy/settings`. Do not edit it.

A setting without a default must be given. A key that is unknown or stands twice is an error, and the message names the
nearest key that exists. Names of models, encodings and phases begin with a small letter and hold small letters, digits
and `_`. Names of studies and preparations may also begin with a digit and hold `-`.

An editor that knows JSON schemas can check a study while you type. Begin the file with this line:

    # yaml-language-server: $schema=../../docs/reference/study.schema.json

"""
REPORT = """# report.json

This page is made by `make docs` from the models in `textstudy/report/schema`. Do not edit it.

`results/studies/STUDY/report.json` holds every number of a report. Shares and probabilities are between 0 and 1. The
name of a key tells its unit, as in `latency_ms_median`. The rule `collect` writes the file only if it agrees with this
page: no key is missing, unknown or of another type. A key that is not called optional is always there, and its value
may be null. The same as a JSON schema: [report.schema.json](report.schema.json).

In a path, `[]` stands for the items of a list. A word in capitals stands for the keys of a mapping: NAME for the names
of models, LABEL for labels, and so on.

## Public contract

These keys and all keys below them keep their names and their meaning in later versions.

"""


def schemas() -> dict[Path, str]:
    """Return path → text of the JSON schemas of a study file, of the configuration and of report.json."""
    models = {"study": Study, "config": Config, "report": Report}
    return {
        REFERENCE / f"{name}.schema.json": json.dumps(
            model.model_json_schema(), separators=(",", ":"), ensure_ascii=False
        )
        + "\n"
        for name, model in models.items()
    }


def kind(field: Schema, headings: Mapping[str, str]) -> str:
    """Return the type of a field in words; a part that has a section of its own, one of `headings`, is a link to it."""
    if "$ref" in field:
        heading = headings.get(_named(field))
        return f"[{heading.rpartition(': ')[2]}](#{slug(heading)})" if heading else "object"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    for several in ("anyOf", "oneOf"):
        if several in field:
            *first, last = (kind(option, headings) for option in field[several])
            return f"{', '.join(first)} or {last}" if first else last
    if field.get("type") == "array":
        if "prefixItems" in field:
            return f"[{', '.join(kind(item, headings) for item in field['prefixItems'])}]"
        return f"list of {_plural(kind(field['items'], headings))}" if "items" in field else "list"
    if field.get("type") == "object":
        values = _values(field)
        return f"mapping to {_plural(kind(values, headings))}" if values else "mapping"
    bounds = [f"{sign} {field[key]:g}" for key, sign in BOUNDS.items() if key in field]
    return " ".join([field.get("type", "any value"), ", ".join(bounds)]).strip()


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _plural(kinds: str) -> str:
    return re.sub(r"^(string|integer|number|list|mapping|object)\b", r"\1s", kinds)


def _named(field: Schema) -> str:
    return field["$ref"].rsplit("/", 1)[1]


def _values(field: Schema) -> Schema | None:
    """Return the schema of the values of a mapping, where it has one."""
    found = [*field.get("patternProperties", {}).values(), field.get("additionalProperties")]
    return next((values for values in found if isinstance(values, Mapping) and values), None)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (headers, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(headers), *lines[1:]]) + "\n"


def section(heading: str, description: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a heading, a description where there is one, and a table of keys."""
    return "\n\n".join([f"## {heading}", *filter(None, [description]), table(headers, rows)])


def settings_reference() -> str:
    """Return the reference page of the settings: the configuration, a study, and the parts in a study's order."""
    sections = []
    for heading, model in (("Configuration: config.yaml", Config), ("Study: config/studies/NAME.yaml", Study)):
        whole = model.model_json_schema()
        parts = whole.get("$defs", {})
        headings = {name: _heading(name, schema) for name, schema in parts.items()}
        order = dict.fromkeys(_parts_in_order(whole, parts))
        for title, schema in [(heading, whole), *((headings[name], parts[name]) for name in order)]:
            rows = _setting_rows(schema, parts, headings)
            sections.append((title, section(title, schema.get("description", ""), _SETTING_HEADERS, rows)))
    contents = "".join(f"- [{title}](#{slug(title)})\n" for title, _ in sections)
    return "\n".join([SETTINGS + contents, *(text for _, text in sections)])


_SETTING_HEADERS = ("key", "value", "default", "meaning")


def _heading(name: str, schema: Schema) -> str:
    """Return the heading of a part: the value that chooses it, as in "Model: linear", or else its name in words."""
    for key, what in CHOOSING.items():
        if "const" in schema["properties"].get(key, {}):
            return f"{what}: {schema['properties'][key]['const']}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _parts_in_order(schema: Schema, parts: Schema) -> Iterator[str]:
    """Yield the names of the parts below a schema, each before its own parts, in the order of the keys."""
    for field in schema["properties"].values():
        for name in _referred(field):
            yield name
            yield from _parts_in_order(parts[name], parts)


def _referred(field: Schema) -> list[str]:
    """Return the names of the parts that a field may hold, directly, in a list or in a mapping."""
    inner = [*field.get("anyOf", ()), *field.get("oneOf", ()), field.get("items"), _values(field)]
    own = [_named(field)] if "$ref" in field else []
    return own + [name for each in inner if isinstance(each, Mapping) for name in _referred(each)]


def _setting_rows(schema: Schema, parts: Schema, headings: Mapping[str, str]) -> Iterator[list[str]]:
    required = schema.get("required", [])
    for key, field in sorted(schema["properties"].items(), key=lambda item: not _chooses(*item)):
        meaning = field.get("description") or _meaning(key, field, parts)
        yield [f"`{key}`", kind(field, headings), _default(field, key in required), meaning]


def _meaning(key: str, field: Schema, parts: Schema) -> str:
    """Return what can be said of a field without a description: what it chooses, or what its part is."""
    if _chooses(key, field):
        return f"Chooses this kind of {CHOOSING[key].lower()}."
    names = _referred(field)
    return parts[names[0]].get("description", "") if len(names) == 1 else ""


def _chooses(key: str, field: Schema) -> bool:
    return key in CHOOSING and "const" in field


def _default(field: Schema, required: bool) -> str:
    if required:
        return "required"
    if "$ref" in field or isinstance(field.get("default"), Mapping):
        return "its defaults"
    if "default" not in field:
        return "empty" if field.get("type") in ("array", "object") else ""
    return f"`{json.dumps(field['default'])}`"


def report_reference() -> str:
    """Return the reference page of report.json: a section for each of its keys, and for each part that recurs."""
    whole = Report.model_json_schema()
    parts = whole["$defs"]
    fields = [field for schema in (whole, *parts.values()) for field in schema["properties"].values()]
    places = Counter(name for field in fields for _, name in _held(field, ""))
    shared = {name: name for name in parts if places[name] > 1}
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
    schema: Schema, parts: Schema, shared: Mapping[str, str], at: str = ""
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
        REFERENCE / "settings.md": settings_reference(),
        REFERENCE / "report-json.md": report_reference(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
