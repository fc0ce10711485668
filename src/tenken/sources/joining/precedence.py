"""Whom to believe: the order of the sources, for each fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.sources.base import Document

ORDER = ("native", "questions", "import", "vcenter", "ism", "esxcli", "vmx", "vm_support", "rvtools", "terraform")
"""Sources from the most to the least believed; see docs/decisions/0009. Others come before Terraform, by name."""


def source_of(document: Document) -> str:
    """The source that a document comes from: the word that ``precedence`` knows it by."""
    if document.format.startswith("native"):
        written_by = document.tree.get("source")
        return written_by if isinstance(written_by, str) and written_by else "native"
    return document.source or document.format.split()[0].lower()


class Order:
    """The order of the documents of a run, for all facts and for those of which somebody stated another."""

    def __init__(self, documents: Sequence[Document], given: Mapping[str, Sequence[str]], problems: list[Problem]) -> None:
        self._names = {id(document): source_of(document) for document in documents}
        self._stated: dict[str, tuple[str, ...]] = {}
        for document in documents:
            for position, entry in enumerate(_entries(document)):
                self._stated.setdefault(entry[0], entry[1])
                for index, name in enumerate(entry[1]):
                    known = {*ORDER, *self._names.values()}
                    if name not in known:
                        place = document.locate(("precedence", position, "order", index))
                        problems.append(Problem(_no_source(name), place, did_you_mean(name, sorted(known))))
        known = {*ORDER, *self._names.values()}
        for fact, order in given.items():
            for name in set(order) - known:
                hint = did_you_mean(name, sorted(known))
                problems.append(Problem(_of(fact, _no_source(name)), None, hint))
        self._stated.update({fact: tuple(order) for fact, order in given.items()})
        self._found: dict[str, tuple[str, ...] | None] = {}
        self.custom = bool(self._stated)

    def name(self, document: Document) -> str:
        return self._names[id(document)]

    def sorted(self, documents: Iterable[Document]) -> list[Document]:
        """The documents, those to believe first; the order in which they were given changes nothing."""
        ordered = sorted(documents, key=lambda document: (*_rank(self.name(document)), document.name))
        self._ranks = {id(document): rank for rank, document in enumerate(ordered)}
        return ordered

    def rank(self, document: Document) -> int:
        """Its place in that order."""
        return self._ranks[id(document)]

    def stated_for(self, fact: str) -> tuple[str, ...] | None:
        """The order that somebody stated for a fact: for itself, for what is above it, or for everything."""
        if fact not in self._found:
            steps = fact.split(".")
            names = [".".join(steps[:end]) for end in range(len(steps), 0, -1)]
            self._found[fact] = next((self._stated[name] for name in [*names, "*"] if name in self._stated), None)
        return self._found[fact]


def _rank(source: str) -> tuple[int, str]:
    if source in ORDER:
        return ORDER.index(source) * 2, source
    return ORDER.index("terraform") * 2 - 1, source


def _entries(document: Document) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What a document states under ``precedence``; what is not well formed the validation complains of."""
    stated = document.tree.get("precedence")
    for entry in stated if isinstance(stated, list) else ():
        order = entry.get("order") if isinstance(entry, dict) else None
        if isinstance(order, list) and isinstance(entry.get("fact"), str) and all(isinstance(name, str) for name in order):
            yield entry["fact"], tuple(order)
        else:
            yield "", ()


def _no_source(name: object) -> Said:
    return Said(f"no source is called {name!r}", f"{name!r} という入力の種類はありません")


def _of(fact: str, said: Said) -> Said:
    return Said(f"precedence of {fact}: {said.en}", f"{fact} の precedence: {said.ja}")
