"""Reading YAML files that people write: what YAML readers let pass in silence is an error."""

import re
from pathlib import Path
from typing import Any

import yaml

from textstudy.errors import StudyError

_BOOLEAN = "tag:yaml.org,2002:bool"


class _Loader(yaml.SafeLoader):
    """Takes yes, no, on and off for words, as YAML 1.2 does: they are labels, and as settings they mean the same.

    It refuses a key that stands twice in a mapping, of which YAML forbids the second and PyYAML forgets the first.
    """

    yaml_implicit_resolvers = {
        first: [each for each in resolvers if each[0] != _BOOLEAN]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: dict[Any, int] = {}  # key → its line; what `<<` merges in is not among the keys yet
        for key, _ in node.value:
            name, line = (key.tag, str(key.value)), key.start_mark.line + 1
            if name in seen:
                raise yaml.YAMLError(
                    f"the key {key.value!r} stands twice, in lines {seen[name]} and {line}: leave it in one"
                )
            seen[name] = line
        return node


_Loader.add_implicit_resolver(_BOOLEAN, re.compile("(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    Raises:
        StudyError: it is not YAML, a key stands twice, or it is not a mapping.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not in UTF-8 ({error}): convert it.") from None
    except yaml.YAMLError as error:
        raise StudyError(f"{path} is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(data, dict):
        raise StudyError(f"{path} must hold a mapping of settings, not {type(data).__name__}.")
    return data
