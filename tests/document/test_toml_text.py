"""TOML with places: every key and item is found where it is written, and no text breaks the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document.place import Route
from tenken.document.problem import InputError
from tenken.document.toml_text import TomlText

KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.text("aé\\\"'. #=[]{}点\t", max_size=6))
SCALARS = st.one_of(st.integers(-(2**60), 2**60), st.booleans(), st.text("ab\"'\\#]},=点\t ", max_size=8))
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(key)} = {inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[ # a comment ]\n" + "".join(f"  {inline(item)} ,\n" for item in value) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def document(tree: dict[str, Any], above: str = "") -> str:
    """A tree as TOML: mappings as tables, lists of mappings as lists of tables, the rest inline."""
    text, below = "", ""
    for key, value in tree.items():
        name = f"{above}{quoted(key)}"
        if isinstance(value, dict):
            below += f"  [ {name} ] # table\n" + document(value, f"{name} . ")
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            below += "".join(f"[[{name}]]\n" + document(item, f"{name}.") for item in value)
        else:
            text += f"{quoted(key)} = {inline(value)} # comment = 1\n"
    return text + below


def routes(tree: Any, above: Route = ()) -> list[Route]:
    steps = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    return [above, *(route for step, inner in steps for route in routes(inner, (*above, step)))]


@settings(max_examples=150)
@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_every_key_and_item_is_found_where_it_is_written(tree: dict[str, Any]) -> None:
    text = document(tree)
    read = TomlText(text, "f.toml")
    assert read.tree == tree
    lines = text.split("\n")
    for route in routes(tree)[1:]:
        place = read.locate(route)
        rest = lines[(place.line or 0) - 1][(place.column or 0) - 1 :]
        if isinstance(route[-1], str):
            assert rest.startswith(quoted(route[-1])), route
        else:
            value: Any = tree
            for step in route:
                value = value[step]
            in_tables = isinstance(value, dict) and rest.startswith('"')
            assert in_tables or rest.startswith(inline(value).split("\n")[0]), route


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=60), st.text("a=.[]{}\"'#,\n\r\\ 1-:", max_size=40)))
def test_any_text_gives_a_tree_or_a_problem_with_a_place(text: str) -> None:
    try:
        read = TomlText(text, "f.toml")
    except InputError as error:
        assert all(problem.place is not None and problem.place.line for problem in error.problems)
    else:
        for route in routes(read.tree):
            assert (read.locate(route).line or 0) <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\na = 2", "f.toml:2:6: not TOML: Cannot overwrite a value"),
        ("fail-on: error", "TOML writes key = value"),
        ("fail-on = error", 'text stands in quotes: "error"'),
        ("[rules\n", "f.toml:1:7: not TOML"),
        ("a = 'x", "f.toml:1:7: not TOML"),
        ("a = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("a = " + "9" * 5000, "f.toml:1:1: not TOML: Exceeds the limit"),
    ],
)
def test_mistakes_have_a_place_and_a_hint(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        TomlText(text, "f.toml")
    assert said in str(error.value.problems[0])


def test_dotted_keys_and_lists_of_tables_with_tables_inside() -> None:
    read = TomlText("a.b = 1\n[[p]]\n[[p]]\nx = [1,\n 2]\n[p.q]\nr = {s = '''\n'''}\n", "f")
    assert str(read.locate(("a", "b"))) == "f:1:3"
    assert str(read.locate(("p", 1))) == "f:3:3"
    assert str(read.locate(("p", 1, "x", 1))) == "f:5:2"
    assert str(read.locate(("p", 1, "q", "r", "s"))) == "f:7:6"
    assert str(read.locate(("p", 1, "nothing", "below"))) == "f:3:3"
