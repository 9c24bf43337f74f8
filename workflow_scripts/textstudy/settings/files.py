"""Reading and writing YAML for people: what YAML readers let pass in silence, or break over, is an error."""

import re
from pathlib import Path
from typing import Any

import yaml

from textstudy.errors import StudyError

LARGEST = 1_000_000  # bytes of a file
_DEEPEST = 50  # mappings and lists inside each other
_MOST = 100_000  # values, with what aliases (`*name`) repeat
# What is not in quotation marks and reads like this is more than a text. `re` tries the first that begins so.
_KINDS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?(?:0|[1-9][0-9]{0,4000})", list("-+0123456789")),
    "float": (r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    "merge": (r"<<", ["<"]),
}


class _Loader(yaml.SafeLoader):
    """Reads mappings, lists, texts and numbers; all else is an error that says where.

    Numbers are those of YAML 1.2, so that `1e3` is one; `yes`, `017`, `1:30` and dates are words, because they are
    labels, and as settings they mean the same. A key that stands twice in a mapping is refused: YAML forbids the second
    and PyYAML forgets the first.
    """

    yaml_implicit_resolvers: dict[str, list] = {}

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._values = 0
        self._sizes: dict[yaml.Node, int] = {}  # of what is complete, in values

    def compose_node(self, parent: Any, index: Any) -> yaml.Node:
        event, before = self.peek_event(), self._values
        if getattr(event, "tag", None):
            raise self._error(
                event, f"the tag {event.tag!r} is not allowed: drop it, or use quotation marks for a text"
            )
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(
                event, f"mappings and lists are more than {_DEEPEST} deep inside each other: flatten them"
            )
        node = super().compose_node(parent, index)
        self._depth -= 1
        if isinstance(event, yaml.AliasEvent) and node not in self._sizes:
            raise self._error(event, f"the alias *{event.anchor} stands inside what it repeats: write it out")
        self._values += self._sizes.get(node, 1)
        if self._values > _MOST:
            raise self._error(event, f"there are more than {_MOST:,} values, with what aliases repeat: use fewer")
        self._sizes.setdefault(node, self._values - before)
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: dict[Any, int] = {}  # key → its line; what `<<` merges in is not among the keys yet
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a list or a mapping is used as a key: use a text or a number")
            name, line = (key.tag, key.value), key.start_mark.line + 1
            if name in seen:
                raise yaml.YAMLError(
                    f"the key {key.value!r} stands twice, in lines {seen[name]} and {line}: leave it in one"
                )
            seen[name] = line
        return node

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        node = super().compose_scalar_node(anchor)
        if not node.value.isascii() and re.search("[\ud800-\udfff]", node.value):
            raise self._error(node, "an escape stands for half a character: write the character itself")
        return node

    @staticmethod
    def _error(place: Any, problem: str) -> yaml.MarkedYAMLError:
        return yaml.MarkedYAMLError(problem=problem, problem_mark=place.start_mark)


for _kind, (_pattern, _first) in _KINDS.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"(?:{_pattern})$"), _first)


class _Dumper(yaml.SafeDumper):
    """Puts texts in quotation marks that would be read as something else, by `read_yaml` or by other readers."""


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(f"(?:{_KINDS['float'][0]})$"), _KINDS["float"][1])


def as_yaml(value: Any, *, codes: bool = False) -> str:
    """Return a value as YAML on one line, which `read_yaml` reads as this value; `codes` escapes all beyond ASCII."""
    visible = not codes and str(value).isprintable()  # of other characters some are line breaks to YAML
    text = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, allow_unicode=visible, width=float("inf"), sort_keys=False
    )
    return text.removesuffix("...\n").removesuffix("\n")


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    Raises:
        StudyError: it is not YAML, holds what settings never are, is larger than `LARGEST`, or is not a mapping.
    """
    if path.stat().st_size > LARGEST:
        raise StudyError(
            f"{path} has {path.stat().st_size / 1e6:,.1f} MB, but settings fit in {LARGEST / 1e6:.0f} MB: is it the "
            "right file?"
        )
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        data = loader.get_single_data()
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not in UTF-8 ({error}): convert it.") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise StudyError(f"{path} has the control character {error.character:#x} in line {line}: remove it.") from None
    except yaml.YAMLError as error:
        raise StudyError(f"{path} is not valid YAML: {_explain(error)}.") from None
    except (ValueError, OverflowError):  # PyYAML takes the number of a character or of a version as it stands
        raise StudyError(f"{path} has a number that is too large in line {loader.line + 1}: correct it.") from None
    if not isinstance(data, dict):
        raise StudyError(f"{path} must hold a mapping of settings, not {type(data).__name__}.")
    return data


def _explain(error: yaml.YAMLError) -> str:
    """Return what an error says in one sentence, with the line first."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return " ".join(str(error).split())
    said = ", ".join(part for part in (error.context, error.problem) if part)
    return f"in line {mark.line + 1}, {' '.join(said.split())}"
