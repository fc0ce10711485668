"""YAML: places, text that stays text, and every refusal with its place."""

from __future__ import annotations

import os

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document import marked, yaml_text
from tenken.document.problem import InputError

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
"""TENKEN_FUZZ=100 runs the property tests a hundred times as long."""


def place(text: str, *route: str | int) -> tuple[int | None, int | None]:
    found = marked.locate(yaml_text.parse(text, "f"), route, "f")
    return found.line, found.column


def complaint(text: str) -> str:
    with pytest.raises(InputError) as error:
        yaml_text.parse(text, "f")
    return str(error.value)


def test_scalars_stay_as_written() -> None:
    tree = yaml_text.parse("a: 6.10\nb: 0010h\nc: yes\nd: '007'\ne: 2026-01-01\nf: 1_000\n", "f")
    assert tree == {"a": "6.10", "b": "0010h", "c": "yes", "d": "007", "e": "2026-01-01", "f": "1_000"}


def test_null_is_null_only_when_it_is_not_quoted() -> None:
    assert yaml_text.parse("a: null\nb: ~\nc:\nd: 'null'\ne: ''\n", "f") == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "",
    }


def test_places_are_those_of_keys_and_items() -> None:
    text = "vms:\n  - name: a\n    disks: [{label: x},\n      {label: y}]\n"
    assert place(text, "vms", 0, "name") == (2, 5)
    assert place(text, "vms", 0, "disks", 1, "label") == (4, 8)
    assert place(text, "vms", 0, "disks", 1) == (4, 7)


def test_place_of_what_is_missing_is_that_of_its_object() -> None:
    text = "vms:\n  - name: a\n"
    assert place(text, "vms", 0, "guest", "tools") == (2, 5)
    assert place(text, "hosts", 3) == (1, 1)


def test_anchors_and_merge_keys_point_to_where_the_value_stands() -> None:
    text = "base: &b {mode: persistent, sharing: none}\ndisk:\n  <<: *b\n  sharing: multi_writer\n"
    tree = yaml_text.parse(text, "f")
    assert tree["disk"] == {"mode": "persistent", "sharing": "multi_writer"}
    assert place(text, "disk", "mode") == (1, 11)
    assert place(text, "disk", "sharing") == (4, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {b: &x 1, c: *x}\nd: *x\n", {"a": {"b": "1", "c": "1"}, "d": "1"}),  # named again while it is open
        ("a: &x {b: 1}\nc: &x {d: 2}\ne: *x\n", {"a": {"b": "1"}, "c": {"d": "2"}, "e": {"d": "2"}}),
        ("a: &x ~\nb: *x\n", {"a": None, "b": None}),
        ("a: {k: 1, <<: {k: 2, l: 3}}\n", {"a": {"k": "1", "l": "3"}}),  # what is written wins, before and after
        ("a: {<<: {k: 2, l: 3}, k: 1}\n", {"a": {"k": "1", "l": "3"}}),
        ("a: {<<: [{k: 1}, {k: 2, l: 3}]}\n", {"a": {"k": "1", "l": "3"}}),  # of several the first wins
    ],
)
def test_names_for_values(text: str, expected: dict[str, object]) -> None:
    assert yaml_text.parse(text, "f") == expected


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: 1\na: 2\n", "f:2:1", "duplicate key 'a'"),
        ("a:\n\t- b\n", "f:2:1", "no tabs"),
        ("a: {<<: {k: 2}, k: 1, k: 3}\n", "f:1:23", "duplicate key 'k'"),
        ("a: {<<: 1}\n", "f:1:9", "needs a mapping"),
        ("a: *x\n", "f:1:4", "not defined"),
        ("a: &a [*a]\n", "f:1:8", "contains itself"),
        ("a: 1\n---\nb: 2\n", "f:2:1", "second YAML document"),
        ("a: !!python/object:os.system x\n", "f:1:4", "tag"),
        ("? [a]\n: b\n", "f:1:3", "plain text"),
        ("a: \x01\n", "f:1:1", "character"),
        ("a: [1, 2\n", "f:2:1", "not YAML"),
        ("[" * 500, "f:1:65", "nested deeper"),
        ("[" * 5000, "f:1:", "nested deeper"),  # some releases of libyaml refuse it themselves, from another column
    ],
)
def test_refused_with_a_place(text: str, where: str, words: str) -> None:
    message = complaint(text)
    assert message.startswith(where)
    assert words in message


def test_every_duplicate_is_named_at_once() -> None:
    assert len(complaint("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n").splitlines()) == 3


def test_exploding_aliases_are_refused() -> None:
    levels = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    assert "explode" in complaint(levels)


plain = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12)
trees = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_", min_size=1, max_size=6), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150 * FUZZ)
@given(tree=st.dictionaries(st.text("abcxyz_", min_size=1, max_size=6), trees, max_size=4), flow=st.booleans())
def test_reads_what_was_written(tree: object, flow: bool) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, default_flow_style=flow, default_style='"')
    read = yaml_text.parse(text, "f")
    assert read == yaml.load(text, Loader=yaml.BaseLoader) or "null" in text


@settings(max_examples=300 * FUZZ)
@given(text=st.text(max_size=200) | st.text("[]{}&*!|>'\"%@`#,?:-\n\t abc<~", max_size=80))
def test_any_text_gives_a_tree_or_an_error_with_a_place(text: str) -> None:
    try:
        yaml_text.parse(text, "f")
    except InputError as error:
        assert all(problem.place is not None and problem.place.line for problem in error.problems)
