"""Checked expressions to Python code objects with Kleene's three-valued logic.

Unknown is ``None``. The generated source holds nothing but what this module writes: slots of our own classes, calls
of the functions below, literals by ``repr``; a rule can't reach anything else of Python.

A word on speed: a rule is evaluated once for every subject, so each expression becomes one Python expression whose
temporaries are local variables; what can't be unknown is not tested for it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from types import CodeType
from typing import Any

from tenken.engine.cel import patterns, versions
from tenken.engine.cel.check import is_link
from tenken.engine.cel.spelling import plain
from tenken.engine.cel.syntax import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    Expr,
    Has,
    ListOf,
    Literal,
    Name,
    Select,
    Unary,
)  # fmt: skip

NOT_APPLICABLE, PASS, VIOLATED, UNKNOWN = 0, 1, 2, 3
"""Outcomes of a condition on one subject, as the fast path writes them."""

ERROR = 4

Evaluator = Callable[[Iterable[tuple[int, Any]], Any, bytearray], None]
"""Fills in outcomes: (nodes, each with the position of its outcome, site node, outcomes)."""

_INT = range(-(2**63), 2**63)
_METHODS = {"startsWith": "startswith", "endsWith": "endswith", "contains": "__contains__"}
_LEAF_OF_NONE = {"bool": "False", "string": "'none'", "list": "()", "object": "'none'"}
"""What a fact below ``none`` reads as: there is no cluster, so it shares no disk; it has no version that could be compared."""


# --- what generated code calls -------------------------------------------------------------------------------------


def _in(value: Any, items: Any) -> bool | None:
    return True if value in items else None if None in items else False


def _every(items: Any, condition: Callable[[Any], bool | None]) -> bool | None:
    result: bool | None = True
    for item in items:
        found = condition(item)
        if found is False:
            return False
        if found is None:
            result = None
    return result


def _some(items: Any, condition: Callable[[Any], bool | None]) -> bool | None:
    result: bool | None = False
    for item in items:
        found = condition(item)
        if found is True:
            return True
        if found is None:
            result = None
    return result


def _exactly_one(items: Any, condition: Callable[[Any], bool | None]) -> bool | None:
    found = [condition(item) for item in items]
    return None if None in found else found.count(True) == 1


def _filter(items: Any, condition: Callable[[Any], bool | None]) -> list[Any] | None:
    kept = []
    for item in items:
        found = condition(item)
        if found is None:
            return None
        if found:
            kept.append(item)
    return kept


def _map(items: Any, value: Callable[[Any], Any]) -> list[Any]:
    return [value(item) for item in items]


def _equal(left: list[Any], right: list[Any]) -> bool | None:
    """Lists are equal member by member; an unknown member leaves it open, unless another one differs."""
    if len(left) != len(right):
        return False
    pairs = list(zip(left, right, strict=True))
    if any(a is not None and b is not None and a != b for a, b in pairs):
        return False
    return None if any(a is None or b is None for a, b in pairs) else True


def _bounded(value: Any) -> Any:
    """CEL's integers have 64 bits; what does not fit is an error there and unknown here."""
    return value if type(value) is not int or value in _INT else None


def _divide(left: Any, right: Any) -> Any:
    if type(left) is not int:
        return left / right if right != 0 else None
    if right == 0:
        return None
    quotient = abs(left) // abs(right)
    return _bounded(quotient if (left < 0) == (right < 0) else -quotient)


def _remainder(left: int, right: int) -> int | None:
    return None if right == 0 else (abs(left) % abs(right)) * (-1 if left < 0 else 1)


def _presence(value: Any, words: Any = ("none",)) -> Any:
    return value if value is None or value in words else True


_RUNTIME: dict[str, Any] = {
    "__builtins__": {}, "len": len, "enumerate": enumerate, "Exception": Exception,
    "_in": _in, "_every": _every, "_some": _some, "_exactly_one": _exactly_one, "_filter": _filter, "_map": _map,
    "_equal": _equal, "_bounded": _bounded, "_divide": _divide, "_remainder": _remainder, "_version": versions.parse, "_plain": plain,
    "_presence": _presence,
}  # fmt: skip
_MACROS = {"all": "_every", "exists": "_some", "exists_one": "_exactly_one", "filter": "_filter", "map": "_map"}


# --- expressions ---------------------------------------------------------------------------------------------------


