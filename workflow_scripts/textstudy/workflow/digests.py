"""Digests of code, so that a step reruns when what it computes may have changed, and only then.

A digest covers a script and the transitive closure of its imports inside the project. It is taken from the syntax tree:
comments, docstrings, formatting and time stamps do not count.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                # An emptied body becomes `pass`: a docstring alone and `pass` alone mean the same.
                node.body = node.body[1:] or [ast.Pass()]
    return tree


def _dumped(node: Any) -> str:
    """Return a syntax tree as text that no version of Python changes: `ast.dump` shows new, empty fields in some."""
    if isinstance(node, ast.AST):
        fields = ((name, value) for name, value in ast.iter_fields(node) if value is not None and value != [])
        return f"{type(node).__name__}({', '.join(f'{name}={_dumped(value)}' for name, value in fields)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_dumped, node))}]"
    return repr(node)


@cache
def _module_file(module: str, folder: Path) -> Path | None:
    """Return the file of a module below `folder`, or None when the module is not the project's."""
    base = folder.joinpath(*module.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _imported_names(tree: ast.Module, module: str, is_package: bool) -> Iterator[str]:
    """Yield every dotted name that may be a module: `from a import b` may mean the module a.b as well as a."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                anchor = module.split(".") if is_package else module.split(".")[:-1]
                parts = anchor[: len(anchor) - node.level + 1]
                base = ".".join([*parts, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


@cache
def _parsed(path: Path, module: str) -> tuple[str, tuple[str, ...]]:
    """Return (the stripped syntax tree as text, names that it imports)."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    names = tuple(_imported_names(tree, module, path.name == "__init__.py"))
    return _dumped(_without_docstrings(tree)), names


def import_closure(script: Path, modules: Iterable[str] = ()) -> dict[str, Path]:
    """Return module → file for a script, `modules` that it resolves by name, and all they import in the project."""
    folder = script.parent
    found: dict[str, Path] = {}
    queue = [script.stem, *modules]
    while queue:
        name = queue.pop()
        path = _module_file(name, folder)
        if path is None or name in found:
            continue
        found[name] = path
        # Importing a.b.c runs the __init__ of a and of a.b.
        queue.extend(name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1))
        queue.extend(_parsed(path, name)[1])
    return found


def code_digest(script: Path, modules: Iterable[str] = (), files: Iterable[Path] = ()) -> str:
    """Return a digest (16 hexadecimal digits) of a script's code.

    Args:
        script: the rule's script; project modules are found beside it.
        modules: modules that the script resolves by name at run time, such as a model's.
        files: files that are read as they are, such as templates.

    Raises:
        FileNotFoundError: a module of `modules` does not exist.
    """
    return _digest(script, tuple(sorted(set(modules))), tuple(sorted(files)))


@cache  # the many runs of a study share a few digests
def _digest(script: Path, modules: tuple[str, ...], files: tuple[Path, ...]) -> str:
    closure = import_closure(script, modules)
    missing = sorted(set(modules) - set(closure))
    if missing:
        raise FileNotFoundError(f"module {missing[0]} is named by a rule of {script.name} but has no file")
    digest = hashlib.sha256()
    for name in sorted(closure):
        digest.update(f"{name}\0{_parsed(closure[name], name)[0]}\0".encode())
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
