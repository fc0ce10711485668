"""JSON: numbers that stay text, places on demand, duplicates and nonsense refused with a place."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document.json_text import JsonText, outermost_keys
from tenken.document.problem import InputError

TEXT = '{"tenken": 1,\n "vms": [\n  {"name": "a", "disks": [{"label": "x"},\n    {"label": "y", "n": 6.10}]},\n  {"name": "b"}\n ]}'

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
"""TENKEN_FUZZ=100 runs the property tests a hundred times as long."""


def place(*route: str | int) -> tuple[int | None, int | None]:
    found = JsonText(TEXT, "f").locate(route)
    return found.line, found.column


def test_numbers_stay_as_written() -> None:
    assert JsonText('{"a": 6.10, "b": 1e3, "c": 12, "d": true}', "f").tree == {"a": "6.10", "b": "1e3", "c": "12", "d": True}


def test_places() -> None:
    assert place("vms", 0, "name") == (3, 4)
    assert place("vms", 0, "disks", 1, "n") == (4, 20)
    assert place("vms", 1) == (5, 3)
    assert place("vms", 1, "guest", "tools") == (5, 3)
    assert place("tenken") == (1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,}',
        '{"a":[1,]}',
        "[1",
        '{"a":NaN}',
        '{"a":1} x',
        '{"vms":[' + "[" * 200_000,
        "{1:2}",
        "nul",
        '{"a" 1}',
        '{"a":1 "b":2}',
        '{"a":"\n"}',
    ],
)
def test_refused_with_a_place(text: str) -> None:
    with pytest.raises(InputError) as error:
        JsonText(text, "f")
    assert str(error.value).startswith("f:")


def test_every_duplicate_key_is_named() -> None:
    with pytest.raises(InputError) as error:
        JsonText('{"a":1,\n"a":2,"b":[{"c":1,"c":2}]}', "f")
    assert [str(problem.place) for problem in error.value.problems] == ["f:2:1", "f:2:19"]


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=25,
)


def routes(tree: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [route, *(deeper for key, inner in items for deeper in routes(inner, (*route, key)))]


@settings(max_examples=200 * FUZZ)
@given(tree=st.dictionaries(st.text(max_size=5), values, max_size=5), indent=st.sampled_from([None, 1]))
def test_reads_what_was_written_and_finds_every_place(tree: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=False)
    read = JsonText(text, "f")
    assert read.tree == tree
    lines = text.split("\n")
    for route in routes(tree)[1:]:
        found = read.locate(route)
        rest = lines[(found.line or 1) - 1][(found.column or 1) - 1 :]
        if isinstance(route[-1], str):
            assert rest.startswith(json.dumps(route[-1], ensure_ascii=False))


@settings(max_examples=300 * FUZZ)
@given(text=st.text('{}[]",:0123 truefalsn\\u\n', max_size=60))
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    try:
        JsonText(text, "f")
    except InputError as error:
        assert error.problems


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"a": {"b": 1}, "c": [{"d": 2}], "e": "f: g"}', {"a", "c", "e"}),
        ('{"a": {"b": 1}, "c": "cut o', {"a", "c"}),
        ('{"a\\"b": 1}', {'a\\"b'}),
        ('["a", {"b": 1}]', set()),
        ('"a": 1', set()),
        ("", set()),
        ('{"a": 1} {"b": 2}', {"a"}),
    ],
)
def test_keys_of_the_outermost_object(text: str, keys: set[str]) -> None:
    assert outermost_keys(text) == keys


@settings(max_examples=100 * FUZZ)
@given(st.text(st.sampled_from('{}[]:,"\\a \n1'), max_size=80))
def test_keys_of_any_text(text: str) -> None:
    outermost_keys(text)


def test_a_number_of_many_digits_is_text_as_any_other() -> None:
    digits = "9" * 5000
    text = JsonText(f'{{"a": [{digits}, {digits}.5], "b": {{"c": {digits}, "d": true}}}}', "x.json")
    assert text.tree["a"] == [digits, f"{digits}.5"]
    assert str(text.locate(("b", "d"))) == f"x.json:1:{text.text.index('true') - 4}"
    assert text.states(("a", 1))
