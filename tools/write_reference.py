"""Write the JSON schemas for editors and the reference page of all settings, from the settings models: `make docs`."""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow_scripts"))

from textstudy.config import Config, Study  # noqa: E402


def schemas() -> dict[Path, str]:
    """Return path → text of the JSON schemas of a study file and of the configuration."""
    return {
        ROOT / "docs" / f"{name}.schema.json": json.dumps(model.model_json_schema(), indent=2) + "\n"
        for name, model in (("study", Study), ("config", Config))
    }


def kind(field: dict[str, Any]) -> str:
    """Return a field's type as a reader says it."""
    if "$ref" in field:
        return f"[{field['$ref'].rsplit('/', 1)[1]}](#{field['$ref'].rsplit('/', 1)[1].lower()})"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " or ".join(kind(option) for option in field[several])
    if field.get("type") == "array":
        return f"list of {kind(field.get('items', {}))}" if "items" in field else "list"
    if field.get("type") == "object":
        values = field.get("additionalProperties")
        return f"mapping to {kind(values)}" if isinstance(values, dict) and values else "mapping"
    return field.get("type", "any value")


def section(name: str, schema: dict[str, Any]) -> str:
    """Return one model's heading, description and table of keys."""
    lines = [
        f"## {name}",
        "",
        schema.get("description", ""),
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
    ]
    required = schema.get("required", [])
    for key, field in schema["properties"].items():
        default = (
            "required" if key in required else f"`{json.dumps(field.get('default'))}`" if "default" in field else ""
        )
        meaning = field.get("description", "")
        lines.append(f"| `{key}` | {kind(field).replace('|', chr(92) + '|')} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def reference() -> str:
    """Return the reference page."""
    parts = ["# Every setting\n\nMade by `make docs` from the models in `textstudy/config.py`; do not edit.\n"]
    for name, model, place in (("Config", Config, "config.yaml"), ("Study", Study, "config/studies/NAME.yaml")):
        schema = model.model_json_schema()
        parts.append(section(f"{name}: `{place}`", schema))
        parts += [
            section(key, value) for key, value in sorted(schema.get("$defs", {}).items()) if "properties" in value
        ]
    return "\n".join(parts)


def pages() -> dict[Path, str]:
    """Return path → text of everything that is made from the settings models."""
    return {**schemas(), ROOT / "docs" / "configuration.md": reference()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
