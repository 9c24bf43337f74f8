"""Digests of code: what counts as a change, and what does not."""

import ast
from pathlib import Path

import pytest

from paths import ROOT
from textstudy.settings.models.fasttext import FasttextModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.settings.models.static import StaticModel
from textstudy.workflow import digests as staleness
from textstudy.workflow.digests import code_digest, import_closure

SCRIPTS = ROOT / "workflow_scripts"
SCRIPT = '"""Script."""\nfrom textstudy.a import one\n\n\ndef main():\n    """Doc."""\n    return one(1)\n'


@pytest.fixture
def scripts(tmp_path: Path):
    package = tmp_path / "textstudy"
    (package / "models").mkdir(parents=True)
    for name in ("__init__.py", "models/__init__.py"):
        (package / name).write_text("")
    (package / "a.py").write_text("from . import b\n\n\ndef one(x):\n    return b.two(x) + 1\n")
    (package / "b.py").write_text("import os\n\n\ndef two(x):\n    return x * 2\n")
    (package / "unused.py").write_text("VALUE = 1\n")
    (package / "models" / "mine.py").write_text("from textstudy.models import shared\n")
    (package / "models" / "shared.py").write_text("SIZE = 1\n")
    (tmp_path / "step.py").write_text(SCRIPT)
    return tmp_path


def forget_code() -> None:
    """Forget what was read: within one plan no file changes."""
    for remembered in (staleness._parsed, staleness._module_file, staleness._digest):
        remembered.cache_clear()


def digest(folder: Path, **options) -> str:
    forget_code()
    return code_digest(folder / "step.py", **options)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("step.py", "    return one(1)", "    # why\n    return one(1)"),
        ("step.py", '"""Doc."""', '"""Another docstring."""'),
        ("step.py", '    """Doc."""\n', ""),
        ("step.py", "return one(1)", "return one(\n        1\n    )"),
        ("textstudy/a.py", "b.two(x) + 1", "(b.two( x ))+1"),
        ("textstudy/unused.py", "1", "2"),
        ("textstudy/models/mine.py", "shared", "shared  # note"),
    ],
)
def test_what_does_not_compute_does_not_count(scripts, file, old, new):
    before = digest(scripts)
    rewrite(scripts / file, old, new)
    assert digest(scripts) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("step.py", "one(1)", "one(2)"),
        ("textstudy/a.py", "+ 1", "+ 2"),
        ("textstudy/b.py", "x * 2", "x * 3"),
        ("textstudy/__init__.py", "", "FLAG = True\n"),
    ],
)
def test_a_change_anywhere_in_the_closure_counts(scripts, file, old, new):
    before = digest(scripts)
    rewrite(scripts / file, old, new)
    assert digest(scripts) != before


def test_a_model_resolved_by_name_is_in_the_closure_and_its_neighbours_are_not(scripts):
    closure = import_closure(scripts / "step.py", ["textstudy.models.mine"])
    assert set(closure) == {
        "step",
        "textstudy",
        "textstudy.a",
        "textstudy.b",
        "textstudy.models",
        "textstudy.models.mine",
        "textstudy.models.shared",
    }
    with pytest.raises(FileNotFoundError, match="textstudy.models.missing"):
        digest(scripts, modules=["textstudy.models.missing"])


def test_an_import_inside_a_function_counts(scripts):
    rewrite(scripts / "step.py", "    return one(1)", "    import textstudy.unused\n    return one(1)")
    assert "textstudy.unused" in import_closure(scripts / "step.py")


def test_files_read_as_they_are_count_by_their_bytes(scripts, tmp_path):
    template = tmp_path / "page.md"
    template.write_text("one")
    before = digest(scripts, files=[template])
    template.touch()
    assert digest(scripts, files=[template]) == before
    template.write_text("two")
    assert digest(scripts, files=[template]) != before


def test_a_field_that_another_python_adds_empty_does_not_count():
    """Python 3.12 gave every function and class the field `type_params`, an empty list where there are none."""
    here, there = ast.parse("def main():\n    return None"), ast.parse("def main():\n    return None")
    here.body[0]._fields = tuple(name for name in here.body[0]._fields if name != "type_params")
    there.body[0]._fields = (*here.body[0]._fields, "type_params")
    there.body[0].type_params = []
    assert staleness._dumped(here) == staleness._dumped(there)


def test_an_absent_item_of_a_list_counts():
    first, second = (ast.parse(f"def main(*, {arguments}): pass") for arguments in ("a, b=1", "a=1, b"))
    assert staleness._dumped(first) != staleness._dumped(second)


def test_no_digest_depends_on_how_ast_prints(scripts, monkeypatch):
    before = digest(scripts)
    monkeypatch.setattr(ast, "dump", lambda node: "printed otherwise")
    assert digest(scripts) == before


def test_the_runs_of_a_kind_share_one_digest(scripts):
    forget_code()
    for modules in (["textstudy.a", "textstudy.b"], ["textstudy.b", "textstudy.a"], ["textstudy.a", "textstudy.b"]):
        code_digest(scripts / "step.py", modules)
    assert staleness._digest.cache_info().misses == 1


def test_other_models_do_not_depend_on_the_code_of_averaged_ones():
    def closure(*modules):
        return import_closure(SCRIPTS / "train_run.py", ["train_network", *modules]).keys()

    shared = {"textstudy.models.bags", "textstudy.train.sparse"}
    own = shared | {"textstudy.models.fasttext", "textstudy.encode.ngram_encoder"}
    assert own <= closure(*FasttextModel(architecture="fasttext").modules)
    assert not own & closure(*RecurrentModel(architecture="recurrent").modules)
    assert own & closure(*StaticModel(architecture="static").modules) == shared