class _Writer:
    """Writes one Python expression for each checked expression."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.constants: dict[str, Any] = {}
        self._numbers = count()

    def temporary(self) -> str:
        return f"t{next(self._numbers)}"

    def write(self, e: Expr) -> str:
        code: str = getattr(self, "_" + type(e).__name__.lower())(e)
        return code

    def _literal(self, e: Literal) -> str:
        return repr(e.value)

    def _name(self, e: Name) -> str:
        return self.variables[e.name]

    def _select(self, e: Select) -> str:
        base = e.operand.type
        path = e.field if base.kind == "object" or is_link(base, e.field) else f"fact.{e.field}"
        operand = self.write(e.operand)
        if not base.nullable and not base.or_none:
            return f"{operand}.{path}"
        t = self.temporary()
        if base.or_none:
            below = _LEAF_OF_NONE.get(e.type.kind, "None")
            return f"(None if ({t}:={operand}) is None else {below} if {t} == 'none' else {t}.{path})"
        return f"(None if ({t}:={operand}) is None else {t}.{path})"

    def _has(self, e: Has) -> str:
        return f"({self.write(e.operand)} is not None)"

    def _listof(self, e: ListOf) -> str:
        return self._guarded(e.items, "(" + "".join(f"{{{position}}}, " for position in range(len(e.items))) + ")")

    def _guarded(self, operands: list[Expr], form: str) -> str:
        """The form with operands filled in; unknown where an operand is."""
        names, tests = [], []
        for operand in operands:
            code = self.write(operand)
            if operand.type.nullable:
                t = self.temporary()
                tests.append(f"({t}:={code}) is None")
                names.append(t)
            else:
                names.append(code)
        result = form.format(*names)
        return f"(None if {' or '.join(tests)} else {result})" if tests else f"({result})"

    def _unary(self, e: Unary) -> str:
        return self._guarded([e.operand], "not {0}" if e.op == "!" else "_bounded(-{0})")

    def _binary(self, e: Binary) -> str:
        if e.op in ("&&", "||"):
            return self._logical(e)
        if e.op == "in":
            items = e.right
            literals = [item.value for item in items.items if isinstance(item, Literal)] if isinstance(items, ListOf) else []
            if isinstance(items, ListOf) and len(literals) == len(items.items):
                return self._guarded([e.left], "{0} in " + self.constant(set(literals)))
            form = "_in({0}, {1})" if items.type.item is not None and items.type.item.nullable else "{0} in {1}"
            return self._guarded([e.left, e.right], form)
        if e.op in ("==", "!=") and e.left.type.kind == "list":
            code = self._guarded([e.left, e.right], "_equal({0}, {1})")
            t = self.temporary()
            return code if e.op == "==" else f"(None if ({t}:={code}) is None else not {t})"
        if e.op in ("==", "!=") and e.left.type.kind == "node":
            return self._guarded([e.left, e.right], "{0} is {1}" if e.op == "==" else "{0} is not {1}")
        if e.op in ("/", "%"):
            return self._guarded([e.left, e.right], ("_divide" if e.op == "/" else "_remainder") + "({0}, {1})")
        if e.op in ("+", "-", "*"):
            return self._guarded([e.left, e.right], "_bounded({0} " + e.op + " {1})")
        return self._guarded([e.left, e.right], "{0} " + e.op + " {1}")

    def constant(self, values: Iterable[Any]) -> str:
        name = f"c{next(self._numbers)}"
        self.constants[name] = frozenset(values)
        return name

    def _logical(self, e: Binary) -> str:
        """``false && unknown`` is false, ``true || unknown`` is true; else one unknown makes it unknown."""
        operands = _flatten(e, e.op)
        decisive, neutral = ("False", "True") if e.op == "&&" else ("True", "False")
        if not any(operand.type.nullable for operand in operands):
            return "(" + (" and " if e.op == "&&" else " or ").join(map(self.write, operands)) + ")"
        tests, unknown = [], []
        for operand in operands:
            code = self.write(operand)
            if operand.type.nullable:
                t = self.temporary()
                tests.append(f"({t}:={code}) is {decisive}")
                unknown.append(f"{t} is None")
            else:
                tests.append(f"not {code}" if e.op == "&&" else code)
        return f"({decisive} if {' or '.join(tests)} else None if {' or '.join(unknown)} else {neutral})"

    def _conditional(self, e: Conditional) -> str:
        then, otherwise = self.write(e.then), self.write(e.otherwise)
        condition = self.write(e.condition)
        if not e.condition.type.nullable:
            return f"({then} if {condition} else {otherwise})"
        t = self.temporary()
        return f"(None if ({t}:={condition}) is None else {then} if {t} else {otherwise})"

    def _call(self, e: Call) -> str:
        if e.function == "size":
            return self._guarded(e.arguments, "len({0})")
        if e.function == "version":
            return self._guarded(e.arguments, "_version({0})")
        if e.function == "plain":
            return self._guarded(e.arguments, "_plain({0})")
        if e.function == "absent":
            return self._guarded(e.arguments, "{0} == 'none'")
        if e.function == "matches":
            name = f"p{next(self._numbers)}"
            self.constants[name] = patterns.compile_pattern(e.arguments[1].value)  # type: ignore[attr-defined]
            return self._guarded(e.arguments[:1], name + "({0})")
        return self._guarded(e.arguments, "{0}." + _METHODS[e.function] + "({1})")

    def _comprehension(self, e: Comprehension) -> str:
        variable = f"v{next(self._numbers)}"
        outer = self.variables
        self.variables = {**outer, e.variable: variable}
        body = self.write(e.body)
        self.variables = outer
        return self._guarded(
            [e.range], f"{_MACROS[e.macro]}({{0}}, lambda {variable}: {body.replace('{', '{{').replace('}', '}}')})"
        )


def _flatten(e: Expr, op: str) -> list[Expr]:
    if isinstance(e, Binary) and e.op == op:
        return [*_flatten(e.left, op), *_flatten(e.right, op)]
    return [e]


# --- functions -----------------------------------------------------------------------------------------------------

_LOOP = """
def evaluate(numbered, site, outcomes):
    for position, subject in numbered:
        try:
{body}
        except Exception:
            outcomes[position] = 4
