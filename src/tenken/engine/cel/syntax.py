"""Text to syntax tree: the subset of CEL that rules are written in."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from tenken.document.said import Said
from tenken.document.wording import too_deep
from tenken.model.schema import Type

MAX_LENGTH = 4000
MAX_DEPTH = 60
MACROS = ("all", "exists", "exists_one", "filter", "map")
_RESERVED = {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
             "namespace", "return", "var", "void", "while", "null"}  # fmt: skip

_TOKEN = re.compile(
    r"""(?P<space>[\s]+|//[^\n]*)
    |(?P<double>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
    |(?P<int>0x[0-9a-fA-F]+|\d+)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<op>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]])""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_BINARY = (("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">", "in"), ("+", "-"), ("*", "/", "%"))


class CelError(Exception):
    """An expression is wrong. ``offset`` counts characters from its start."""

    def __init__(self, said: Said, offset: int, hint: Said | None = None) -> None:
        self.said, self.offset, self.hint = said, offset, hint
        super().__init__(said.en)


_NO_NULL = Said(
    "unknown is no value to compare with; has(x) asks whether a fact is known",
    "未収集は比較できる値ではありません。収集済みかどうかは has(x) で調べられます",
)


def _unexpected(text: str) -> Said:
    if not text:
        return Said("unexpected 'end'", "式が途中で終わっています")
    return Said(f"unexpected {text!r}", f"この位置に {text!r} は記述できません")


def _missing(wanted: str, ja: str, found: str) -> Said:
    return Said(
        f"expected {wanted}, found {found or 'the end'!r}",
        f"{ja}が必要な位置に {found!r} があります" if found else f"式の終わりに{ja}がありません",
    )


def _left_out(what: str, ja: str) -> Said:
    return Said(f"{what} is not part of the subset", f"{ja}は使用できません（CELの一部だけに対応しています）")


@dataclass(slots=True)
class Expr:
    """One node of the tree. The checker fills in ``type``."""

    at: int = field(repr=False, compare=False)
    type: Type = field(default=Type("null"), init=False, repr=False, compare=False)


@dataclass(slots=True)
class Literal(Expr):
    value: Any


@dataclass(slots=True)
class Name(Expr):
    name: str


@dataclass(slots=True)
class Select(Expr):
    operand: Expr
    field: str


@dataclass(slots=True)
class Has(Expr):
    operand: Select


@dataclass(slots=True)
class ListOf(Expr):
    items: list[Expr]


@dataclass(slots=True)
class Unary(Expr):
    op: str
    operand: Expr


@dataclass(slots=True)
class Binary(Expr):
    op: str
    left: Expr
    right: Expr


@dataclass(slots=True)
class Conditional(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(slots=True)
class Call(Expr):
    """A function; the receiver of a method is its first argument."""

    function: str
    arguments: list[Expr]


@dataclass(slots=True)
class Comprehension(Expr):
    macro: str
    range: Expr
    variable: str
    body: Expr


def parts(e: Expr) -> Iterator[Expr]:
    """The expressions right below one, in the order of its fields."""
    for slot in fields(e):
        inner = getattr(e, slot.name)
        if isinstance(inner, Expr):
            yield inner
        elif isinstance(inner, list):
            yield from inner


def free_names(e: Expr) -> set[str]:
    """The names that an expression takes from around it."""
    if isinstance(e, Name):
        return {e.name}
    if isinstance(e, Comprehension):
        return free_names(e.range) | (free_names(e.body) - {e.variable})
    return set().union(*map(free_names, parts(e)))


def copied(e: Expr) -> Expr:
    """The same tree once more, to be checked for itself. Types are shared: they never change."""
    twin = copy.copy(e)
    for slot in fields(e):
        inner = getattr(e, slot.name)
        if isinstance(inner, Expr):
            setattr(twin, slot.name, copied(inner))
        elif isinstance(inner, list):
            setattr(twin, slot.name, [copied(item) for item in inner])
    return twin


def parse(text: str) -> Expr:
    """The tree of an expression. Raises CelError."""
    if len(text) > MAX_LENGTH:
        raise CelError(Said(f"longer than {MAX_LENGTH} characters", f"式が {MAX_LENGTH} 文字を超えています"), 0)
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = list(_tokens(text))
        self.position = 0
        self.depth = 0

    def parse(self) -> Expr:
        expression = self._expression()
        kind, text, at = self._peek()
        if kind != "end":
            raise CelError(_unexpected(text), at)
        return expression

    def _peek(self) -> tuple[str, str, int]:
        return self.tokens[self.position]

    def _next(self) -> tuple[str, str, int]:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def _is(self, *texts: str) -> bool:
        kind, text, _ = self._peek()
        return text in texts and (kind == "op" or (kind == "name" and text == "in"))

    def _expect(self, text: str) -> int:
        if not self._is(text):
            _, found, at = self._peek()
            raise CelError(_missing(repr(text), f" {text!r} ", found), at)
        return self._next()[2]

    def _expression(self) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CelError(too_deep(MAX_DEPTH), self._peek()[2])
        condition = self._binary(0)
        if self._is("?"):
            at = self._next()[2]
            then = self._binary(0)
            self._expect(":")
            condition = Conditional(at, condition, then, self._expression())
        self.depth -= 1
        return condition

    def _binary(self, level: int) -> Expr:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while self._is(*_BINARY[level]):
            _, op, at = self._next()
            left = Binary(at, op, left, self._binary(level + 1))
        return left

    def _unary(self) -> Expr:
        if self._is("!", "-"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise CelError(too_deep(MAX_DEPTH), self._peek()[2])
            _, op, at = self._next()
            operand = self._unary()
            self.depth -= 1
            return Unary(at, op, operand)
        return self._member()

    def _member(self) -> Expr:
        expression = self._primary()
        while self._is("."):
            self._next()
            kind, name, at = self._next()
            if kind != "name":
                raise CelError(_missing("a name", "名前", name), at)
            if self._is("("):
                expression = self._method(expression, name, at)
            else:
                expression = Select(at, expression, name)
        if self._is("["):
            raise CelError(
                _left_out("indexing", "添字"),
                self._peek()[2],
                Said("use all, exists, filter or in", "all、exists、filter、in を使用してください"),
            )
        return expression

    def _method(self, receiver: Expr, name: str, at: int) -> Expr:
        self._expect("(")
        if name in MACROS:
            kind, variable, where = self._next()
            if kind != "name" or variable in _RESERVED:
                raise CelError(
                    Said(
                        f"{name} needs a variable first, as in {name}(x, …)",
                        f"{name} には {name}(x, …) のように最初に変数が必要です",
                    ),
                    where,
                )
            self._expect(",")
            body = self._expression()
            self._expect(")")
            return Comprehension(at, name, receiver, variable, body)
        return Call(at, name, [receiver, *self._arguments()])

    def _arguments(self) -> list[Expr]:
        arguments: list[Expr] = []
        while not self._is(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._expression())
        self._expect(")")
        return arguments

    def _primary(self) -> Expr:
        kind, text, at = self._next()
        if kind == "int":
            value = int(text, 0)
            if value >= 2**63:
                raise CelError(Said("the number is too large", "数値が大きすぎます"), at)
            return Literal(at, value)
        if kind == "double":
            return Literal(at, float(text))
        if kind == "string":
            return Literal(at, _unescape(text, at))
        if kind == "name":
            return self._named(text, at)
        if text == "(":
            inner = self._expression()
            self._expect(")")
            return inner
        if text == "[":
            items: list[Expr] = []
            while not self._is("]"):
                if items:
                    self._expect(",")
                items.append(self._expression())
            self._expect("]")
            return ListOf(at, items)
        raise CelError(_unexpected(text), at)

    def _named(self, text: str, at: int) -> Expr:
        if text in ("true", "false"):
            return Literal(at, text == "true")
        if text in _RESERVED:
            hint = _NO_NULL if text == "null" else None
            raise CelError(_left_out(repr(text), f"{text!r} "), at, hint)
        if not self._is("("):
            return Name(at, text)
        self._next()
        if text == "has":
            operand = self._expression()
            self._expect(")")
            if not isinstance(operand, Select):
                raise CelError(
                    Said(
                        "has() takes a fact, as in has(vm.encrypted)",
                        "has() には has(vm.encrypted) のように項目を指定してください",
                    ),
                    at,
                )
            return Has(at, operand)
        return Call(at, text, self._arguments())


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CelError(
                Said(f"unexpected character {text[position]!r}", f"使用できない文字です: {text[position]!r}"), position
            )
        if match.lastgroup != "space":
            yield str(match.lastgroup), match[0], position
        position = match.end()
    yield "end", "", len(text)


def _unescape(text: str, at: int) -> str:
    parts: list[str] = []
    characters = iter(text[1:-1])
    for character in characters:
        if character == "\\":
            escaped = next(characters)
            if escaped not in _ESCAPES:
                raise CelError(
                    Said(f"unknown escape \\{escaped}", f"不明なエスケープです: \\{escaped}"),
                    at,
                    Said("write a backslash as two", "バックスラッシュは2つ重ねて記述してください"),
                )
            character = _ESCAPES[escaped]
        parts.append(character)
    return "".join(parts)
