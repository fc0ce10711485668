"""Our CEL against Google's: the same value where theirs has one, unknown exactly where theirs is an error.

A missing key there is a fact that was not collected here. The traced evaluation must agree with both.
"""

from __future__ import annotations

import dataclasses
import functools
import os
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.engine import nodes
from tenken.engine.cel import check, syntax, trace
from tenken.engine.cel.compile import compile_condition, compile_value

cel = pytest.importorskip("cel_expr_python.cel")

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
"""TENKEN_FUZZ=100 runs the property tests a hundred times as long."""


@dataclass(slots=True)
class Item:
    f: bool | None = None
    k: int | None = None


@dataclass(slots=True)
class Thing:
    a: bool | None = None
    b: bool | None = None
    n: int | None = None
    m: int | None = None
    s: str | None = None
    t: str | None = None
    xs: list[int] | None = None
    items: list[Item] | None = None


class ThingNode(nodes.Node):
    kind, facts, variable = "thing", Thing, "x"
    __slots__ = ()


VARIABLES = {"x": check.node_type(ThingNode)}
ENV = cel.NewEnv(variables={"x": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)})

small = st.integers(-3, 3)
texts = st.sampled_from(["", "a", "ab", "abc", "日本", "b"])
things = st.builds(
    Thing,
    a=st.none() | st.booleans(),
    b=st.none() | st.booleans(),
    n=st.none() | small | st.just(2**63 - 1),
    m=st.none() | small,
    s=st.none() | texts,
    t=st.none() | texts,
    xs=st.none() | st.lists(small, max_size=4),
    items=st.none() | st.lists(st.builds(Item, f=st.none() | st.booleans(), k=st.none() | small), max_size=4),
)


@functools.cache
def ints(depth: int, inner: bool) -> st.SearchStrategy[str]:
    leaves = ["x.n", "x.m", "size(x.s)", "size(x.xs)", *(["i.k"] if inner else [])]
    leaf = st.sampled_from(leaves) | small.map(lambda n: str(n) if n >= 0 else f"({n})")
    if depth == 0:
        return leaf
    sub = ints(depth - 1, inner)
    arithmetic = st.tuples(sub, st.sampled_from(["+", "-", "*", "/", "%"]), sub).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
    return leaf | arithmetic | sub.map(lambda e: f"(-({e}))")


def strings() -> st.SearchStrategy[str]:
    return st.sampled_from(["x.s", "x.t", "'a'", '"ab"', "(x.s + x.t)"])


@functools.cache
def bools(depth: int, inner: bool = False) -> st.SearchStrategy[str]:
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    leaf = st.one_of(
        st.sampled_from(
            ["x.a", "x.b", "true", "false", "has(x.a)", "has(x.n)", "has(x.items)", *(["i.f", "has(i.k)"] if inner else [])]
        ),
        st.tuples(ints(1, inner), compare, ints(1, inner)).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(strings(), compare, strings()).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(ints(0, inner), st.sampled_from(["x.xs", "[1, 2]", "[x.n, 1]"])).map(lambda p: f"({p[0]} in {p[1]})"),
        st.tuples(strings(), st.sampled_from(["startsWith", "endsWith", "contains"]), strings()).map(
            lambda p: f"{p[0]}.{p[1]}({p[2]})"
        ),
        st.tuples(strings(), st.sampled_from(["a", "^a.*", "[ab]+c?$", "b|日"])).map(lambda p: f"{p[0]}.matches('{p[1]}')"),
    )
    if depth == 0:
        return leaf
    sub = bools(depth - 1, inner)
    branches = [
        leaf,
        st.tuples(sub, st.sampled_from(["&&", "||"]), sub).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        sub.map(lambda e: f"!({e})"),
        st.tuples(sub, sub, sub).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
    ]
    if not inner:
        body = bools(depth - 1, inner=True)
        branches.append(
            st.tuples(st.sampled_from(["all", "exists", "exists_one"]), body).map(lambda p: f"x.items.{p[0]}(i, {p[1]})")
        )
        branches.append(body.map(lambda e: f"size(x.items.filter(i, {e})) > 1"))
        branches.append(ints(1, True).map(lambda e: f"(1 in x.items.map(i, {e}))"))
    return st.one_of(branches)


def as_map(thing: Any) -> dict[str, Any]:
    """The object as CEL sees it: keys of what was not collected are missing."""
    found = {}
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        if value is not None:
            found[field.name] = (
                [as_map(item) if isinstance(item, Item) else item for item in value] if isinstance(value, list) else value
            )
    return found


def reference(text: str, thing: Thing) -> Any:
    """Google's value, or None where it is an error."""
    try:
        value = ENV.compile(text).eval(data={"x": as_map(thing)})
    except Exception:
        return None
    return None if "error" in str(value.type()).casefold() else value.value()


@settings(max_examples=600 * FUZZ)
@given(text=bools(3), thing=things)
def test_same_value_as_the_reference(text: str, thing: Thing) -> None:
    node = ThingNode(thing, ("things", 0), "thing")
    expression = check.check(syntax.parse(text), dict(VARIABLES))
    ours = compile_value(expression, {"x": "subject"})(node, None)
    traced = trace.trace(expression, trace.Scope({"x": node})).value
    assert traced == ours, text
    if " map(" in text or ".map(" in text:
        return  # a list with an error in it has no counterpart here: its members may be unknown
    expected = reference(text, thing)
    assert ours == expected, f"{text} on {as_map(thing)}"
    outcomes = bytearray(1)
    compile_condition(None, expression, {"x": "subject"}, "test")([(0, node)], None, outcomes)
    assert outcomes[0] == {True: 1, False: 2, None: 3}[expected]


def test_the_reference_has_errors_where_we_have_unknowns() -> None:
    assert reference("x.a", Thing()) is None
    assert reference("x.a", Thing(a=True)) is True
    assert reference("x.a || true", Thing()) is True
    assert reference("x.n / 0 == 1", Thing(n=1)) is None


@settings(max_examples=300 * FUZZ)
@given(text=bools(3), thing=things, data=st.data())
def test_a_missing_fact_never_settles_what_was_open(text: str, thing: Thing, data: st.DataObject) -> None:
    """Kleene's logic is monotonic: with less known, true and false can only become unknown (has() aside)."""
    if "has(" in text:
        return
    known = [field.name for field in dataclasses.fields(thing) if getattr(thing, field.name) is not None]
    if not known:
        return
    poorer = dataclasses.replace(thing, **{data.draw(st.sampled_from(known)): None})
    expression = check.check(syntax.parse(text), dict(VARIABLES))
    value = compile_value(expression, {"x": "subject"})
    before = value(ThingNode(thing, (), "t"), None)
    after = value(ThingNode(poorer, (), "t"), None)
    assert after is None or after == before
