"""Subjects that a rule can't tell apart: of them the evidence is worked out once.

Where an export leaves a fact out, it leaves it out for every VM, and the rules that want it say the same ten thousand
times over. What a rule says of a subject follows from the values that it reads: those of the subject, of its owner, of
what it owns, and of the other objects that it is linked to. Two subjects with equal values of their own that are
linked to the very same others have the same explanation; only where the facts stand differs, and what members are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tenken.engine.cel.compile import Program, compile_values
from tenken.engine.cel.syntax import Binary, Comprehension, Expr, Literal, Name, Select, parts
from tenken.engine.nodes import PARENTS, Node
from tenken.engine.pack import LoadedRule, code_of

_PLAIN = frozenset({str, int, float, bool, type(None)})

Bases = dict[str, Node]
"""By how a rule calls them: the subject, its owners, and what it owns: ``vm``, ``disk[db01/Hard disk 2]``."""


class _Unlike(Exception):
    """The subject has to be looked at for itself."""


class Alike:
    """Keys for the subjects of one rule: those that it can't tell apart have the same."""

    def __init__(self, rule: LoadedRule) -> None:
        self._owners = PARENTS.get(rule.rule.subject, ())
        self.merely_compared: frozenset[str] = frozenset()
        """Names of texts of which the key holds only whether they are those that the rule compares them with, such as the path
        of a disk. Where one of them is evidence, the evidence is no other subject's."""
        self._own: Program | None = None
        self._members: dict[str, Program] = {}
        try:
            reads = _Reads(rule)
        except _Unlike:
            return
        words = {name: tuple(found) for name, found in reads.compared.items() if name not in reads.whole}
        self.merely_compared = frozenset(name.rpartition(".")[2] for name in words)
        self._own = compile_values(reads.own, words, code_of(rule.rule.subject))
        for kind, (variable, found) in reads.members.items():
            self._members[kind] = compile_values(found, words, {variable: "subject", "site": "site"})

    def key(self, node: Node, site: Node) -> tuple[tuple[Any, ...], Sequence[Node]] | None:
        """The key of a subject, and those of its members that it speaks of; None where it is like no other."""
        if self._own is None:
            return None
        values: tuple[Any, ...] = self._own.run(node, site)
        if node.phantom:
            values = (*values, len(node.route))  # one that stands for a list is missing as a whole
        if _PLAIN.issuperset(map(type, values)):
            return values, ()
        members = _Members(self._members, node, site)
        try:
            return members.all_plain(values), members.found
        except _Unlike:
            return None

    def bases(self, node: Node, members: Iterable[Node]) -> Bases:
        """Whose facts of the explanation of a subject are its own."""
        owners = {owner: getattr(node, owner) for owner in self._owners}
        return {node.variable: node, **owners, **{f"{member.variable}[{member.name}]": member for member in members}}


class _Members:
    """Turns values that a rule reads of a subject into what can be compared; gathers the members that they speak of."""

    def __init__(self, reads: dict[str, Program], owner: Node, site: Node) -> None:
        self.found: list[Node] = []
        self._reads, self._route, self._site = reads, owner.route, site
        self._places: dict[tuple[str, str], int] = {}

    def all_plain(self, values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple([value if type(value) in _PLAIN else self._plain(value) for value in values])

    def _plain(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return self.all_plain(value)
        if not isinstance(value, Node):
            raise _Unlike
        if value.route[: len(self._route)] != self._route:
            return id(value)
        program = self._reads.get(value.kind)
        place = self._places.setdefault((value.kind, value.name), len(self.found))
        if place < len(self.found):
            if self.found[place] is not value:
                raise _Unlike  # two that are called alike
            return place
        if program is None or value.phantom:
            raise _Unlike
        self.found.append(value)  # which of the members it is matters, where several have the same values
        return (place, *self.all_plain(program.run(value, self._site)))


class _Reads:
    """What the outcome of a rule follows from, by how it is written. Raises _Unlike where that tells any two subjects apart."""

    def __init__(self, rule: LoadedRule) -> None:
        if rule.procedure is not None:
            raise _Unlike  # the written steps decide
        self.own: dict[str, Select] = {}
        self.members: dict[str, tuple[str, dict[str, Select]]] = {}
        """By the kind of what a subject owns: what is read of each."""
        self.compared: dict[str, set[str]] = {}
        """Texts that are compared with words, and these."""
        self.whole: set[str] = set()
        """What is read otherwise, too."""
        self._owned = {kind for kind, owners in PARENTS.items() if rule.rule.subject in owners}
        subjects = dict.fromkeys(set(rule.scope) - {"site"}, "")
        for expression in filter(None, (rule.applies, rule.require, *rule.key_expressions)):
            self._visit(expression, subjects)

    def _visit(self, e: Expr, names: dict[str, str]) -> None:
        """``names``: what means the subject or an owner, or else a member of this kind."""
        root = _root(e)
        if isinstance(root, Name):
            if root.name in names:
                self._take(e, root.name, names[root.name])
                self.whole.add(_written(e))
            return
        if isinstance(root, Comprehension):
            item = root.range.type.item
            kind = item.cls.kind if item is not None and item.kind == "node" else ""  # type: ignore[union-attr]
            self._visit(root.range, names)
            self._visit(root.body, {**names, root.variable: kind} if kind in self._owned else names)
            return
        compared = _compared(root)
        if compared is not None and isinstance(start := _root(compared[0]), Name) and start.name in names:
            self._take(compared[0], start.name, names[start.name])
            self.compared.setdefault(_written(compared[0]), set()).add(compared[1])
            return
        for part in parts(root):
            self._visit(part, names)

    def _take(self, e: Expr, name: str, kind: str) -> None:
        if not isinstance(e, Select) or e.field == "name":
            raise _Unlike  # the object itself, or what it is called
        reads = self.own
        if kind:
            variable, reads = self.members.setdefault(kind, (name, {}))
            if variable != name:
                raise _Unlike
        reads.update(_with_what_holds_it(e))


def _compared(e: Expr) -> tuple[Select, str] | None:
    """A text that is compared with a word."""
    if isinstance(e, Binary) and e.op in ("==", "!=") and isinstance(e.left, Select) and isinstance(e.right, Literal):
        return (e.left, e.right.value) if e.left.type.kind == "string" and not e.left.type.words else None
    return None


def _root(e: Expr) -> Expr:
    """What a chain of selections starts at."""
    while isinstance(e, Select):
        e = e.operand
    return e


def _with_what_holds_it(e: Expr) -> dict[str, Select]:
    """A fact and the objects that hold it: where one of these is not there, it is that which is missing."""
    return {**_with_what_holds_it(e.operand), _written(e): e} if isinstance(e, Select) else {}


def _written(e: Expr) -> str:
    return f"{_written(e.operand)}.{e.field}" if isinstance(e, Select) else e.name if isinstance(e, Name) else ""
