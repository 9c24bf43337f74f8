"""Settings files that are damaged or hostile: one sentence each, with the file and the line."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.errors import StudyError
from textstudy.settings.files import LARGEST, as_yaml, read_yaml
from textstudy.workflow.catalog import load_study

LAUGHS = "\n".join(
    ["a: &a0 [ha, ha]", *(f"b{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 9))]
)
# Pieces that mean something to YAML, and what PyYAML breaks over where it does not expect it.
PIECES = (
    *"\n\t -:?,[]{}#&*!|>'\"%@`=~<.0123456789eExX_+abT\\",
    "\n", "\n  ", "\n- ", ": ", "? ", "<<: ", "&a ", "*a", "a: ", "b:\n  ", "!!int ", "!!timestamp ", "!!binary ",
    "!!omap ", "!!python/name:os.system ", "2024-13-45", "0x_", "1:59", "9" * 4400, "1e3", ".inf", "\\U", "FFFFFFFF",
    '"\\ud800"', "--- ", "...", "%YAML ", "%TAG ! x\n", "\0", "\x07", "\ufeff", "\u2028", "null", "true", "[" * 60,
    "title", "models", "architecture", "linear", "corpus", "kind", "demo", "seeds", "split", "reported",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def read(folder, content):
    path = folder / "mine.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return read_yaml(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1\n\tb: 2\n", "line 2.*'\\\\t'"),
        ("a: [1, 2\n", "line 2.*',' or ']'"),
        ("a: 1\nb: !!int ''\n", "line 2.*tag '.*int'"),
        ("a: !!timestamp x\n", "line 1.*tag '.*timestamp'"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1.*python/object"),
        ("a: 1\n? [b, c]\n: 2\n", "line 2.*as a key"),
        ("a: 1\n<<: 1\n", "line 2.*merging"),
        ("a:\n  - &x [*x]\n", "line 2.*alias \\*x stands inside"),
        ("a: &x 1\nb: &x 2\n", "line 2.*duplicate anchor 'x'"),
        ("a: *x\n", "line 1.*undefined alias 'x'"),
        ('a:\n- "\\UFFFFFFFF"\n', "too large in line 2"),
        ('a: "\\ud800"\n', "line 1.*half a character"),
        ("%YAML 1." + "1" * 5000 + "\n---\na: 1\n", "too large in line 1"),
        ("a: 1\nb: \0\n", "control character 0x0 in line 2"),
        ("a:\n  " + "[" * 100 + "]" * 100, "line 2.*50 deep"),
        ("a:\n" + "- " * 5_000 + "x\n", "line 2.*50 deep"),
        (LAUGHS, "line 6.*100,000 values"),
        (b"a: \xff\n", "not in UTF-8"),
        ("a: 1\n---\nb: 1\n", "line 2.*single document"),
        ("- a\n", "not list"),
        ("a: " + "x" * LARGEST, "1.0 MB"),
    ],
)
def test_what_settings_never_hold_is_told_with_its_line(tmp_path, content, message):
    with pytest.raises(StudyError, match=rf"mine\.yaml .*{message}.*[.?]$"):
        read(tmp_path, content)


@pytest.mark.parametrize("number", ["1e3", "1E+3", "1000.0", "1.0e3", "+1000", "1000"])
def test_a_number_is_a_number_however_it_is_written(tmp_path, number):
    assert read(tmp_path, f"a: {number}\n") == {"a": 1000}


@pytest.mark.parametrize("word", ["2024-13-45", "2024-01-01", "1:30", "017", "=", "0x_", "yes", "1_000", "9" * 5000])
def test_a_word_stays_as_it_is_written(tmp_path, word):
    assert read(tmp_path, f"a: {word}\n") == {"a": word}


def test_a_file_may_repeat_what_it_names(tmp_path):
    assert read(tmp_path, "a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\n")["d"] == {"b": 1, "c": 3}


@settings(derandomize=True)
@given(st.recursive(st.none() | st.booleans() | st.integers() | HOSTILE, lambda inner: st.lists(inner, max_size=3)))
def test_what_is_written_is_read_again(tmp_path_factory, value):
    folder = tmp_path_factory.getbasetemp()
    assert read(folder, f"a: {as_yaml(value)}\n") == {"a": value}


@settings(derandomize=True, max_examples=500)
@given(st.binary(max_size=40) | HOSTILE.map(str.encode))
def test_whatever_a_settings_file_holds_only_a_sentence_comes_out(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    (folder / "mine.yaml").write_bytes(content)
    with suppress(StudyError):
        load_study("mine", folder, {})
