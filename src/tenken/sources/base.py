"""The shape of a source.

A source recognises a file or folder by its content and reads it into documents. A document is a tree in the form of
the native inventory (``model.inventory``) that leaves out whatever its source cannot say, and that can tell for each
value where it stood. It decides nothing: a fact that was not collected is absent, never a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.model.rule import Text
from tenken.sources.said import Notice


@dataclass(frozen=True, slots=True)
class Document:
    """What one file (or one folder of files that belong together) says."""

    name: str
    """The path as the user gave it; places begin with it."""
    format: str
    """Shown in reports: ``native YAML``, ``RVTools 4.6 workbook`` …"""
    tree: dict[str, Any]
    """The inventory as plain mappings and lists; scalars are text or already typed."""
    locate: Callable[[Route], Place]
    """The place of the value at a route into ``tree``; for what is not there, of the nearest thing above it."""
    partial: frozenset[str] = frozenset()
    """Kinds (``hosts``, ``vms`` …) that the source lists in part only: a reference that misses them is unknown, no mistake."""
    read_as: str | None = None
    """Version, date or other provenance that the source states about itself."""
    keeps_places: bool = False
    """``locate`` works without the tree, which may be let go then: of a large site it is a third of the memory."""
    states: Callable[[Route], bool] | None = None
    """Whether there is a value at a route, without the tree: with defaults, places depend on it. None where only the tree tells."""
    source: str = ""
    """``NAME`` of its source, by which ``precedence`` knows it. The registry fills it in."""
    warnings: list[Notice] = field(default_factory=list)
    """What was skipped or doubtful while reading; shown to the user, never silently dropped."""
    join: Callable[[Sequence[Document]], None] | None = None
    """Adds to trees and warnings what documents say only together, such as numbers for names. It gets all documents before
    they are merged, once, however many of them carry it. Must not raise."""


class PartlyRead(InputError):
    """Some of several files can't be used. Carries what the others say, so that their mistakes are found in the same run."""

    def __init__(self, problems: Iterable[Problem], documents: Iterable[Document]) -> None:
        super().__init__(problems)
        self.documents = list(documents)


@dataclass(frozen=True, slots=True)
class About:
    """What a source is, for those who look for one: ``tenken sources`` shows it. Each module of a source has one as ``ABOUT``."""

    title: Text
    """What it reads: RVTools workbooks and CSV folders."""
    export: Text
    """How such a file is made, in a sentence."""
    can_say: Text
    """Which facts it states."""
    cannot_say: Text
    """Which facts that rules need it can't state, so that they stay unknown without another source."""


class Source(Protocol):
    """One kind of input. Each module of this package that is a source has these names at its top level."""

    NAME: str
    """Short id: ``native``, ``rvtools``. By it ``precedence`` knows the source, see ``joining.precedence``.

    Besides, a module may have ``ABOUT: About``, and ``ONE_FOLDER = True`` with ``SUFFIXES`` if each folder by itself is
    one export to it; a source without is asked once for a folder and reads all that it understands below it.
    """

    def recognises(self, path: Path) -> bool:
        """Whether this file or folder is of this kind, judged by content and never by name alone. Must not raise."""

    def read(self, path: Path, name: str) -> list[Document]:
        """The documents of it. Raises InputError with all mistakes at once, PartlyRead where other files of a folder can be used."""


def known(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts without those that are not known: absent, never None."""
    return {key: value for key, value in facts.items() if value is not None}


def mapping_of(value: Any) -> dict[str, Any]:
    """What should be a mapping, of a tree that nobody has validated yet."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """What should be a list, of a tree that nobody has validated yet."""
    return value if isinstance(value, list) else []


def entries_of(tree: Any, key: str) -> Iterator[dict[str, Any]]:
    """The mappings of a list in such a tree."""
    return (entry for entry in list_of(mapping_of(tree).get(key)) if isinstance(entry, dict))
