"""Hostile text stays text: escaped for Markdown, read by pandoc, and written for HTML and Typst."""

import json
import subprocess
from html.parser import HTMLParser

import pypandoc
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textstudy.report.language.escaping import Markdown, identifier, link, markdown, plain
from textstudy.report.page.pandoc import NO_WRAPPING, PAGE, READER

HOSTILE = [
    "<script>alert(1)</script>", "#import \"x.typ\"", "$x$ and $$y$$", "](javascript:alert(1))", "[a](http://x.y)",
    "`code` ``", "{{ 7 * 7 }} {% raw %}", "a | b || c", "*bold* _em_ **x**", "@ref [@cite]", "]{.class #id}",
    "\\input{x} \\", "<!-- c -->", "&lt;b&gt; &amp; &#60;", "= heading", "# heading", "- item", "1. item", "/ term: x",
    "~~~", ":::: {.details}", "// comment", "/* comment */", "--- ...", "'single' \"double\"", "http://x.y/z <http://x>",
    "#set page(width: 1pt)", "<label>", "^[note]", "[^1]: note", "![i](x.svg)", "==", "+ plus", "> quote",
    "\u00e9\u4e2d",
    "a\\|b", "%", "~", "^up^ ~down~", "$", "0", ": definition", "#", "***", "[x]: http://y", "a  b",
]  # fmt: skip


class Text(HTMLParser):
    """Collects the text of elements and the names of all tags."""

    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.inside, self.texts, self.tags = wanted, False, [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == self.wanted:
            self.inside = True
            self.texts.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != self.wanted

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


@pytest.mark.parametrize(
    "word", ["x" * 20_000, "e\u0301" * 10_000, "天地玄黄" * 5000, "x" * 201], ids=["letters", "marks", "han", "few"]
)
def test_a_long_word_is_cut_and_its_length_is_stated(word):
    shown = plain(f"before {word} after")
    assert shown.startswith("before ") and shown.endswith(f"… ({len(word):,} characters) after") and len(shown) < 130
    assert plain(word, 40) == plain(word)[:39] + "…"


def test_what_people_write_is_not_cut():
    for text in ("a" * 200, "天地玄黄，宇宙洪荒。" * 100, "https://example.org/" + "path/" * 30, "a b " * 1000):
        assert plain(text) == text.strip()


def pandoc(text: str, target: str) -> str:
    command = [pypandoc.get_pandoc_path(), f"--from={READER}", f"--to={target}", "--wrap=preserve", NO_WRAPPING,
               f"--lua-filter={PAGE / 'report.lua'}"]  # fmt: skip
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True).stdout


def in_html(texts: list[str]) -> tuple[list[str], set[str]]:
    """Return what a browser shows of the texts in the first cells of a table's rows, and the tags that it meets."""
    rows = "\n".join(f"| {markdown(text)} | x |" for text in texts)
    parser = Text("th")
    parser.feed(pandoc(f"| A | B |\n| :-- | :-- |\n{rows}\n", "html5"))
    return [" ".join(text.split()) for text in parser.texts[2:]], parser.tags


def in_typst(texts: list[str], mark: str = "{}") -> list[str]:
    """Return what Typst understands of the texts as headings, without spaces (it splits words as it likes)."""
    source = pandoc("\n\n".join("# " + mark.replace("{}", markdown(text), 1) for text in texts), "typst")
    source = "#let removed(body) = body\n#let against(level, body) = body\n" + source
    found = json.loads(typst.query(source.encode(), "heading", field="body"))
    return ["".join(leaves(body)).replace(" ", "") for body in found]


def leaves(node) -> list[str]:
    if node.get("func") == "space":
        return []
    if "children" in node:
        return [leaf for child in node["children"] for leaf in leaves(child)]
    if node.get("func") == "smartquote":
        return ['"' if node.get("double", True) else "'"]
    assert node["func"] in {"text", "symbol"}, f"hostile text became {node['func']}"
    return [node["text"]]