"""


def compile_condition(applies: Expr | None, require: Expr, variables: dict[str, str], name: str) -> Program:
    """A rule's two expressions as one function over all its subjects. ``variables``: the code of each name in scope."""
    writer = _Writer(variables)
    lines: list[str] = []
    unknown_test = "r is None"
    if applies is not None:
        lines += [f"a = {writer.write(applies)}", "if a is False: continue"]
        if applies.type.nullable:
            unknown_test = "r is None or a is None"
    lines += [
        f"r = {writer.write(require)}",
        f"outcomes[position] = {PASS} if r is True else {UNKNOWN} if {unknown_test} else {VIOLATED}",
    ]
    source = _LOOP.format(body="\n".join(" " * 12 + line for line in lines))
    return Program(compile(source, f"<rule {name}>", "exec"), writer.constants)


def compile_value(expression: Expr, variables: dict[str, str]) -> Program:
    """One expression as a function of (subject, site)."""
    writer = _Writer(variables)
    return _value(writer.write(expression), writer.constants)


def _value(code: str, constants: dict[str, Any]) -> Program:
    return Program(compile(f"evaluate = lambda subject, site: {code}", "<expression>", "exec"), constants)


def first_conditions(expression: Expr, variables: dict[str, str]) -> list[str]:
    """The conditions that an expression begins with and that must all hold, as code: the same code is the same condition."""
    found = []
    for condition in _flatten(expression, "&&"):
        writer = _Writer(variables)
        code = writer.write(condition)
        if writer.constants:
            break
        found.append(code)
    return found


def compile_condition_of(code: str) -> Program:
    """One of ``first_conditions`` as a function of (subject, site)."""
    return _value(code, {})


def compile_values(reads: Mapping[str, Expr], words: Mapping[str, tuple[str, ...]], variables: dict[str, str]) -> Program:
    """Several values at once, each unknown by itself, as a function of (subject, site).

    Of an object: that it is there; of a text in ``words``, by the name of its read: which of the words it is, or True.
    """
    writer = _Writer(variables)
    written = []
    for name, read in reads.items():
        code = writer.write(read)
        if read.type.kind == "object":
            code = f"_presence({code})"
        elif name in words:
            code = f"_presence({code}, {writer.constant(words[name])})"
        written.append(code)
    return Program(compile(f"evaluate = lambda subject, site: ({', '.join(written)},)", "<values>", "exec"), writer.constants)


class Program:
    """A compiled condition or value: ``run`` is a Python function. It can be pickled, since its code object can be marshalled."""

    __slots__ = ("_code", "_constants", "run")

    def __init__(self, code: CodeType, constants: dict[str, Any]) -> None:
        self._code, self._constants = code, constants
        scope = {**_RUNTIME, **constants}
        exec(code, scope)
        self.run: Callable[..., Any] = scope["evaluate"]

    def __call__(self, *arguments: Any) -> Any:
        return self.run(*arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (marshal.dumps(self._code), self._constants)


def _restored(code: bytes, constants: dict[str, Any]) -> Program:
    return Program(marshal.loads(code), constants)