def test_hostile_text_is_shown_as_it_is_in_html():
    shown, tags = in_html(HOSTILE)
    assert shown == [plain(text) for text in HOSTILE]
    assert tags <= {"div", "table", "thead", "tbody", "tr", "th", "td", "colgroup", "col"}


def test_hostile_text_is_shown_as_it_is_in_typst():
    assert in_typst(HOSTILE) == [plain(text).replace(" ", "") for text in HOSTILE]


@pytest.mark.parametrize("mark", ["x[{}]{.removed}(y)", "x[{}]{.against .level-3}[y]"])
def test_hostile_text_in_marks_of_edits_and_highlights_is_shown_as_it_is(mark):
    marked = "\n\n".join(f"P{mark.replace('{}', markdown(text), 1)}" for text in HOSTILE)
    parser = Text("del" if "removed" in mark else "span")
    parser.feed(pandoc(marked, "html5"))
    assert [" ".join(text.split()) for text in parser.texts] == [plain(text) for text in HOSTILE]
    assert parser.tags <= {"p", "del", "span"}
    rest = mark.partition("}")[2].partition("}")[2]
    expected = ["x" + plain(text).replace(" ", "") + rest for text in HOSTILE]
    assert in_typst(HOSTILE, mark.replace("[y]", r"\[y\]")) == expected


def test_hostile_text_in_cells_begins_no_heading_and_no_list():
    texts = [*HOSTILE, "=== x", "12. x", "+ x", "/ x: y"]
    rows = "\n".join(f"| {markdown(text)} | {markdown(text)} |" for text in texts)
    source = pandoc(f"| A | B |\n| :-- | :-- |\n{rows}\n", "typst")
    watch = "#show selector.or(heading, list, enum, terms): it => [#metadata(repr(it))<found>]\n"
    assert json.loads(typst.query((watch + source).encode(), "<found>", field="value")) == []
    assert len(json.loads(typst.query((watch + "= x\n\n- y\n").encode(), "<found>", field="value"))) == 2


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(min_size=1, max_size=30), min_size=12, max_size=12))
def test_any_text_survives_both_ways(texts):
    visible = [text for text in texts if plain(text)]
    if not visible:
        return
    assert in_html(visible)[0] == [plain(text) for text in visible]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20), min_size=15))
def test_any_ascii_text_survives_typst(texts):
    visible = [text for text in texts if plain(text)]
    if not visible:
        return
    assert in_typst(visible) == [plain(text).replace(" ", "") for text in visible]


def test_markdown_is_escaped_once_only():
    once = markdown("a*b")
    assert once == r"a\*b"
    assert markdown(once) is once
    assert isinstance(once, Markdown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x00b", "a\ufffdb"), ("a\u202eb", "a\ufffdb"), ("\ud800", "\ufffd"), ("a\n\t b", "a b"), ("e\u0301", "é")],
)
def test_invisible_characters_are_made_visible(text, shown):
    assert plain(text) == shown


def test_long_text_is_cut_and_nothing_is_never_blank():
    assert plain("abcdef", 4) == "abc…"
    assert markdown(None) == "—"
    assert in_html([""])[0] == ["(empty)"]


def test_only_web_addresses_and_paths_become_links():
    assert link("x", "javascript:alert(1)") == "x"
    assert link("x", " JaVaScript:alert(1)") == "x"
    assert link("x", "data:text/html,x") == "x"
    assert link("1", "../models/a b/1") == "[1](<../models/a%20b/1>)"
    assert "<b>" not in link("x", "../a><b>")
    assert link("1", "https://example.org/a?b=c") == "[1](<https://example.org/a?b=c>)"


def test_identifiers_leave_no_way_out_of_a_folder():
    assert identifier("bilstm_attention-2") == "bilstm_attention-2"
    assert identifier("../../etc/x y") == "------etc-x-y"
